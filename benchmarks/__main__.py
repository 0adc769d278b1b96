"""List the benchmarks, each with what it tells and how it is called."""

import ast
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("*.py")):
    source = path.read_text(encoding="utf-8")
    if not path.name.startswith("_") and 'if __name__ == "__main__":' in source:
        print((ast.get_docstring(ast.parse(source)) or path.stem).strip(), end="\n\n")
