"""txtai over a folder of cables, as it comes: built, saved, opened again and asked. Prints a line of JSON.

python -m benchmarks.txtai_whole --cables FILE --folder DIR --questions FILE

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
    """Read with this program's parser, whose time is left out; then all else is txtai's."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--cables", type=Path, required=True)
    options.add_argument("--folder", type=Path, required=True, help="where it is saved")
    options.add_argument("--questions", type=Path, required=True)
    given = options.parse_args()
    from txtai import Embeddings

    paragraphs = [
        (f"{cable.id} {paragraph.number}", paragraph.text, None)
        for cable in corpus.read(given.cables)
        if isinstance(cable, Cable)
        for paragraph in cable.paragraphs
    ]
    begun, used = time.perf_counter(), time.process_time()
    built = Embeddings(path=str(default_folder()), hybrid=True, content=True)
    built.index(paragraphs)
    built.save(str(given.folder))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    built.close()
    opened = Embeddings()
    opened.load(str(given.folder))
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    took = []
    for line in lines[: _ASKED + 1]:
        begun = time.perf_counter()
        opened.search(json.loads(line)["question"], 10)
        took.append(1000 * (time.perf_counter() - begun))
    size = sum(path.stat().st_size for path in given.folder.rglob("*") if path.is_file())
    print(
        json.dumps(
            {
                "paragraphs": len(paragraphs),
                "seconds": seconds,
                "cpu": cpu,
                "ms": statistics.median(took[1:]),  # the first one warms up
                "bytes": size,
            }
        )
    )


if __name__ == "__main__":
    main()
