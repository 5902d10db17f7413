"""No page sends a reader to a copy: addresses are those of publishers and named archives, wherever they are printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base import links
from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.paths import project
from ogp_analysis.base.words.catalogue import keys
from ogp_analysis.data.cleaning.catalog import DATASETS
from ogp_analysis.data.sources.sidecar import sources
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.table import Heading, as_html, table
from ogp_analysis.surveillance.inventories import documented

ROOT = Path(__file__).resolve().parents[2]
COPIES = set("attackfeed.com handwiki.org workfromhome66.com retailcrowd.co.uk".split()) | {
    "transcendent-bombolone-b3a34d.netlify.app"
}
#: An address, as far as the marks that end one in data and prose.
ADDRESS = re.compile(r"https?://[^\s\"'|,;)<>\]]+")


def test_the_two_lists_are_sorted_lower_case_and_apart():
    allowed, passed = links.hosts(), links.passed_over()
    assert not allowed & passed.keys() and passed.keys() >= COPIES
    assert all(host == links.host(f"https://www.{host}/x") for host in {*allowed, *passed})
    assert "github.com" not in allowed, "who a page there is of, its owner says"


def raw_texts(root: Path):
    """Yield every file of facts below a raw root that holds addresses of its sources."""
    for file in sorted(root.glob("*/*/*.csv")):
        text = file.read_text(encoding="utf-8", errors="replace")
        if file.parent.parent.name not in ("compranet", "comprasmx", "ocds") and "http" in text:
            yield file, text


def unreviewed(root: Path) -> dict[str, str]:
    known = links.hosts() | links.passed_over().keys()
    return {
        links.host(address): file.parent.parent.name
        for file, text in raw_texts(root)
        for address in ADDRESS.findall(text)
        if links.host(address) not in known
    }


def test_every_host_of_the_embedded_edition_was_reviewed():
    assert unreviewed(ROOT / "data" / "raw") == {}


COMPILED = (
    "carnegie_spyware_inventory", "hacking_team_clients", "international_surveillance_contracts",
    "mexico_interception_statistics", "mexico_legal_authority", "mexico_surveillance_targets",
    "mexico_surveillance_timeline", "mexico_thresholds", "ocp_ogp_commitments", "ogp_action_plans", "ogp_membership",
    "ogp_mexico_plan4", "ogp_status_events", "ogp_surveillance_commitments", "open_ownership_commitments",
    "spyware_operator_countries", "surveillance_contracts_mexico", "surveillance_controls", "surveillance_events",
    "surveillance_safeguards", "surveillance_suppliers_mexico", "surveillance_taxonomy", "surveillance_vendors",
)  # fmt: skip


def test_every_host_of_the_published_files_of_facts_was_reviewed(mirror):
    known = links.hosts() | links.passed_over().keys()
    odd = set()
    for name in COMPILED:
        for file in sorted((mirror / name).glob("*/*.csv")):
            found = ADDRESS.findall(file.read_text(encoding="utf-8", errors="replace"))
            odd |= {(name, links.host(one)) for one in found if links.host(one) not in known}
    assert odd == set()


@pytest.mark.parametrize("owner", ["vdeminstitute", "citizenlab"])
def test_a_copy_on_a_site_of_many_is_not_taken_for_its_publisher(owner):
    """The compilation of a law in the repository of a third party has the host of a publisher's own repository."""
    assert links.may_be_printed(f"https://github.com/{owner}/x/blob/0/a.csv")
    for copier in ("madfam-org", "Bajalabs"):
        assert not links.may_be_printed(f"https://github.com/{copier}/x/blob/0/law.txt")
        assert links.host(f"https://github.com/{copier}/x") in links.passed_over()


def printed(made) -> list[str]:
    payload = json.loads(json.dumps(made.payload()))
    return [
        address for row in payload["rows"] for cell in row if isinstance(cell, str) for address in ADDRESS.findall(cell)
    ]


@pytest.fixture(params=["en", "es"])
def spoken(request):
    ogp.use_language(request.param)
    yield request.param
    ogp.use_language("en")


def test_every_table_of_sources_sends_readers_to_publishers(spoken):
    """Events of each country in OGP, and lists of operators of each government."""
    events = hand_out.load("ogp_status_events", "events", "embedded")
    operators = hand_out.load("spyware_operator_countries", "operators", "embedded")
    cases = hand_out.load("carnegie_spyware_inventory", "cases", "embedded")
    made = [ogp.open_government.timeline(code).table() for code in sorted(set(events["iso3"]))]
    made += [documented(code).table() for code in sorted({*operators["iso3"], *cases["iso3"]})]
    addresses = [address for one in made for address in printed(one)]
    assert len(addresses) > 400
    assert {links.host(address) for address in addresses} <= links.hosts()
    assert not [address for address in addresses if links.names_a_person(address) or links.is_home_page(address)]
    pages = "".join(as_html(one.payload()) + one.to_csv() + one.to_latex() for one in made)
    assert not [copy for copy in COPIES if copy in pages]


def test_a_row_read_on_a_copy_is_cited_by_publisher_and_row_and_by_no_date_of_the_fact():
    listed = documented("Mexico").table().frame
    words = [text for text in listed["source"] if not text.startswith("http")]
    assert words and all("; row spyware_operator_countries (" in text for text in words)
    copy, page = "https://attackfeed.com/x", "https://citizenlab.ca/2018/09/x/"
    assert links.source([copy, page], publisher="Lab", row="r") == page
    assert links.source([copy], publisher="Lab", row="r") == "no page to link: Lab; row r"


def one_source(*cells: str):
    return table("s", "S", pd.DataFrame({"source": cells}), {"source": Heading("source", "link")})


def test_a_table_with_an_address_nobody_reviewed_is_refused():
    with pytest.raises(MessageError, match=r"1 hosts? .*attackfeed\.com"):
        one_source("https://citizenlab.ca/x", "https://www.attackfeed.com/x")


FRONT_PAGES = ("https://r3d.mx", "https://r3d.mx/", "https://www.opengovpartnership.org/es/", "http://xeu.mx/index.php")
#: Like the addresses of articles on a contract, made up: it names a president.
NAMED = "https://r3d.mx/2021/08/11/contrato-del-gobierno-de-pena-nieto"


@pytest.mark.parametrize("address", [*FRONT_PAGES, NAMED, NAMED.replace("pena", "pe%C3%B1a"), NAMED.upper()])
def test_a_front_page_and_an_address_that_names_a_person_are_no_source(spoken, address):
    front = {"en": "no page to link: r3d.mx; row r", "es": "sin página que enlazar: r3d.mx; fila r"}[spoken]
    named = {"en": "r3d.mx (its address names a person); row r",
             "es": "r3d.mx (su dirección nombra a una persona); fila r"}[spoken]  # fmt: skip
    printed = links.source(address, row="r")
    said = front if address in FRONT_PAGES else named
    assert printed == said.replace("r3d.mx", links.host(address)) and "://" not in printed
    assert links.source([address, "https://citizenlab.ca/x"], row="r") == "https://citizenlab.ca/x"
    with pytest.raises(MessageError, match="1 hosts") as fault:
        one_source(address)
    assert "nieto" not in str(fault.value).lower()


def test_an_address_has_one_number_in_a_table_and_is_reached_by_it():
    """Two pages of one host are told apart by ear, on paper and in a manuscript."""
    first, second = "https://r3d.mx/2019/06/05/a", "https://r3d.mx/2022/10/06/b_c"
    made = one_source(first, "no page to link: Lab; row r", second, first)
    page, text, paper = as_html(made.payload()), made.outputs()[0][0]["text/plain"], made.to_latex()
    assert re.findall(r"<a [^>]*>([^<]*)</a>", page) == ["r3d.mx [1]", "r3d.mx [2]", "r3d.mx [1]"]
    assert text.splitlines()[-2:] == [f"[1] {first}", f"[2] {second}"]
    assert paper.count("r3d.mx [1]") == 2 and paper.count("r3d.mx [2]") == 1
    below = paper.partition("bottomrule")[2].replace("\\allowbreak{}", "").replace("\\_", "_")
    assert f"[1] {first}" in below and f"[2] {second}" in below
    assert made.to_csv().splitlines()[1:] == [first, "no page to link: Lab; row r", second, first]


@pytest.mark.parametrize("text", ["javascript://citizenlab.ca/%0aalert(1)", "https://citizenlab.ca.evil.example/", "ftp://citizenlab.ca",
                                  "https://[broken", "see https://attackfeed.com"])  # fmt: skip
def test_what_only_looks_like_a_listed_host_may_not_be_printed(text):
    assert not links.may_be_printed(text)


#: Where OGP itself offers its sheets; the host alone does not tell that, so no other page may lead there.
OFFERED = {"docs.google.com"}


def test_addresses_of_sidecars_messages_and_codebook_are_those_of_publishers():
    texts = {f"{one.folder}": " ".join(one.urls) for one in sources(project().raw)}
    texts |= {f"{language} {key}": text for language in ("en", "es") for key, text in keys(language).items()}
    texts |= {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "codebook").glob("*.md")}
    assert len(texts) > 100 + len(DATASETS)
    odd = {
        (where, links.host(address))
        for where, text in texts.items()
        for address in ADDRESS.findall(text)
        if links.host(address) not in links.hosts() | OFFERED
    }
    assert odd == set()


def test_no_embedded_table_of_facts_holds_an_address_that_names_a_person():
    """What the repository passes on as data names nobody either; publishers' own tables are theirs."""
    named = {
        (file.parent.parent.name, links.host(address))
        for name in COMPILED
        for file in sorted((ROOT / "data" / "raw" / name).glob("*-extract/*.csv"))
        for address in ADDRESS.findall(file.read_text(encoding="utf-8"))
        if links.names_a_person(address)
    }
    assert named == set()
