"""The default model without its last layers: its vectors still come from the text, and take a fraction of the time.

python -m benchmarks.shallow --into DIR [--layers 1]

For measurements that need vectors which belong to their texts, whatever their quality: `cable-qa build --model DIR`.
"""

import argparse
from pathlib import Path
from typing import Any

from sentence_transformers import SentenceTransformer

from index.encoder import default_folder


def main() -> None:
    """Make it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--into", type=Path, required=True, metavar="DIR")
    options.add_argument("--layers", type=int, default=1, help="that stay")
    given = options.parse_args()
    model = SentenceTransformer(str(default_folder()), device="cpu")
    bert: Any = model[0].auto_model  # its types say nothing of its layers
    bert.encoder.layer = bert.encoder.layer[: given.layers]
    bert.config.num_hidden_layers = given.layers
    model.save(str(given.into))


if __name__ == "__main__":
    main()
