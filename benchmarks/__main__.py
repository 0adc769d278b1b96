"""List the benchmarks, each with what it tells and how it is called."""

import ast
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("*.py")):
    if not path.name.startswith("_") and path.stem != "machine":
        print(
            (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.stem).strip(), end="\n\n"
        )
