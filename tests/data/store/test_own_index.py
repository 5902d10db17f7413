"""An index of a user's own is checked whole or refused, and is then an indicator as any other, marked as the user's."""

from __future__ import annotations

import hashlib
import re
import tomllib
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.__main__ import main
from ogp_analysis.base import indicators, paths
from ogp_analysis.base.errors import DisclosureError, OgpAnalysisError
from ogp_analysis.base.words.catalogue import speaking, word
from ogp_analysis.data.store import hand_out, own_list, shelf
from ogp_analysis.publishing.archive import outputs
from ogp_analysis.publishing.runs import keys
from tests.damage.layouts import as_sheets

ROWS = "country,year,value\nMéxico,2020,10.5\nMEX,2021,20\nKenya,2020,\nWorld,2020,50\n"
ROOT = Path(__file__).resolve().parents[3]
MAP = {
    "name": "press",
    "source": "Press Survey",
    "licence": "CC BY 4.0",
    "redistribute": True,
    "direction": "higher is more open",
    "minimum": 0,
    "maximum": 100,
    "leave_out": ["World"],
    "columns": {"country": "country", "year": "year", "value": "value"},
    "en": {"title": "Press index", "unit": "points, 0 to 100"},
    "es": {"title": "Índice de prensa", "unit": "puntos, de 0 a 100"},
}
BOUNDED = {"level": 0.95, "columns": {**MAP["columns"], "low": "low", "high": "high"}}


@pytest.fixture(autouse=True)
def handed(monkeypatch, tmp_path):
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    for name in ("notebooks", "data/raw"):
        (home / name).symlink_to(ROOT / name)
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    for name in ("_handed", "_chosen"):
        monkeypatch.setattr(hand_out, name, {})
    return paths.project()


def written(folder, text=ROWS, name="press.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def added(folder, text=ROWS, **changes):
    return ogp.add_index(written(folder, text), MAP | changes)


def test_the_template_is_a_map_and_the_command_prints_it(capsys):
    assert main(["add", "--template", "index"]) == 0
    text = capsys.readouterr().out
    assert text == own_list.template("index")
    own_list.stated("index", tomllib.loads(text))
    # Also with the lines that are out of force.
    own_list.stated("index", tomllib.loads(re.sub(r"(?m)^# (?=\w+ = )", "", text)))


def test_rows_in_are_kept_or_set_aside_on_the_record(tmp_path, handed):
    one = added(tmp_path)
    assert (one.id, one.first_year, one.last_year, one.scale) == ("own_press", 2020, 2021, "points")
    assert ogp.load("own_press").to_dict("split")["data"] == [["MEX", 2020, 10.5], ["MEX", 2021, 20.0]]
    record = ogp.record("own_press")[["_line", "action", "rule", "old"]].values.tolist()
    assert record == [[5, "set_aside", "no_country", "World"], [4, "set_aside", "no_value", ""]]
    [row] = shelf.package(handed, "own", "own_press")["balance"]
    assert (row["file"], row["rows_in"], row["kept"], row["set_aside"]) == ("own_press/press.csv", 4, 2, 2)


def test_it_is_in_a_panel_beside_the_others_and_its_sources_say_whose_it_is(tmp_path):
    added(tmp_path)
    frame = ogp.panel(["own_press", "v2xcs_ccsi"], 2020, 2023).countries("MEX").frame.set_index("year")
    assert frame.loc[2021, "own_press"] == 20 and frame["v2xcs_ccsi"].notna().all()
    payload = hand_out.provenance().payload
    [source] = [one for one in payload["sources"] if one["source"] == "own_press"]
    assert (source["title"], source["publisher"], source["licence"]) == ("Press index", "Press Survey", "CC BY 4.0")
    content = hashlib.sha256((tmp_path / "press.csv").read_bytes()).hexdigest()
    assert f"Added by the user, not part of the package. SHA-256 {content}." in source["citation"]
    assert payload["edition"] == "embedded + own"
    for spoken, name, whose in (("en", "Press index", "added by the user"), ("es", "Índice de prensa", "agregado por")):
        with speaking(spoken):
            assert ogp.indicator("own_press").name.name == name
            assert whose in ogp.indicator("own_press").publisher.name


def test_the_catalogue_is_as_it_was(tmp_path):
    before = [ogp.indicators(), [one.id for one in indicators.indicators()]]
    added(tmp_path)
    pd.testing.assert_frame_equal(ogp.indicators(), before[0])
    assert [one.id for one in indicators.indicators()] == before[1]


def test_the_same_again_changes_nothing_and_other_values_replace_it(tmp_path, handed):
    def description():
        return shelf.package(handed, "own", "own_press")

    added(tmp_path)
    first = description()
    added(tmp_path)
    assert description() == first
    added(tmp_path, ROWS.replace("10.5", "11"))
    assert description()["sources"][0]["version"] != first["sources"][0]["version"]
    assert ogp.load("own_press")["value"].tolist() == [11, 20]
    added(tmp_path, en={"title": "Another", "unit": "points"})
    assert word("indicators.own_press.name", "en") == "Another"
    version = description()["sources"][0]["version"]
    added(tmp_path, licence="not stated")
    assert description()["sources"][0]["version"] != version


def test_values_that_may_not_be_passed_on_are_drawn_only(tmp_path):
    added(tmp_path, redistribute=False)
    panel = ogp.panel(["own_press", "v2xcs_ccsi"], 2020, 2021)
    assert panel.drawn_only == ("own_press",) and "own_press" not in panel.frame
    assert panel.countries("MEX").plot("own_press").name == "own_press"
    with pytest.raises(DisclosureError):
        panel.series("own_press")["value"]
    del MAP["redistribute"]
    try:  # a map that says nothing of it
        assert not added(tmp_path).redistribute
    finally:
        MAP["redistribute"] = True


def test_an_index_of_which_higher_is_less_open_is_turned_round_and_says_so(tmp_path):
    text = "country,year,value,low,high\nMEX,2020,10,5,20\n"
    one = added(tmp_path, text, **BOUNDED, leave_out=[], direction="higher is less open")
    [row] = ogp.load("own_press").to_dict("records")
    assert row["value"] == 90
    # 68 % of a normal distribution lie within .994 of its standard error, 95 % within 1.960.
    assert (90 - row["low"], row["high"] - 90) == pytest.approx(
        (10 * 0.99446 / 1.95996, 5 * 0.99446 / 1.95996), rel=1e-4
    )
    assert one.name.name == "Press index (turned round)" and one.level == 0.68
    assert ogp.record("own_press")[["action", "rule", "old", "new"]].values.tolist() == [
        ["changed", "turned_round", "10", "90"]
    ]


def test_a_workbook_and_a_frame_are_read_as_the_text_is(tmp_path):
    of_text, table = added(tmp_path), ogp.load("own_press")
    rows = [line.split(",") for line in ROWS.splitlines()]
    (tmp_path / "press.xlsx").write_bytes(
        as_sheets({"Notes": [["x"]], "Scores": [["Press Survey"], [], *rows]}, "Notes")
    )
    assert ogp.add_index(tmp_path / "press.xlsx", MAP | {"sheet": "Scores"}) == of_text
    pd.testing.assert_frame_equal(ogp.load("own_press"), table)
    with pytest.raises(OgpAnalysisError, match="has no sheet 'Score'; its sheets are 'Notes', 'Scores'"):
        ogp.add_index(tmp_path / "press.xlsx", MAP | {"sheet": "Score"})
    frame = pd.DataFrame(rows[1:], columns=rows[0]).replace("", None)
    frame["value"], frame["year"] = frame["value"].astype(float), frame["year"].astype(int)
    assert ogp.add_index(frame, MAP) == of_text
    hand_out.load("own_press")
    assert "SHA-256 of its cells " in hand_out.provenance().payload["sources"][0]["citation"]
    pd.testing.assert_frame_equal(ogp.load("own_press"), table)


WORLD_BANK = {"header": 2, "sheet": "VoiceandAccountability", "missing": [".."], "leave_out": ["WLD"]}
EACH = {"country": "Code", "value": "YYYY Estimate"}


@pytest.mark.parametrize("upper", [[1996, 1996, 1998, 1998], [1996, "", 1998, ""]], ids=["in each", "merged"])
def test_a_sheet_of_the_world_bank_has_years_in_a_line_above_the_names(tmp_path, upper):
    sheet = [
        ["Voice and Accountability"],
        [],
        ["Note: estimates, ranks"],
        ["", "", *upper],
        ["Country/Territory", "Code", "Estimate", "Rank", "Estimate", "Rank"],
        ["Mexico", "MEX", 10.5, 40, 20, 41],
        ["Kenya", "KEN", "..", "..", 30, 50],
        ["Aruba", "ABW", "#N/A", 1, "", 2],
        ["World", "WLD", 5, 5, 5, 5],
    ]
    (tmp_path / "wgi.xlsx").write_bytes(
        as_sheets({"Introduction": [["Governance"]], WORLD_BANK["sheet"]: sheet}, "Introduction")
    )
    ogp.add_index(tmp_path / "wgi.xlsx", MAP | WORLD_BANK | {"columns": EACH})
    rows = [["KEN", 1998, 30.0], ["MEX", 1996, 10.5], ["MEX", 1998, 20.0]]
    assert ogp.load("own_press").to_numpy().tolist() == rows
    assert ogp.record("own_press")[["_line", "rule"]].to_numpy().tolist() == [[9, "no_country"], [8, "no_value"]]
    bounds = {"low": "YYYY Estimate", "value": "YYYY Rank", "high": "YYYY Rank"}
    for changes, said in (
        ({"header": 1}, "has no column 'YYYY Estimate'; its columns are 'Country/Territory', 'Code', 'Estimate'"),
        ({"columns": EACH | {"value": "Estimate"}}, "without YYYY in its name"),
        ({"columns": EACH | bounds | {"high": "YYYY Upper"}, "level": 0.9}, "has no column '1996 Upper', '1998 Upper'"),
        ({"maximum": 25}, "column YYYY Estimate: 1 values outside of the scale, 0 to 25, for example '30' in line 7"),
        ({"missing": ["-"]}, "1 values are not numbers, for example '..'"),
    ):
        with pytest.raises(OgpAnalysisError, match=said):
            ogp.add_index(tmp_path / "wgi.xlsx", MAP | WORLD_BANK | {"columns": EACH} | changes)


def test_series_of_the_world_bank_have_years_in_the_names_of_columns(tmp_path):
    top = '"Data Source","World Development Indicators",\n\n"Country Name","Country Code","2019","2020",\n'
    rows = '"Mexico","MEX","10","11",\n"Arab World","ARB","1","2",\n"Congo, Dem. Rep.","COD","","",\n'
    rows += '"Kenya","KEN","","3",\n'
    names = {"country": "Country Name", "value": "YYYY"}
    with pytest.raises(OgpAnalysisError, match=r'such as leave_out = \["Arab World"\]'):
        added(tmp_path, top + rows, columns=names, leave_out=[])
    added(tmp_path, top + rows, columns=names, leave_out=["Arab World"])
    expected = [["KEN", 2020, 3], ["MEX", 2019, 10], ["MEX", 2020, 11]]
    assert ogp.load("own_press").to_numpy().tolist() == expected
    top = "Country Name,Country Code,Series Code,2019 [YR2019],2020 [YR2020]\n"
    rows = "Mexico,MEX,IT,10,11\nMexico,MEX,POP,120,121\nKenya,KEN,IT,..,3\nWorld,WLD,POP,1,1\n"
    about = {"columns": {"country": "Country Code", "value": "YYYY [YRYYYY]"}, "only": {"Series Code": "IT"}}
    about |= {"missing": [".."], "leave_out": []}
    added(tmp_path, top + rows + ",,,,\n,,,,\nData from database: World Development Indicators\n", **about)
    assert ogp.load("own_press").to_numpy().tolist() == expected
    assert ogp.record("own_press")[["_line", "rule"]].to_numpy().tolist() == [[n, "other_rows"] for n in (3, 5, 8)]
    with pytest.raises(OgpAnalysisError, match="1 rows do not have a cell for each column"):
        added(tmp_path, top + "Mexico,MEX\n" + rows, **about)
    twice = {"columns": {"country": "code", "value": "YYYY, price of YYYY0"}, "leave_out": []}  # a digit follows
    added(tmp_path, 'code,"2020, price of 20200","2020, price of 20190"\nKEN,3,4\n', **twice)
    assert ogp.load("own_press").to_numpy().tolist() == [["KEN", 2020, 3]]


HEAD = "country,year,value\nKEN,2020,1\n"
BOUND = "country,year,value,low,high\n"


@pytest.mark.parametrize(
    ("text", "changes", "said"),
    [
        (HEAD + "Mexcio,2020,2\nX,2020,2\n", {}, "column country: 2 of 3 values denote no .*Mexcio.*'X'.* leave_out"),
        (HEAD + "MEX,20,2\n", {}, "column year: 1 years that are not whole numbers .*'20' in line 3"),
        (HEAD + "MEX,2020.5,2\n", {}, "not whole numbers"),
        (HEAD + "MEX,2150,2\n", {}, "before 1789 or to come"),
        (HEAD + "MEX,2020,n/a\n", {}, "column value: 1 values are not numbers, for example 'n/a' in line 3"),
        (HEAD + "MEX,2020,inf\n", {}, "not numbers"),
        (HEAD + "Kenia,2020,2\n", {}, "1 rows repeat a country and year, for example 'Kenia' beside '2020' in line 3"),
        (HEAD + "MEX,2020,101\n", {}, "1 values outside of the scale, 0 to 100, for example '101'"),
        (HEAD + "MEX,2020,1,2\n", {}, "1 rows do not have a cell for each column"),
        ("land,year,value\nMEX,2020,1\n", {}, "has no column 'country'; its columns are 'land', 'year', 'value'"),
        ("country,year,value\nMEX,2020,\n", {}, "holds no value of a country"),
        (BOUND + "MEX,2020,5,7,6\n", BOUNDED, "lower bounds lie above the upper"),
        (BOUND + "MEX,2020,5,6,7\n", BOUNDED, "do not lie between their bounds"),
        (BOUND + "MEX,2020,8,6,7\n", BOUNDED, "do not lie between their bounds"),
        (BOUND + "MEX,2020,5,,7\n", BOUNDED, "have one bound only"),
        (BOUND + "MEX,2020,5,4,\n", BOUNDED, "have one bound only"),
        (HEAD + "MEX,2020,-1\n", {}, "outside of the scale"),
        (HEAD + "MEX,1788,1\n", {}, "before 1789"),
        (HEAD + f"MEX,{date.today().year + 2},1\n", {}, "or to come"),
        ("country,year,value,value\nMEX,2020,1,2\n", {}, "press.csv: has two columns 'value'"),
        ("", {}, "has no column 'country', 'year', 'value'; its columns are none"),
        (HEAD, {"leave_out": ["Wrld"]}, "leave_out: names 'Wrld', which column country does not hold"),
        (HEAD, {"license": "MIT"}, "license is not a known key. Did you mean licence"),
        (HEAD, {"columns": {**MAP["columns"], "yaer": "x"}}, "columns.yaer is not a known key. Did you mean year"),
        (HEAD, {"en": {"title": "T"}}, "en: object missing required field `unit`"),
        (HEAD, {"en": None, "es": None}, "names neither"),
        (HEAD, {"name": "Press Index"}, "name: may hold small letters"),
        (HEAD, {"name": "0123456789ab"}, "name: may hold"),
        (HEAD, {"name": "abcdefabcdef"}, "kind that contracts get"),
        (HEAD, {"en": {"title": "<b>", "unit": "u"}}, "en.title: is not one line"),
        (HEAD, {"direction": "up"}, "direction: invalid"),
        (HEAD, {"maximum": None}, "one end of the scale only"),
        (HEAD, {"maximum": -1}, "no minimum below its maximum"),
        (HEAD, {"maximum": 0}, "no minimum below its maximum"),
        (HEAD, {"maximum": float("inf")}, "no minimum below its maximum"),
        (HEAD, {"maximum": float("nan")}, "no minimum below its maximum"),
        (HEAD, {"minimum": None, "maximum": None, "direction": "higher is less open"}, "turns the index round"),
        (HEAD, {"columns": {**MAP["columns"], "low": "low"}}, "one bound only"),
        (HEAD, {"columns": {**MAP["columns"], "low": "l", "high": "h"}}, "how much the bounds cover"),
        (HEAD, {"zzz": 1}, "not a known key. ogp-analysis add --template index lists them"),
        (HEAD, {"columns": {**MAP["columns"], "value": "year"}}, "gives a column twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_nothing_is_kept(tmp_path, handed, text, changes, said):
    with pytest.raises(OgpAnalysisError, match=said) as refused:
        added(tmp_path, text, **{"leave_out": []} | changes)
    assert re.fullmatch(r"[^:\n]+: .+[.?] .+[.?]", str(refused.value))
    assert not list(handed.own.glob("own_*")) and indicators.own() == {}


def test_the_ends_of_what_is_allowed_are_allowed(tmp_path):
    one = added(
        tmp_path, BOUND + "MEX,1789,0,0,0\n" + f"MEX,{date.today().year + 1},100,100,100\n", **BOUNDED, leave_out=[]
    )
    assert ogp.load("own_press")[["value", "low", "high"]].values.tolist() == [[0] * 3, [100] * 3]
    assert (one.first_year, one.version) == (1789, str(date.today().year + 1))
    added(tmp_path, "note\n" * 24 + ROWS + "World,2021,\n")
    assert ogp.record("own_press")["rule"].tolist() == ["no_country", "no_country", "no_value"]
    with pytest.raises(OgpAnalysisError, match="has no column"):
        added(tmp_path, "note\n" * 25 + ROWS)
    said = {"en": MAP["en"] | {"short": "Press"}, "name": "abc", "version": "second"}
    one = added(tmp_path, **said)
    assert (one.id, one.version, word("indicators.own_abc.short", "en")) == ("own_abc", "second", "Press")


@pytest.mark.parametrize(
    ("minimum", "maximum", "value", "turned", "scale"),
    [
        (0, 1, 0.9, 0.1, "index"),
        (-1, 1, 0.5, -0.5, "points"),
        (1, 7, 2, 6, "points"),
        (None, None, 2, None, "interval"),
    ],
)
def test_a_value_is_turned_round_within_its_scale(tmp_path, minimum, maximum, value, turned, scale):
    way = "higher is more open" if turned is None else "higher is less open"
    text, ends = f"country,year,value\nMEX,2020,{value}\n", {"minimum": minimum, "maximum": maximum}
    assert added(tmp_path, text, **ends, direction=way, leave_out=[]).scale == scale
    assert ogp.load("own_press")["value"].tolist() == [value if turned is None else turned]


def test_of_a_frame_a_column_that_stands_twice_is_refused(tmp_path):
    frame = pd.DataFrame([["MEX", 2020, 1, 2]], columns=["country", "year", "value", "value"])
    with pytest.raises(OgpAnalysisError, match="frame: has two columns 'value'"):
        ogp.add_index(frame, MAP | {"leave_out": []})
    frame.columns = ["country", "year", "value", "year of print"]
    assert ogp.add_index(frame, MAP | {"leave_out": []}).id == "own_press"


def test_what_was_edited_on_the_shelf_is_written_anew_by_adding_it_again(tmp_path, handed):
    about = own_list.stated("index", MAP | {"redistribute": False})
    made, is_new = own_list.add(written(tmp_path), about, handed)
    assert is_new and not own_list.add(written(tmp_path), about, handed)[1]
    file = handed.own / "own_press" / shelf.PACKAGE
    file.write_text(file.read_text().replace('"redistribute": false', '"redistribute": true'))
    assert own_list.add(written(tmp_path), about, handed) == (made, True)
    assert not indicators.own()["own_press"].redistribute
    edited = made | {"indicator": made["indicator"] | {"redistribute": True}}
    read = [
        keys.of_payload(keys.on_the_shelf(["own/own_press/country_year"], lambda *_, one=one: one))
        for one in (made, edited)
    ]
    assert keys.differences(*read) == ["the description of its sources changed"]
    table = file.with_name("country_year.parquet")
    table.write_bytes(table.read_bytes() + b"x")
    with pytest.raises(OgpAnalysisError, match=r"is not as it was added\. Add the index again"):
        hand_out.load("own_press")
    assert own_list.add(written(tmp_path), about, handed) == (made, True) and len(hand_out.load("own_press")) == 2


def test_the_commands_add_list_and_remove(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["add", "index", "press.csv", "--columns", "map.toml"]) == 2
    assert "map.toml: cannot be read" in capsys.readouterr().err
    text = own_list.template("index")
    written(tmp_path, text.replace("# leave_out", "leave_out").replace(', "OECD"', ""), "map.toml")
    written(tmp_path)
    assert main(["add", "index", "press.csv", "--columns", "map.toml"]) == 0
    said = capsys.readouterr().out
    assert "own_press_watch/press.csv: 4 rows = 2 kept + 2 set aside\n" in said and "drawn and ranked" in said
    assert main(["add", "index", "press.csv", "--columns", "map.toml"]) == 0
    assert "Nothing changed" in capsys.readouterr().out
    assert main(["list"]) == 0 and "own_press_watch: Press Watch index; 2020 to 2021" in capsys.readouterr().out
    with pytest.raises(OgpAnalysisError, match="Did you mean own_press_watch"):
        ogp.indicator("own_press_wach")
    assert main(["remove", "own_press_wach"]) == 2 and main(["remove", "own_press_watch"]) == 0
    capsys.readouterr()
    assert main(["list"]) == 0 and capsys.readouterr().out == "Nothing was added.\n"
    for wrong in ("add", "add vdem", "add index a.csv", "remove vdem", "add vdem a.csv --columns b.toml"):
        assert main(wrong.split()) == 2


def test_a_description_that_is_a_link_or_of_contracts_is_no_index(handed):
    place = handed.own / "own_734c10bd3f33"
    place.mkdir(parents=True)
    (place / shelf.PACKAGE).write_text("{}")
    assert indicators.own() == {} and paths.is_own("own_734c10bd3f33")


@pytest.mark.parametrize("redistribute", [True, False])
def test_an_archive_holds_its_tables_only_if_its_map_says_so(tmp_path, handed, redistribute):
    added(tmp_path, redistribute=redistribute)
    ogp.load("own_press")
    output = SimpleNamespace(provenance=hand_out.provenance().payload, run=SimpleNamespace(notebook="compare"))
    found = {one.path: one for one in outputs.files(handed, [], [], [output])}
    assert set(found) == {
        f"data/processed/own/own_press/{name}"
        for name in ("account.json", "country_year.parquet", "datapackage.json", "record.parquet")
    }
    assert {one.provided for one in found.values()} == {redistribute}
    assert "add index FILE" in outputs.command(found["data/processed/own/own_press/account.json"].source)
    assert outputs.files(handed, [], [], []) == []
