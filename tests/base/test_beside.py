import pytest

from ogp_analysis.base import beside
from ogp_analysis.base.errors import SourceError


def test_a_file_beside_a_module_or_in_a_folder_beside_it_is_read(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mexico.toml").write_text("[limit]\nvalue = 3\n", encoding="utf-8")
    module = str(tmp_path / "rules.py")
    assert beside.text(module, "rules/mexico.toml") == "[limit]\nvalue = 3\n"
    assert beside.toml(module, "rules/mexico.toml") == {"limit": {"value": 3}}


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "No such file"), (b"\xff", "can't decode"), (b"a = 1\na = 2\n", "Cannot overwrite")],
    ids=["missing", "no text", "no TOML"],
)
def test_a_file_that_is_missing_or_broken_is_a_fault_that_names_it_and_its_module(tmp_path, content, what):
    if content is not None:
        (tmp_path / "codes.toml").write_bytes(content)
    with pytest.raises(SourceError, match=rf"^codes\.toml: cannot be read by cleaner\.py \(.*{what}"):
        beside.toml(str(tmp_path / "cleaner.py"), "codes.toml")
