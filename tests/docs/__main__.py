"""Write `lacking.toml` again: ``python -m tests.docs``. Read what changed before you commit: it only gets shorter."""

from __future__ import annotations

from pathlib import Path

from tests.docs.test_reference import without_docstring, without_fields
from tests.test_examples import without_example

FILE = Path(__file__).with_name("lacking.toml")


def main() -> None:
    """Keep the comment at the head, and write the three lists."""
    head = FILE.read_text(encoding="utf-8").partition("\n\n")[0]
    lists = {"examples": without_example(), "docstrings": without_docstring(), "fields": without_fields()}
    parts = [
        f"{what} = [\n" + "".join(f'  "{name}",\n' for name in sorted(names)) + "]" for what, names in lists.items()
    ]
    FILE.write_text("\n\n".join([head, *parts]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
