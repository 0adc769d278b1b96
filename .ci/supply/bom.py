"""What is in a running cable-qa, and under which licences: an SBOM in CycloneDX. `make sbom`.

PYTHONPATH=.ci python -m supply.bom PYTHON FILE

Tells of the packages in the environment of that PYTHON which the program needs; what tests and checks need is left out.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from supply.locked import name, releases
from supply.locks import FOLDER, HOUSE
from supply.packages import committed_at

# Said in the package's own LICENSE, and in none of the fields from which CycloneDX is made.
LICENCES: Final = {"transformers": "Apache-2.0"}

Bom = dict[str, Any]  # CycloneDX as JSON, https://cyclonedx.org/docs/1.6/json/


def of_program(bom: Bom, needed: Collection[str]) -> Bom:
    """The part of an environment's SBOM that tells of the packages that are `needed`, by their normal names."""
    components = [_licensed(each) for each in bom["components"] if name(each["name"]) in needed]
    kept = {each["bom-ref"] for each in components} | {bom["metadata"]["component"]["bom-ref"]}
    dependencies = [
        {**each, "dependsOn": sorted(kept.intersection(each.get("dependsOn", ())))}
        for each in bom["dependencies"]
        if each["ref"] in kept
    ]
    return {**bom, "components": components, "dependencies": dependencies}


def _licensed(component: Bom) -> Bom:
    known = LICENCES.get(name(component["name"]))
    if component.get("licenses") or known is None:
        return component
    return {**component, "licenses": [{"license": {"acknowledgement": "declared", "id": known}}]}


def without_licence(bom: Bom) -> list[str]:
    """The names of the packages whose licence is not told."""
    return [each["name"] for each in bom["components"] if not each.get("licenses")]


def main(python: str, file: str) -> None:
    """Write the SBOM."""
    command = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "environment",
        "--pyproject",
        str(HOUSE / "pyproject.toml"),
    ]
    command += ["--mc-type", "application", "--output-reproducible", python]
    dated = {**os.environ, "SOURCE_DATE_EPOCH": str(committed_at(HOUSE))}
    made = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=dated).stdout
    needed = {each.name for each in releases((FOLDER / "program.txt").read_text(encoding="utf-8"))}
    bom = of_program(json.loads(made), needed)
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(json.dumps(bom, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{file}: {len(bom['components'])} packages")
    if silent := without_licence(bom):
        print(
            f"Their licence is not told: {', '.join(silent)}. Look it up, and name it in .ci/supply/bom.py."
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
