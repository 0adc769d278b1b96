"""Open the page on an index, which is made first where there is none: python app.py."""

import argparse
import os
import sys
from pathlib import Path

import corpus
import index
from qa.web import serve


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """What the command line says, and for the index folder the environment where it says nothing."""
    parser = argparse.ArgumentParser(prog="app.py", description="Ask diplomatic cables, in the browser.")
    parser.add_argument(
        "--index",
        type=Path,
        default=Path(os.environ.get("CABLE_QA_INDEX") or "cable-index"),
        help="the index folder (default: $CABLE_QA_INDEX, else ./cable-index)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="the port (default: %(default)s; 0: any)")
    parser.add_argument("--model", help="a sentence-transformers model, by name or folder")
    parser.add_argument("--device", help="where the model runs: cpu, cuda, mps")
    parser.add_argument("--threads", type=int, help="how many threads the model may use")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Serve until Ctrl-C; what can be said in a sentence is said in one, and the exit status is 1."""
    chosen = options(arguments)
    engine = {"model": chosen.model, "device": chosen.device, "threads": chosen.threads}
    try:
        make_first_index(chosen.index, **engine)
        serve(chosen.index, host=chosen.host, port=chosen.port, open_browser=chosen.open, **engine)
    except corpus.CableQAError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def make_first_index(folder: Path, *, model: str | None, device: str | None, threads: int | None) -> None:
    """Where the folder holds no index, build one of the cables that come with the program."""
    try:
        with index.open(folder):
            return
    except index.IndexNotFound:
        sys.stdout.write(f"No index in {folder} yet: making one of the cable that comes with the program.\n")
        sys.stdout.flush()
    index.build(corpus.shipped_cables(), folder, model=model, device=device, threads=threads)


if __name__ == "__main__":
    main()
