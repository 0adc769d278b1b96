"""How the events of the page are sent and answered."""

from typing import Any, Final

SAME_TIME: Final = 8  # people that are answered at once

QUIET: Final[dict[str, Any]] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "concurrency_limit": SAME_TIME,
    # Each has its answer in the response to its own request. Through the queue, whose one stream is closed and opened
    # as events come and go, a question asked while the page was loading was lost now and then.
    "queue": False,
}
AT_ANY_TIME: Final[dict[str, Any]] = QUIET | {"trigger_mode": "multiple"}
THE_LAST: Final[dict[str, Any]] = QUIET | {
    "trigger_mode": "always_last"
}  # of those that come while one is answered
