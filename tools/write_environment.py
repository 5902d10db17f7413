"""Write environment.yml, for conda and Binder, from the locked versions of the direct dependencies.

Reads ``name==version`` lines on standard input; ``make lock`` pipes them in.
"""

from __future__ import annotations

import sys
from pathlib import Path

#: Names that differ on conda-forge, which does not take "-" for "_" as pip does. The base package of matplotlib leaves
#: out a desktop toolkit that nothing here uses.
CONDA_NAMES = {
    "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core",
    "matplotlib": "matplotlib-base",
}
#: Not on conda-forge under the same release, or there with far larger dependencies.
FROM_PIP = {"pypdfium2", "python-calamine", "python-stdnum", "typst"}
HEAD = """\
# For conda, mamba and Binder. Written by `make lock`: the direct dependencies of pyproject.toml, with all extras, in
# the versions of requirements.lock for this Python. What those depend on is left to the solver here; `make install`
# locks it.
name: ogp-analysis
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - pip
"""


def rendered(pins: dict[str, str]) -> str:
    """Return the text of environment.yml for versions by name of distribution."""
    conda = [f"  - {CONDA_NAMES.get(name, name)}={pins[name]}" for name in sorted(pins) if name not in FROM_PIP]
    pip = [f"      - {name}=={pins[name]}" for name in sorted(pins) if name in FROM_PIP]
    return HEAD + "\n".join([*conda, "  - pip:", *pip, "      - -e ."]) + "\n"


if __name__ == "__main__":
    lines = [line.split(";")[0].strip() for line in sys.stdin if "==" in line]
    Path("environment.yml").write_text(rendered(dict(line.split("==") for line in lines)), encoding="utf-8")
