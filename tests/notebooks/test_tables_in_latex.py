"""No table of a report runs over the line of a manuscript, in either language."""

from __future__ import annotations

import json

import pytest

from ..publishing.pages.latex import overfull, typeset

BABEL = {"en": "english", "es": "spanish,es-noshorthands"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_table_of_a_report_runs_over_the_line(site, tmp_path, language):
    wrong, tables = {}, 0
    for record in sorted((site.home / "reports").glob("*/*/run.json")):
        asked = json.loads(record.read_text(encoding="utf-8"))["parameters"]
        if asked.get("country") not in (None, "MEX"):
            continue
        found = sorted(record.parent.glob(f"{language}/tables/*.tex"))
        body = "\\clearpage\n".join(file.read_text(encoding="utf-8") for file in found)
        assert typeset(tmp_path, rf"\usepackage[{BABEL[language]}]{{babel}}", body) == "", record.parent
        tables += len(found)
        if over := overfull(tmp_path):
            wrong[record.parent.name] = over
    assert tables > 60 and wrong == {}
