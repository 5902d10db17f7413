"""The page of terms says what the sidecars say."""

from __future__ import annotations

from ogp_analysis.data.sources import licences, sidecar


def test_the_committed_page_is_the_rendered_one(project_raw):
    page = (project_raw / licences.NAME).read_text(encoding="utf-8")
    assert page == licences.rendered(sidecar.sources(project_raw)), "run python -m ogp_analysis.data.sources.licences"


def test_an_extract_of_ours_is_embedded_and_one_of_a_publisher_is_not(folder):
    place = folder.add({"a.csv": b"a\n1\n"}, version="1-extract", dataset="letters") / "source.toml"
    place.write_text(place.read_text(encoding="utf-8").replace('version = "1-extract"', 'version = "1"'), "utf-8")
    folder.add({"b.csv": b"b\n1\n"}, id="survey", version="2-extract")
    embedded, apart = licences.rendered(sidecar.sources(folder.root)).split("## Not in the repository")
    assert "| letters | 1-extract |" in embedded
    assert "| survey | 2-extract |" in apart


def test_exceptions_by_column_and_by_file_are_named(folder):
    place = folder.add(
        {"a.csv": b"a\n1\n", "b.csv": b"b\n1\n"},
        licence="CC BY-SA 4.0",
        per_file={"b.csv": {"licence": "terms of its own", "redistribute": False}},
    )
    text = (place / "source.toml").read_text(encoding="utf-8")
    columns = '[columns]\nname = { redistribute = false, licence = "personal data" }\n\n[[files]]'
    (place / "source.toml").write_text(text.replace("[[files]]", columns, 1), encoding="utf-8")
    (row,) = [line for line in licences.rendered(sidecar.sources(folder.root)).splitlines() if "letters" in line]
    assert "| CC BY-SA 4.0; b.csv: terms of its own; column name: personal data |" in row
    assert "| yes, except name, b.csv |" in row


def test_the_order_of_the_sources_does_not_matter(project_raw):
    described = sidecar.sources(project_raw)
    assert licences.rendered(described) == licences.rendered(reversed(described))
