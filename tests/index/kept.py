"""The tests of an index, once over a folder and once over a Milvus that the folder tells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from milvus_lite.server_manager import server_manager_instance

import index
from index import builder, searcher
from index.milvus import publish, reading
from index.store import Store

# What is tested of the files of a folder, or of a build that tells nothing of it: once is enough.
FOLDER_ALONE: Final = pytest.mark.folder_alone


def address_beside(folder: Path | str) -> str:
    """The file of Milvus Lite that an index folder tells."""
    return f"{Path(folder).absolute()}.db"


def told_to_milvus() -> Iterator[None]:
    """While it lasts, each build tells a Milvus, and each index that is opened is the one that this holds."""
    build, opened, used = builder.build, searcher.open, set[str]()

    def built(corpus: Any, folder: Path | str, **options: Any) -> index.BuildReport:  # noqa: ANN401
        used.add(address_beside(folder))
        return build(corpus, folder, milvus=address_beside(folder), **options)

    def opened_there(folder: Path | str, **options: Any) -> index.Index:  # noqa: ANN401
        with Store(Path(folder)) as store:  # raises where there is none
            used.add(address_beside(folder))
            publish.note_address(store, address_beside(folder))
            publish.publish(store, tell=lambda _: None, stopped=lambda: False)
        return opened(address_beside(folder), **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_ASKED_AGAIN_S", 0.0)  # a test asks at once
        patch.setattr(index, "build", built, raising=False)
        patch.setattr(index, "open", opened_there)
        yield
    for address in used:
        server_manager_instance.release_server(address)


def twice(items: list[pytest.Item]) -> None:
    """Leave out the second turn of what is tested of a folder alone."""
    items[:] = [
        item
        for item in items
        if not (
            item.get_closest_marker("folder_alone")
            and getattr(item, "callspec", None) is not None
            and item.callspec.params.get("kept") == "milvus"  # type: ignore[attr-defined]
        )
    ]
