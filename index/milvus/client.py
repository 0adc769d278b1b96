"""One Milvus: its collections, and what is said when it does not answer."""

import base64
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any, Final

from index.errors import StoreUnavailable, StoreUnreachable
from index.milvus.bm25 import K1, B
from index.portions import portions

TOKEN: Final = "CABLE_QA_MILVUS_TOKEN"

# Milvus has no type for bytes, and of text no more than this in one value.
_MOST: Final = 65_535  # bytes of UTF-8
_PIECE: Final = _MOST // 4 * 3  # bytes, as base64
_ROWS: Final = 1_000  # a request; of vectors of 1.5 KB they are far from the 64 MB that Milvus takes
_LOOKED_UP: Final = 200  # keys a request
_FOUND: Final = 16_384  # by one search; Milvus refuses to give more
_READ_S: Final = 10.0
_LITE_READ_S: Final = 120.0  # of a file: what a server holds ready, Milvus Lite makes in its first search
_WRITE_S: Final = 120.0
_PAUSE_S: Final = (0.5, 15.0)  # between two tries, the first and the longest

# Else gRPC remembers, for all clients of a process, that an address gave no answer, and does not try it for minutes.
_GRPC: Final = {"grpc.use_local_subchannel_pool": 1, "grpc.max_reconnect_backoff_ms": 5_000}

CABLES: Final = "cable_qa_cables"
PARAGRAPHS: Final = "cable_qa_paragraphs"
WINDOWS: Final = "cable_qa_windows"
PIECES: Final = "cable_qa_pieces"
STATE: Final = "cable_qa_state"
_ALL: Final = (STATE, CABLES, PARAGRAPHS, WINDOWS, PIECES)
# A long paragraph has several windows; their ids are its own, shifted, and their place.
_WINDOWS_BITS: Final = 20
# Vectors that Milvus looks at one by one in a few hundredths of a second, as many as a folder finds exactly, and what
# finds them beyond. Source: Malkov, Yashunin, TPAMI 42(4), 2020, https://doi.org/10.1109/TPAMI.2018.2889473
FLAT_UP_TO: Final = 400_000
_GRAPH: Final = {"M": 16, "efConstruction": 200}
_LOOKED_AT: Final = 4  # times as many neighbours as are wanted

_log = logging.getLogger(__name__)

Row = dict[str, Any]


def is_address(text: object) -> bool:
    """Whether this names a Milvus ("http://milvus:19530"), or a file of Milvus Lite ("cables.db")."""
    return bool(re.match(r"(https?|tcp|unix)://.|.+\.db$", str(text)))


def is_file(address: str) -> bool:
    """Whether it is a file of Milvus Lite."""
    return address.endswith(".db") and "://" not in address


def _read_s(address: str) -> float:
    return _LITE_READ_S if is_file(address) else _READ_S


class Connection:
    """Requests to one Milvus, which may come and go. Safe to use from many threads."""

    def __init__(self, address: str, *, patience: float = 0.0) -> None:
        """With `patience` a request is tried again for so many seconds, as a build does."""
        self.address, self._patience = address, patience
        self._read_s = _read_s(address)
        self._lock = Lock()
        self._client: Any = None  # pymilvus is an extra

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def has(self, collection: str) -> bool:
        """Whether it was made."""
        return bool(self._ask("has_collection", collection, timeout=self._read_s))

    def make_collections(self, dim: int | None, *, windows: int) -> None:
        """Make those that are missing.

        Args:
            dim: of the vectors; None where there are none yet.
            windows: how many of them are expected, by which their index is chosen.
        """
        fields: dict[str, Callable[[Any], None]] = {
            CABLES: _cables,
            PARAGRAPHS: _paragraphs,
            PIECES: _pieces,
            STATE: _state,
        }
        if dim is not None:
            fields[WINDOWS] = partial(_windows, dim=dim)
        for name, add in fields.items():
            if not self.has(name):
                schema = self._ask("create_schema", auto_id=False, enable_dynamic_field=False)
                add(schema)
                self._ask("create_collection", name, schema=schema, timeout=_WRITE_S)
                # Of nothing it is made in a moment, for which pymilvus would wait half a second.
                indexes = self._indexes(name, windows)
                self._ask("create_index", name, indexes, sync=False, timeout=_WRITE_S)
                self._ask("load_collection", name, timeout=_WRITE_S)

    def drop_collections(self) -> None:
        """Drop all that an index is made of."""
        for name in _ALL:
            self._ask("drop_collection", name, timeout=_WRITE_S)

    def upsert(self, collection: str, rows: Iterable[Row]) -> None:
        """Write rows; those with the same key are replaced."""
        for some in portions(rows, _ROWS):
            self._ask("upsert", collection, some, timeout=_WRITE_S)

    def delete(self, collection: str, expression: str) -> None:
        """Delete the rows for which it holds."""
        self._ask("delete", collection, filter=expression, timeout=_WRITE_S)

    def flush(self, collection: str) -> None:
        """Have what was written made ready to be searched fast, as after much of it."""
        self._ask("flush", collection, timeout=_WRITE_S)

    def get(
        self, collection: str, ids: Sequence[int] | Sequence[str], fields: Sequence[str], *, now: bool = False
    ) -> list[Row]:
        """Rows by their keys, in no order; with `now`, as they were last written by anybody."""
        how = {
            "output_fields": list(fields),
            "consistency_level": "Strong" if now else "Bounded",
            "timeout": self._read_s,
        }
        found: list[Row] = []
        for some in portions(ids, _LOOKED_UP):
            found += self._ask("query", collection, ids=some, **how)
        return found

    def rows(self, collection: str, expression: str, fields: Sequence[str]) -> Iterator[Row]:
        """All rows for which it holds, as they were last written by anybody."""
        found = self._ask(
            "query_iterator",
            collection,
            batch_size=_ROWS,
            filter=expression,
            output_fields=list(fields),
            consistency_level="Strong",
            timeout=_WRITE_S,
        )
        try:
            while some := self._answered(found.next):
                yield from some
        finally:
            found.close()

    def search_words(self, text: str, *, limit: int, expression: str, fields: Sequence[str]) -> list[Row]:
        """The paragraphs that hold words of a text, best first by Milvus's own BM25."""
        how = {"metric_type": "BM25"}
        return self._search(
            PARAGRAPHS, text, "sparse", how, limit=limit, expression=expression, fields=fields
        )

    def search_vector(self, vector: Sequence[float], *, limit: int, expression: str) -> list[int]:
        """Ids of the paragraphs of the windows nearest to a vector, nearest first; one may come several times."""
        how = {"metric_type": "IP", "params": {"ef": _LOOKED_AT * limit}}
        found = self._search(
            WINDOWS, list(vector), "vector", how, limit=limit, expression=expression, fields=["id"]
        )
        return [row["id"] >> _WINDOWS_BITS for row in found]

    def _search(
        self,
        collection: str,
        asked: object,
        field: str,
        how: Mapping[str, object],
        *,
        limit: int,
        expression: str,
        fields: Sequence[str],
    ) -> list[Row]:
        (found,) = self._ask(
            "search",
            collection,
            data=[asked],
            anns_field=field,
            search_params=dict(how),
            limit=min(limit, _FOUND),
            filter=expression,
            output_fields=list(fields),
            timeout=self._read_s,
        )
        return [dict(hit["entity"]) for hit in found]

    def _indexes(self, name: str, windows: int) -> Any:  # noqa: ANN401
        found = self._ask("prepare_index_params")
        if name == PARAGRAPHS:
            weights = {"bm25_k1": K1, "bm25_b": B}
            found.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=weights)
        elif name == WINDOWS:
            kind, learned = ("FLAT", {}) if windows <= FLAT_UP_TO else ("HNSW", _GRAPH)
            found.add_index("vector", index_type=kind, metric_type="IP", params=learned)
        else:
            found.add_index("none", index_type="FLAT", metric_type="L2")
        if name == CABLES:
            found.add_index("stamp", index_type="INVERTED")
        if name in (PARAGRAPHS, WINDOWS):
            found.add_index("cable", index_type="INVERTED")
        return found

    def _ask(self, method: str, *given: object, **options: object) -> Any:  # noqa: ANN401 - pymilvus has no types
        """What a method of pymilvus's client gives. Raises StoreUnreachable once there is no patience left."""
        until, pause = time.monotonic() + self._patience, _PAUSE_S[0]
        while True:
            used = self._client
            try:
                return self._answered(lambda: getattr(self._connected(), method)(*given, **options))
            except StoreUnreachable as error:
                with self._lock:  # dropped and not closed: other threads may be waiting for it
                    self._client = None
                if used is not None:  # it may have been started anew since it was called
                    continue
                if time.monotonic() + pause > until:
                    raise
                _log.warning("%s It is tried again in %.1f s.", error, pause)
                _slept(pause)
                pause = min(2 * pause, _PAUSE_S[1])

    def _answered(self, request: Callable[[], Any]) -> Any:  # noqa: ANN401
        try:
            import pymilvus
            from grpc import RpcError
        except ImportError as error:
            raise StoreUnavailable("pymilvus") from error
        try:
            return request()
        except (pymilvus.MilvusException, RpcError) as error:
            why = getattr(error, "message", "") or str(error)
            raise StoreUnreachable(self.address, " ".join(str(why).split())) from error

    def _connected(self) -> Any:  # noqa: ANN401
        with self._lock:
            if self._client is None:
                self._client = _client(self.address)
            return self._client


def _slept(seconds: float) -> None:
    time.sleep(seconds)


def window_id(paragraph: int, place: int) -> int:
    """The key of a window."""
    return paragraph << _WINDOWS_BITS | place


def windows_of(paragraph: int) -> str:
    """The expression for the windows of a paragraph."""
    return f"id >= {window_id(paragraph, 0)} && id < {window_id(paragraph + 1, 0)}"


def in_pieces(value: bytes) -> list[str]:
    """Bytes as text that Milvus takes, at least one piece."""
    return [
        base64.b64encode(value[start : start + _PIECE]).decode()
        for start in range(0, max(1, len(value)), _PIECE)
    ]


def whole(pieces: Iterable[str]) -> bytes:
    """The bytes of these pieces."""
    return b"".join(base64.b64decode(piece) for piece in pieces)


def shortened(text: str) -> str:
    """The text, its end left out where it has more bytes than Milvus takes; cut between two words."""
    if len(text.encode()) <= _MOST:
        return text
    return text.encode()[:_MOST].decode(errors="ignore").rpartition(" ")[0]


def _client(address: str) -> Any:  # noqa: ANN401
    import pymilvus

    if is_file(address):
        try:
            import milvus_lite  # noqa: F401
        except ImportError as error:
            raise StoreUnavailable("milvus-lite") from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it says itself, and at length, what we raise
    client = pymilvus.MilvusClient(
        uri=address, token=os.environ.get(TOKEN, ""), timeout=_read_s(address), grpc_options=_GRPC
    )
    for name in set(client.list_collections(timeout=_read_s(address))) & set(_ALL):
        client.load_collection(name, timeout=_WRITE_S)  # one that was started anew may have loaded none
    return client


def _key(schema: Any, kind: str = "INT64", **more: object) -> None:  # noqa: ANN401
    import pymilvus

    schema.add_field("id", getattr(pymilvus.DataType, kind), is_primary=True, **more)


def _text(schema: Any, name: str, *, most: int = _MOST, **more: object) -> None:  # noqa: ANN401
    import pymilvus

    schema.add_field(name, pymilvus.DataType.VARCHAR, max_length=most, **more)


def _numbers(schema: Any, *names: str) -> None:  # noqa: ANN401
    import pymilvus

    for name in names:
        schema.add_field(name, pymilvus.DataType.INT64)


def _no_vector(schema: Any) -> None:  # noqa: ANN401
    """Every collection of Milvus has a vector; those of these rows are of no use."""
    import pymilvus

    schema.add_field("none", pymilvus.DataType.FLOAT_VECTOR, dim=2)


NO_VECTOR: Final[Row] = {"none": [0.0, 0.0]}


def _cables(schema: Any) -> None:  # noqa: ANN401
    _key(schema)  # its number
    _numbers(schema, "stamp", "shown", "row_pieces", "body_pieces")
    _text(schema, "row")
    _text(schema, "body")
    _no_vector(schema)


def _paragraphs(schema: Any) -> None:  # noqa: ANN401
    import pymilvus

    _key(schema)
    _filtered(schema)
    _text(schema, "stems", enable_analyzer=True, enable_match=True, analyzer_params={"tokenizer": "standard"})
    schema.add_field("sparse", pymilvus.DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        pymilvus.Function(
            name="bm25",
            function_type=pymilvus.FunctionType.BM25,
            input_field_names=["stems"],
            output_field_names=["sparse"],
        )
    )
    _text(schema, "vectors")  # "" where it is not embedded
    _numbers(schema, "vectors_pieces")


def _windows(schema: Any, dim: int) -> None:  # noqa: ANN401
    import pymilvus

    _key(schema)  # as window_id makes it
    _filtered(schema)
    schema.add_field("vector", pymilvus.DataType.FLOAT_VECTOR, dim=dim)


def _filtered(schema: Any) -> None:  # noqa: ANN401
    """What a person's filters ask of a paragraph."""
    _numbers(schema, "cable", "day")  # day: as date.toordinal; 0 for none
    _text(schema, "post")  # in small letters
    _text(schema, "classification")


def _pieces(schema: Any) -> None:  # noqa: ANN401
    _key(schema, "VARCHAR", max_length=200)
    _text(schema, "piece")
    _no_vector(schema)


def _state(schema: Any) -> None:  # noqa: ANN401
    _key(schema, "VARCHAR", max_length=200)
    _text(schema, "value")  # JSON
    _no_vector(schema)
