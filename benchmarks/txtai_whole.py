"""txtai over a folder of cables, as it comes: built and saved, or opened and asked. Prints a line of JSON.

python -m benchmarks.txtai_whole --folder DIR [--cables FILE] [--questions FILE]

pip install -c constraints.txt -e '.[peers]'
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import corpus
from corpus import Cable
from index.encoder import default_folder

_ASKED = 50


def main() -> None:
    """Build where cables are given; ask where questions are."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--folder", type=Path, required=True, help="where it is saved")
    options.add_argument("--cables", type=Path)
    options.add_argument("--questions", type=Path)
    given = options.parse_args()
    found: dict[str, float] = {}
    if given.cables:
        found |= built(given.cables, given.folder)
    if given.questions:
        found["ms"] = asked(given.questions, given.folder)
    print(json.dumps(found))


def built(cables: Path, folder: Path) -> dict[str, float]:
    """Read with this program's parser, whose time is left out; then all else is txtai's."""
    from txtai import Embeddings

    paragraphs = [
        (f"{cable.id} {paragraph.number}", paragraph.text, None)
        for cable in corpus.read(cables)
        if isinstance(cable, Cable)
        for paragraph in cable.paragraphs
    ]
    begun, used = time.perf_counter(), time.process_time()
    made = Embeddings(path=str(default_folder()), hybrid=True, content=True)
    made.index(paragraphs)
    made.save(str(folder))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    made.close()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"paragraphs": len(paragraphs), "seconds": seconds, "cpu": cpu, "bytes": size}


def asked(questions: Path, folder: Path) -> float:
    """Milliseconds that a question takes, the median."""
    from txtai import Embeddings

    opened = Embeddings()
    opened.load(str(folder))
    took = []
    for line in questions.read_text(encoding="utf-8").splitlines()[: _ASKED + 1]:
        begun = time.perf_counter()
        opened.search(json.loads(line)["question"], 10)
        took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took[1:])  # the first one warms up


if __name__ == "__main__":
    main()
