"""``python -m tests.damage`` writes docs/damages.md."""

from ogp_analysis.base import paths
from tests.damage import page

if __name__ == "__main__":
    if paths.mirror() is None:
        raise SystemExit(
            f"{paths.MIRROR_VARIABLE} is not set: published files are damaged too. Set it to their folder."
        )
    target = paths.project().root / "docs" / page.NAME
    target.write_text(page.text(page.all_outcomes(), page.commit()), encoding="utf-8")
    print(target.name)
