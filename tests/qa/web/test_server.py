import socket
import subprocess
import sys
from pathlib import Path

import pytest

from qa.web import PortTaken, serve
from qa.web.access import Access


def test_a_port_that_is_taken_is_said_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"^Port {port} of 127\.0\.0\.1 is taken, .* --port {port + 1}$"):
            serve(tmp_path, port=port)


def test_a_host_that_is_not_this_machine_is_said_to_be_unusable(tmp_path: Path) -> None:
    with pytest.raises(PortTaken, match=r"^Port 7860 of 192\.0\.2\.1 cannot be used \("):
        serve(tmp_path, host="192.0.2.1", access=Access(no_password=True))


def test_gradio_is_not_imported_before_a_page_is_served() -> None:
    told = "import sys, qa.web; sys.exit('gradio' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0
