"""What does a build cost at 1,000, 20,000 and 250,000 cables, and what does a cable more? Makes docs/PERFORMANCE.md.

python -m benchmarks.scale --cables MAKE_CABLES.PY --keep DIR [--sizes 1000 20000 250000] [--peers 2000]
    [--write docs/PERFORMANCE.md]

Each size is read in whole and embedded in part: the vectors of all other paragraphs are stand-ins near real ones. What
has been measured stands in DIR and is not measured again, so that a run which was ended can go on.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final

import corpus
import index
from benchmarks import collections, limits, scale_pictures, scale_tables
from benchmarks.cold_start import Run
from benchmarks.collections import Collection
from benchmarks.machine import machine
from benchmarks.markers import printed
from index.encoder import default_folder
from index.store import Store

_ADDED: Final = (1, 10)  # cables
_ASKED: Final = 50
_BESIDE: Final = """
from sentence_transformers import SentenceTransformer
model = SentenceTransformer({folder!r}, device="cpu")
model.encode({texts!r})
"""
_TEXTS: Final = 320  # that sentence-transformers alone encodes

Found = dict[str, Any]  # as JSON


class Kept:
    """Measurements in a folder, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, name: str, measure: Callable[[], Found]) -> Found:
        """What was measured under a name, or is now."""
        path = self.folder / f"{name}.json"
        if not path.exists():
            print(f"{path.stem} ...", file=sys.stderr)
            path.write_text(json.dumps(measure()), encoding="utf-8")
        found: Found = json.loads(path.read_text(encoding="utf-8"))
        return found


def main() -> None:
    """Measure what is not measured yet, print, write."""
    given = _options().parse_args()
    kept = Kept(given.keep)
    sizes = {size: _size(kept, given, size) for size in given.sizes}
    search = [one for found in sizes.values() for one in found["vectors"]["found"]]
    # As sentence-transformers does it with texts of the smallest size.
    alone = kept.get("alone", lambda: _alone(_made(given, min(given.sizes))))
    limit = kept.get("limits", lambda: asdict(limits.measured(given.keep)))
    peers = _peers(kept, given) if given.peers else None
    lines = [
        *scale_tables.lines(sizes, alone=alone, search=search, limit=limit, peers=peers),
        f"*{machine('sentence-transformers', 'torch', 'faiss-cpu', 'tantivy')}*",
    ]
    printed(lines, into=given.write, name="scale", maker="benchmarks.scale")
    if given.write:
        scale_pictures.draw(sizes, alone=alone, search=search, folder=given.write.parent / "pictures")


def _made(given: argparse.Namespace, size: int) -> Collection:
    return collections.generated(given.cables, given.keep, cables=size, seed=given.seed)


def _size(kept: Kept, given: argparse.Namespace, size: int) -> Found:
    """All that is measured of one size."""
    cables, folder = _made(given, size), kept.folder / f"{size}.index"
    like = given.like or kept.folder / f"{min(given.sizes)}.index"
    some = [] if like == folder else ["--embed", given.embed]
    built = kept.get(f"{size}-read", lambda: _stages(folder, "--cables", cables.cables, *some))
    filled = kept.get(f"{size}-fill", lambda: _stages(folder, "--like", like))
    sealed = kept.get(f"{size}-seal", lambda: _sealed(folder))
    disk = kept.get(f"{size}-disk", lambda: _disk(folder))
    added = {}
    for count in _ADDED:
        more = _more(kept, given, count)
        added[str(count)] = kept.get(f"{size}-add-{count}", partial(_stages, folder, "--cables", more))
    asked = kept.get(f"{size}-ask", lambda: _asked(folder, cables))
    search = kept.get(f"{size}-vectors", lambda: _vectors(like, cables, filled["paragraphs"]))
    return {
        **{"read": built, "fill": filled, "seal": sealed, "disk": disk},
        **{"add": added, "ask": asked, "vectors": search},
    }


def _stages(folder: Path, *arguments: object) -> Found:
    """One build in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.stages", "--index", str(folder), *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def _sealed(folder: Path) -> Found:
    """The FAISS file made anew: where stand-ins were made, they lie in memory beside it."""
    for path in folder.glob("vectors-*"):
        path.unlink()
    return _stages(folder)


def _more(kept: Kept, given: argparse.Namespace, count: int) -> Path:
    """A file of so many cables that no index holds; those of another count are others."""
    path = kept.folder / f"more-{count}.csv"
    if not path.exists():
        most = sum(_ADDED)
        drawn = collections.generated(given.cables, kept.folder, cables=most, seed=given.seed + 1)
        records = re.split(rb"\n(?=\"\d+\",\"\d)", drawn.cables.read_bytes())
        first = sum(each for each in _ADDED if each < count)
        path.write_bytes(b"\n".join(records[first : first + count]) + b"\n")
    return path


def _disk(folder: Path) -> Found:
    """Bytes by what they hold."""
    found = {
        "BM25 and spellings": _bytes(folder / "words") + _bytes(folder / "spellings"),
        "FAISS": sum(path.stat().st_size for path in folder.glob("vectors-*")),
    }
    with Store(folder) as store:
        (vectors,) = store.db.execute(
            "SELECT sum(length(vectors) + length(spans)) FROM embeddings"
        ).fetchone()
    found["vectors"] = vectors
    found["text and tables"] = (folder / "index.sqlite").stat().st_size - vectors
    return found


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _asked(folder: Path, made: Collection, *, threads: int | None = 1) -> Found:
    """Opening anew in a process, and questions to an open index, by so many threads of the model, or one a core."""
    texts = [one.text for one in made.questions if not one.history][: _ASKED + 1]
    cold = Run.of([sys.executable, "-m", "qa.cli", "ask", texts[0], "--index", str(folder), "--json"])
    took = []
    with index.open(folder, threads=threads) as cable_index:
        begun = time.perf_counter()
        cable_index.search(texts[0], by="words")
        opened = time.perf_counter() - begun
        for text in texts:
            begun, used = time.perf_counter(), time.thread_time()
            cable_index.search(text)
            took.append((1000 * (time.perf_counter() - begun), 1000 * (time.thread_time() - used)))
    ms, cpu_ms = zip(*took[1:], strict=True)
    return {
        "cold": asdict(cold),
        "opened": opened,
        "ms": statistics.median(ms),
        "cpu_ms": statistics.median(cpu_ms),
    }


def _alone(made: Collection) -> Found:
    """What sentence-transformers takes to load the model and encode some paragraphs."""
    texts: list[str] = []
    for cable in corpus.read(made.cables):
        if isinstance(cable, corpus.Cable):
            texts += [paragraph.text for paragraph in cable.paragraphs]
        if len(texts) >= _TEXTS:
            break
    runs = [
        Run.of([sys.executable, "-c", _BESIDE.format(folder=str(default_folder()), texts=texts[:_TEXTS])])
        for _ in range(3)
    ]
    return {name: statistics.median(getattr(run, name) for run in runs) for name in ("wall", "cpu", "memory")}


def _vectors(like: Path, made: Collection, paragraphs: int) -> Found:
    """See benchmarks.vector_search."""
    command = [sys.executable, "-m", "benchmarks.vector_search", "--like", str(like), "--json"]
    command += ["--questions", str(made.cables.parent / "questions.jsonl"), "--sizes", str(paragraphs)]
    command += ["--lists", *(str(2.0**-power) for power in (5, 4, 3, 2, 1, 0))]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return {"found": [json.loads(line) for line in done.stdout.splitlines()]}


def _peers(kept: Kept, given: argparse.Namespace) -> Found:
    """The same cables, all embedded, by this program and by txtai; then the same questions to both."""
    made, folder = _made(given, given.peers), kept.folder / f"peers-{given.peers}"

    def ours() -> Found:
        return _stages(folder / "index", "--cables", made.cables) | {"bytes": _bytes(folder / "index")}

    def theirs() -> Found:
        return _txtai(folder / "txtai", "--cables", made.cables)

    def asked() -> Found:
        questions = made.cables.parent / "questions.jsonl"
        return {
            "cable-qa": _asked(folder / "index", made, threads=None)["ms"],
            "txtai": _txtai(folder / "txtai", "--questions", questions)["ms"],
        }

    return {
        "cable-qa": kept.get(f"{folder.name}-cable-qa", ours),
        "txtai": kept.get(f"{folder.name}-txtai", theirs),
        "ms": kept.get(f"{folder.name}-ask", asked),
    }


def _txtai(folder: Path, *arguments: object) -> Found:
    """One run of it in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.txtai_whole", "--folder", str(folder), *map(str, arguments)]
    printed = folder.with_suffix(".json")
    run = Run.of(command, into=printed)
    found: Found = json.loads(printed.read_text().splitlines()[-1])
    return found | {"memory": run.memory}


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--cables", type=Path, required=True, metavar="MAKE_CABLES.PY", help="the generator of cables"
    )
    parser.add_argument(
        "--keep", type=Path, required=True, metavar="DIR", help="for cables, indexes, figures"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 20_000, 250_000], help="cables")
    parser.add_argument("--seed", type=int, default=1, help="of the cables")
    parser.add_argument("--embed", type=int, default=768, help="paragraphs of each size that the model reads")
    parser.add_argument("--like", type=Path, help="an index with real vectors; none for the smallest size")
    parser.add_argument(
        "--peers", type=int, metavar="CABLES", help="build so many with txtai too, all embedded"
    )
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the tables between their markers")
    return parser


if __name__ == "__main__":
    main()
