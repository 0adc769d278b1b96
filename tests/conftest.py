"""No test leaves the machine, and none sees the index of the person who runs it."""

import os

import pytest
from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"
for name in ("http_proxy", "https_proxy", "all_proxy"):
    # Through a proxy, requests to a server that a test starts on 127.0.0.1 would go astray.
    os.environ.pop(name, None)
    os.environ.pop(name.upper(), None)
os.environ.pop("CABLE_QA_INDEX", None)

settings.register_profile("any machine", deadline=None)  # other work on the machine is no failure
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser last: Playwright's event loop stays in this thread to the end, and asyncio.run() fails beside it."""
    items.sort(key=lambda item: "browser" in item.path.parts)
