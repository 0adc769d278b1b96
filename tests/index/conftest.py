"""Cables written by the tests, a tiny random model, and the model that comes with the program."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from index.encoder import Encoder, load
from tests.index import kept as places
from tests.tiny_model import save_tiny_model

CABLE = """{dtg}
FM AMEMBASSY {post}
TO SECSTATE WASHDC PRIORITY

UNCLAS {post} {serial:06d}

E.O. 12958: N/A
TAGS: {tags}
SUBJECT: {subject}

{body}

SMITH
"""

WriteCable = Callable[..., Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test of a module that uses `kept` runs over both places but for those that say otherwise."""
    places.twice(items)


@pytest.fixture(scope="module", params=["folder", "milvus"])
def kept(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the indexes of a module are kept."""
    if request.param == "folder":
        yield "folder"
    else:
        yield from (request.param for _ in places.told_to_milvus())


@pytest.fixture(scope="session")
def cable_text() -> Callable[..., str]:
    def written(
        paragraphs: Sequence[str],
        *,
        serial: int = 1,
        subject: str = "A REPORT",
        post: str = "ASTANA",
        dtg: str = "P 270959Z FEB 09",
        tags: str = "PREL, KZ",
    ) -> str:
        body = "\n\n".join(f"{number}. (U) {text}" for number, text in enumerate(paragraphs, start=1))
        return CABLE.format(serial=serial, subject=subject, post=post, dtg=dtg, tags=tags, body=body)

    return written


@pytest.fixture
def write_cable(tmp_path: Path, cable_text: Callable[..., str]) -> WriteCable:
    """Writes a cable as a file of `tmp_path / "files"`: name, paragraphs, then what is to be unusual."""

    def write(name: str, paragraphs: Sequence[str], **unusual: object) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(cable_text(paragraphs, **unusual), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a random BERT model of 32 dimensions that reads 64 tokens, a letter each."""
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_encoder(tiny_model: str) -> Encoder:
    return load(tiny_model, device="cpu", threads=2)


@pytest.fixture(scope="session")
def default_encoder() -> Encoder:
    return load(device="cpu", threads=2)


@pytest.fixture(scope="session")
def bulk_encoder() -> Encoder:
    """The default model as a build uses it."""
    return load(device="cpu", threads=2, bulk=True)
