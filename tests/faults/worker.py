"""The process that faults happen to: it loads everything once, and forks a child for each scenario.

Run as `python -m tests.faults.worker`, with disk.c loaded; takes a JSON object a line, and answers with one.
"""

import ctypes
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import index
from index import builder, copies, parsing, reading, repairs, sealing, spellings

DISK: Any = ctypes.CDLL(None)
EMBEDDED = 1_000_000  # marks above are of embedded paragraphs
STAGES: dict[str, list[int]] = {}


def _noted(stage: str, called: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with the events that happen within it noted under the name of a stage."""

    def call(*args: Any, **kwargs: Any) -> Any:
        first = DISK.disk_events()
        try:
            return called(*args, **kwargs)
        finally:
            STAGES.setdefault(stage, []).extend((first, DISK.disk_events()))

    return call


def _marked(called: Callable[..., Any], sql: str, above: int) -> Callable[..., Any]:
    """The function of something with a store, and a mark in the log of what is committed after it."""

    def call(holder: Any, *args: Any, **kwargs: Any) -> Any:
        found = called(holder, *args, **kwargs)
        store = holder if hasattr(holder, "db") else holder._store
        if not store.db.in_transaction:
            DISK.disk_mark(ctypes.c_long(above + store.db.execute(sql).fetchone()[0]))
        return found

    return call


def instrument() -> None:
    """Note the stages, and mark what is committed."""
    commit = _marked(reading.Reading._commit, "SELECT count(*) FROM cables", 0)
    reading.Reading._commit = commit  # type: ignore[method-assign]
    from index import embedding

    embedding.keep = _marked(embedding.keep, "SELECT count(*) FROM embeddings", EMBEDDED)
    embedding._BATCH = 8  # type: ignore[misc]
    reading._BATCH = 5  # type: ignore[misc]
    parsing._FEW = 4  # type: ignore[misc]  # the rest is parsed by another process
    reading.Reading.sources = _noted("read", reading.Reading.sources)  # type: ignore[method-assign]
    reading.tell_words = _noted("words", reading.tell_words)
    spellings.bring_up_to_date = _noted("spellings", spellings.bring_up_to_date)
    builder.embed = _noted("embed", builder.embed)  # type: ignore[attr-defined]
    sealing._seal_base = _noted("seal base", sealing._seal_base)
    sealing._seal_fresh = _noted("seal fresh", sealing._seal_fresh)


def run(task: dict[str, Any]) -> None:
    """What the child does."""
    folder = Path(task["folder"])
    if task.get("fresh_from"):
        sealing._FRESH_FROM = task["fresh_from"]  # type: ignore[misc]
    if task.get("unsynced"):  # a protection taken out, to see that it is missed
        unsync(task["unsynced"])
    DISK.disk_fault(task.get("kind", 0), ctypes.c_long(task.get("at", 0)))
    if task["does"] == "build":
        index.build(task["sources"], folder, model=task["model"], threads=1, prune=True)
    elif task["does"] == "repair":
        repairs.repair(folder, threads=1)
    else:
        copies.backup(folder, task["to"])


def unsync(what: str) -> None:
    """Take out one protection."""
    if what == "sqlite":
        from index import schema

        connect = schema.connect

        def loose(*args: Any, **kwargs: Any) -> Any:
            db = connect(*args, **kwargs)
            db.execute("PRAGMA synchronous = OFF")
            return db

        schema.connect = loose
    elif what == "faiss":
        sealing.sync = lambda path: None
    elif what == "replace":

        def in_place(self: Path, target: Path) -> Path:
            target.write_bytes(self.read_bytes())
            self.unlink()
            return target

        Path.replace = in_place  # type: ignore[method-assign,assignment]
    else:
        raise ValueError(what)


def main() -> None:
    """Fork a child for each line."""
    import faiss  # noqa: F401 - before the fork
    import torch

    torch.set_num_threads(1)
    instrument()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        back, to = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(back)
            told: dict[str, Any] = {}
            try:
                run(task)
            except BaseException as error:
                told = {
                    "error": type(error).__name__,
                    "family": [each.__name__ for each in type(error).__mro__],
                    "says": str(error),
                    "trace": traceback.format_exc()[-2000:],
                }
            told |= {"events": DISK.disk_events(), "stages": STAGES}
            os.write(to, json.dumps(told).encode())
            os._exit(0)
        os.close(to)
        with os.fdopen(back, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(child, 0)
        told = json.loads(answer) if answer else {}
        print(json.dumps({"killed": os.WIFSIGNALED(status), **told}), flush=True)


if __name__ == "__main__":
    main()
