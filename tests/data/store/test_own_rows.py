"""A user's events and purchases are checked whole or refused, no person is named, and a run takes an event by name."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.__main__ import main
from ogp_analysis.base import paths
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.data.store import hand_out, own_list
from ogp_analysis.publishing.archive import outputs
from ogp_analysis.publishing.runs import manifest

ROOT = Path(__file__).resolve().parents[3]
EVENTS = "country,day,what,kind\nTanzania,2017-06-29,the exit,a\nTZA,2016-11,the act,b\nTZA,2017-06-29,the letter,a\n"
MAP = 'name = "own"\nsource = "We"\nlicence = "CC BY 4.0"\nredistribute = true\n'
OF_EVENTS = '[columns]\ncountry = "country"\nday = "day"\nwhat_en = "what"\nkind = "kind"\n[en]\ntitle = "Chronology"\n'
PURCHASES = (
    "country,day,buyer,seller,what,amount,link\n"
    "MEX,2015,Secretaría,Hacking Team,spyware,10.5,https://a.org/1\n"
    "MEX,2016,Juan Pérez López,Compras SA de CV,x,,\n"
    "MEX,2016,Policía,María López Hernández,sold by López Hernández María,5,https://a.org/Maria-Lopez-Hernandez\n"
    "MEX,2016,Policía de María López Hernández,Balam,x,5,\n"
    "MEX,2017,Policía,Xu Li,RFC GAHR800101AB1,5,https://a.org/L%C3%B3pez%20Hern%C3%A1ndez%20Mar%C3%ADa\n"
    "MEX,2018,Policía,Иван Петров,de Xu Li,5,\n"
    "MEX,2019,Policía,Balam,от Петров Иван,5,una charla con Calderón\n"
    "MEX,2020,Policía,Balam,x,5,www.a.org/pena-nieto (I)\n"
)
OF_PURCHASES = (
    '[columns]\ncountry = "country"\nday = "day"\nbuyer = "buyer"\nseller = "seller"\ntechnology = "what"\n'
    'amount = "amount"\nsource = "link"\n[es]\ntitle = "Compras"\n'
)


@pytest.fixture(autouse=True)
def handed(monkeypatch, tmp_path):
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    for name in ("notebooks", "data/raw"):
        (home / name).symlink_to(ROOT / name)
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    monkeypatch.chdir(tmp_path)
    for name in ("_handed", "_chosen"):
        monkeypatch.setattr(hand_out, name, {})
    return paths.project()


def added(kind: str, text: str, about: str) -> int:
    Path("rows.csv").write_text(text, encoding="utf-8")
    Path("map.toml").write_text(about, encoding="utf-8")
    return main(["add", kind, "rows.csv", "--columns", "map.toml"])


@pytest.mark.parametrize("kind", ["events", "purchases"])
def test_the_template_is_a_map_also_with_the_lines_that_are_out_of_force(kind, capsys):
    assert main(["add", "--template", kind]) == 0
    text = capsys.readouterr().out
    for found in (text, re.sub(r"(?m)^# (?=\w+ = )", "", text).replace('currency = "currency"', "")):
        Path("map.toml").write_text(found, encoding="utf-8")
        assert own_list.stated(kind, "map.toml").redistribute is False


def test_events_are_listed_called_by_day_and_taken_by_a_run(handed, capsys):
    assert (
        added("events", EVENTS, MAP + OF_EVENTS) == 0 and "own_own/rows.csv: 3 rows = 3 kept" in capsys.readouterr().out
    )
    rows = ogp.load("own_own")
    assert rows["event"].tolist() == ["TZA-2016-11", "TZA-2017-06-29", "TZA-2017-06-29-2"]
    assert rows["what_es"].tolist() == ["the act", "the exit", "the letter"]  # the one language stands for both
    assert main(["list"]) == 0 and "own_own: Chronology; events: 3; 2016 to 2017" in capsys.readouterr().out
    # The list stands for each event of which a day is known; country and day are its own.
    runs = manifest.matrix(handed, "shock_case_study", {"event": ["own_own"]})
    found = [(run.parameters["country"], run.parameters["event_date"], run.parameters["event"]) for run in runs]
    assert found == [("TZA", "2017-06-29", f"own_own:TZA-2017-06-29{end}") for end in ("", "-2")]
    for event, more, said in (
        ("own_own:TZA-2017-06-28", {}, "Did you mean TZA-2017-06-29"),
        ("own_own:TZA-2016-11", {}, "known to the month only"),
        ("own_won:TZA-2016-11", {}, "Did you mean own_own"),
        ("own_own:TZA-2017-06-29", {"country": ["MEX"]}, "MEX is not that of own_own:TZA-2017-06-29, which is TZA"),
    ):
        with pytest.raises(OgpAnalysisError, match=said):
            manifest.matrix(handed, "shock_case_study", {"event": [event], **more})
    with pytest.raises(OgpAnalysisError, match="Did you mean own_own"):
        manifest.matrix(handed, "country_profile", {"events": ["own_owns"]})
    assert main(["remove", "own_own"]) == 0 and own_list.lists() == {}
    with pytest.raises(OgpAnalysisError, match=r"own_own' no such list was added\. ogp-analysis list lists them"):
        manifest.matrix(handed, "country_profile", {"events": ["own_own"]})


def test_no_natural_person_is_named_in_a_list_of_purchases(capsys):
    assert added("purchases", PURCHASES, 'currency = "MXN"\nfirms = ["Balam"]\n' + MAP + OF_PURCHASES) == 0
    rows = ogp.load("own_own").set_index("purchase")
    person, text = "(natural person)", "(text names a natural person)"
    assert rows["seller"].tolist() == [
        "Hacking Team",
        "Compras SA de CV",
        person,
        "Balam",
        person,
        person,
        "Balam",
        "Balam",
    ]
    assert rows["buyer"].tolist() == ["Secretaría", person, "Policía", person, *["Policía"] * 4]
    assert rows["technology"].tolist() == ["spyware", "x", text, "x", text, text, text, "x"]
    sources = ["https://a.org/1", "", text, "", text, "", "una charla con Calderón", "https://www.a.org/ (I)"]
    assert rows["source"].fillna("").tolist() == sources
    assert rows["amount"].fillna(0).tolist() == [10.5, 0, *[5] * 6] and rows["currency"].notna().sum() == 7
    assert "masked: 12." in capsys.readouterr().out
    names = re.compile("Pérez|Hernández|Hernandez|Xu|GAHR|Петров|nieto")
    assert not names.search(ogp.record("own_own").to_csv() + rows.to_csv())
    # Not among the firms, its seller is presumed to be a person.
    assert added("purchases", PURCHASES, 'currency = "MXN"\n' + MAP + OF_PURCHASES) == 0
    assert ogp.load("own_own")["seller"].tolist().count(person) == 6
    # An id and the name of a file are printed as they are.
    row, about = (
        "MEX,2019,B,Juan Pérez López,x,1,{}\n",
        'currency = "MXN"\n' + MAP + OF_PURCHASES.replace("source =", "id ="),
    )
    assert added("purchases", BOUGHT + row.format("lopez-perez-juan"), about) == 1
    assert "ids name a natural person" in capsys.readouterr().err
    Path("rows.csv").write_text(BOUGHT + row.format("one"), encoding="utf-8")
    named = Path("rows.csv").rename("López Pérez Juan.csv")
    assert main(["add", "purchases", str(named), "--columns", "map.toml"]) == 1
    assert "a file named after a person" in capsys.readouterr().err


def test_a_frame_is_read_as_the_text_is_and_other_rows_take_its_place(capsys):
    about = {"name": "own", "source": "We", "licence": "CC BY 4.0", "redistribute": True, "day_format": "%d/%m/%Y"}
    about |= {"columns": {"country": "c", "day": "d", "what_es": "w", "id": "id"}, "es": {"title": "Lista"}}
    frame = pd.DataFrame({"c": ["México"], "d": ["01/06/2019"], "w": ["un hecho"], "id": ["uno"]})
    assert ogp.add_events(frame, about) == "own_own"
    first = hand_out.sha256("own_own", "events", "own")
    row = {"event": "uno", "iso3": "MEX", "date": "2019-06-01", "what_en": "un hecho", "what_es": "un hecho"}
    assert ogp.load("own_own").dropna(axis=1).to_dict("records") == [row]
    days = frame.assign(d=pd.to_datetime(frame["d"], format="%d/%m/%Y"))
    assert ogp.add_events(days, {name: value for name, value in about.items() if name != "day_format"}) == "own_own"
    assert hand_out.sha256("own_own", "events", "own") == first
    ogp.add_events(frame.assign(w="otro"), about)
    assert hand_out.sha256("own_own", "events", "own") != first
    assert added("purchases", PURCHASES, 'currency = "MXN"\n' + MAP + OF_PURCHASES) == 2
    assert "own_own is there already, added as events. Give it another name, or first: ogp-analysis remove own_own" in (
        capsys.readouterr().err
    )


HEAD = "country,day,what,kind\n"
BOUGHT = "country,day,buyer,seller,what,amount,link\n"


@pytest.mark.parametrize(
    ("kind", "text", "about", "said"),
    [
        ("events", HEAD + "Mexcio,2019,x,\n", "", "column country: 'Mexcio' is not a known .*Did you mean Mexico"),
        (
            "events",
            HEAD + "MEX,2019-6-1,x,\n",
            "",
            "column day: 1 days are not written YYYY-MM-DD, .*'2019-6-1' in line 2",
        ),
        ("events", HEAD + "MEX,2019-02-30,x,\n", "", "days are not written"),
        ("events", HEAD + "MEX,01/13/2019,x,\n", 'day_format = "%d/%m/%Y"\n', "days are not written by day_format"),
        ("events", HEAD + "MEX,11/2016,x,\n", 'day_format = "%m/%Y"\n', "day_format: is not as"),
        ("events", HEAD + "MEX,31/12,x,\n", 'day_format = "%d/%m"\n', "day_format: is not as"),
        ("events", HEAD + "MEX,2150,x,\n", "", "to come"),
        ("events", HEAD + "MEX,2019,,\n", "", "rows do not say what happened"),
        ("events", HEAD + "MEX,2019,x,\nMéxico,2019,x,\n", "", "repeat another"),
        ("events", HEAD + f"MEX,2019,{'x' * 161},\n", "", "more than 160 characters"),
        ("events", HEAD, "", "holds no row of a country"),
        ("events", "country,date,what,kind\nMEX,2019,x,\n", "", "has no column 'day'"),
        ("events", HEAD, 'url = "example.org"\n', "url: is not as in the template"),
        ("purchases", BOUGHT, 'currency = "mxn"\n', "currency: is not as"),
        ("events", HEAD, "direction = 1\n", "direction is not a known key"),
        ("purchases", BOUGHT + "MEX,2019,,S,x,1,\n", 'currency = "MXN"\n', "column buyer: 1 rows have no buyer"),
        ("purchases", BOUGHT + "MEX,2019,B,S,x,1,\n", "", "gives amounts without their currency"),
        ("purchases", BOUGHT + "MEX,2019,B,S,x,-1,\n", 'currency = "MXN"\n', "amounts lie below zero"),
        ("purchases", BOUGHT + "MEX,2019,B,S,x,1,\n", 'currency = "MNX"\n', "without a currency of ISO 4217"),
        ("purchases", BOUGHT + "MEX,2019,B,S,x,1e,\n", 'currency = "MXN"\n', "values are not numbers"),
        ("purchases", BOUGHT + "MEX,2019,B,S,x,1,\n", 'currency = "MXN"\nfirms = ["Z"]\n', "firms: names 'Z'"),
        ("purchases", PURCHASES, 'currency = "MXN"\nfirms = ["María López Hernández"]\n', "the name of a person"),
    ],
)
def test_what_is_wrong_is_refused_in_a_sentence_and_nothing_is_kept(handed, capsys, kind, text, about, said):
    assert added(kind, text, about + MAP + (OF_EVENTS if kind == "events" else OF_PURCHASES)) in (1, 2)
    fault = capsys.readouterr().err.strip()
    assert re.search(said, fault) and re.fullmatch(r"[^:\n]+: .+[.?] .+[.?]", fault)
    assert not list(handed.own.glob("own_*"))


def test_an_archive_names_what_it_may_not_hold_and_how_to_add_it(handed):
    assert added("events", EVENTS, MAP.replace("true", "false") + OF_EVENTS) == 0
    ogp.load("own_own")
    [source] = hand_out.provenance().payload["sources"]
    assert "Added by the user" in source["citation"] and not source["redistribute"]
    output = type(
        "Output", (), {"provenance": hand_out.provenance().payload, "run": type("Run", (), {"notebook": "x"})}
    )
    found = outputs.files(handed, [], [], [output])
    assert len(found) == 4 and not any(one.provided for one in found)
    assert "add events FILE" in outputs.command(found[0].source)
