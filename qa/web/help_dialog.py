"""The heading of the page, and the list of its shortcuts."""

from html import escape
from typing import Final

SHORTCUTS: Final = (
    ("/", "to the question"),
    ("j  k", "to the next and the previous citation; Enter opens it"),
    ("n  p", "the next and the previous passage in the reader"),
    ("[  ]", "the previous and the next cable of the post"),
    ("o", "the cable as it was sent, and back"),
    ("e", "edit the last question"),
    ("1  2  3", "Ask, Cables, Index"),
    ("Esc", "stop, or leave a field"),
    ("?", "this list"),
)


def _rows() -> str:
    return "".join(
        f"<dt>{' '.join(f'<kbd>{escape(key)}</kbd>' for key in keys.split())}</dt><dd>{escape(does)}</dd>"
        for keys, does in SHORTCUTS
    )


def heading(root_path: str, *, log_out: bool) -> str:
    """The heading; with `log_out`, the button that does so."""
    button = (
        f'<form id="logout" method="post" action="{escape(root_path)}/logout"><button>Log out</button></form>'
    )
    return f"{button if log_out else ''}{_HEADING}"


_HEADING: Final = (
    '<button type="button" data-help aria-label="Shortcuts" title="Shortcuts">?</button>'
    "<h1>Cables</h1><p>Ask in plain words. The answers are quoted from the cables, word for word.</p>"
    '<p id="notice" role="status"></p>'
    '<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Shortcuts</h2>'
    f"<dl>{_rows()}</dl>"
    '<label><input type="checkbox" checked> Shortcuts are on</label>'
    '<form method="dialog"><button>Close</button></form></dialog>'
)
