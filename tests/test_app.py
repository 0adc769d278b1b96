"""app.py is `cable-qa serve` under another name; tests/browser asks what it serves."""

import subprocess
import sys
from pathlib import Path

APP = Path(__file__).parents[1] / "app.py"


def test_app_takes_the_options_of_serve() -> None:
    done = subprocess.run([sys.executable, APP, "--help"], capture_output=True, text=True, check=True)
    assert "cable-qa serve" in done.stdout
    assert "--port" in done.stdout
