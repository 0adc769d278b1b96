"""What programs may ask of the server, and what nobody may."""

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gradio_client import Client

if TYPE_CHECKING:
    from .conftest import Server

DEPORTED = "how many migrants were deported in 2008"


def test_the_server_fetches_nothing_for_anybody(server: "Server") -> None:
    assert answered(server.address, "GET", "/gradio_api/file=https://example.com/x.txt") == 403
    assert answered(server.address, "GET", "/gradio_api/proxy=https://example.hf.space/x") == 403
    file = {"path": "https://example.com/x.txt", "meta": {"_type": "gradio.FileData"}}
    body = json.dumps({"data": [[file]], "fn_index": 0, "session_hash": "x"})
    for path in ("/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/call/add"):
        assert answered(server.address, "POST", path, body) == 403
    assert answered(server.address, "GET", "/healthz", host="example.com") == 403
    assert answered(server.address, "GET", "/healthz") == 200


def test_programs_can_ask_search_and_read(server: "Server") -> None:
    client = Client(server.address, verbose=False, analytics_enabled=False)
    names = {name.strip("/") for name in client.view_api(return_format="dict")["named_endpoints"]}
    assert names == {"ask", "search", "read_cable"}
    answer = client.predict(DEPORTED, api_name="/ask")
    assert (answer["short"], answer["citations"][0]["paragraph"]) == ("17,000", "7")
    assert client.predict("deported migrants", 3, api_name="/search")[0]["cable_id"] == "09ASTANA368"
    assert client.predict("09ASTANA368", api_name="/read_cable")["post"] == "ASTANA"
    client.close()


def answered(address: str, method: str, path: str, body: str | None = None, host: str = "localhost") -> int:
    """The status of an answer to a request made by hand."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request(method, path, body, {"Host": host, "Content-Type": "application/json"})
    status = connection.getresponse().status
    connection.close()
    return status
