"""The page on which a person logs in: plain HTML that works without scripts."""

from html import escape
from typing import Final
from urllib.parse import urlsplit

from qa.web.people import LONGEST_PASSWORD

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def html(*, root_path: str, after: str, name: str = "", trouble: str = "") -> str:
    """The page.

    Args:
        root_path: What stands before every address of ours, such as "/cables", or "".
        after: The address to go to afterwards, as `safe_address` gives it.
        name: What was typed before.
        trouble: Why that did not work, in a sentence.
    """
    told = f'<p class="trouble" id="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    described = ' aria-describedby="trouble" aria-invalid="true"' if trouble else ""
    focus_name, focus_password = ("", " autofocus") if name else (" autofocus", "")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Log in · Cables</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{escape(root_path)}/login.css">
</head>
<body>
<main>
<h1>Cables</h1>
<p class="about">Log in to ask and read the cables.</p>
{told}
<form method="post" action="{escape(root_path)}/login">
<input type="hidden" name="next" value="{escape(after)}">
<label for="name">Name</label>
<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" spellcheck="false"
 maxlength="64" required{focus_name}{described}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="{LONGEST_PASSWORD}"
 required{focus_password}{described}>
<button>Log in</button>
</form>
</main>
</body>
</html>
"""


def safe_address(wanted: str) -> str:
    """An address on this very server, below its root; "/" for whatever else was wanted.

    Browsers read backslashes as slashes and leave out tabs and line breaks, so none of these pass.
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    if not ours or "\\" in wanted or any(ord(each) < 33 or ord(each) > 126 for each in wanted):
        return "/"
    return "/" if parts.path in ("/login", "/logout") or len(wanted) > 8_000 else wanted
