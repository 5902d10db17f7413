"""Spellings, dates and territories; and every country name that the published files write."""

from __future__ import annotations

import importlib
import re
from collections import Counter

import pandas as pd
import pytest

from ogp_analysis.base.countries import REGIONS, countries, country, iso3_of, region
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.paths import project
from ogp_analysis.base.words import use_language
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import raw_chunks

module = importlib.import_module("ogp_analysis.base.countries")

#: Spellings by the code they stand for; the short ones are written by a source, and not, or no longer, in ISO 3166-1.
SPELLINGS = """
NAM: NA | nam | Namibie; GBR: UK | U.K.; GRC: EL; USA: USA | U.S.A. | EE. UU.
MEX: México | mexico | MEXIQUE | Estados Unidos Mexicanos
MKD: Macedonia | North Macedonia | Macedonia, former Yugoslav Republic of
KOR: South Korea | Korea, Rep. | República de Corea; PRK: Korea, Dem. People's Rep.
SVK: Slovakia | Slovak Republic; CZE: Czech Republic | Chequia; TZA: Tanzania, United Republic of
TUR: Turkey | Türkiye | TÜRKİYE | Turkiye; MMR: Burma/Myanmar | Myanmar | Birmania
CIV: Ivory Coast | Côte d’Ivoire | Cote D'Ivoire | Costa de Marfil; CPV: Cape Verde
GMB: The Gambia | Gambia, The | Republic of The Gambia; KGZ: Kyrgyz Republic
COD: DR Congo | Congo (Kinshasa) | Zaire | République démocratique du Congo
COG: Congo, Rep. | Congo Brazzaville; TLS: East Timor; SWZ: Swaziland | eSwatini
BIH: Bosnia | Bosnia & Herzegovina; KNA: St. Kitts and Nevis; XKX: Kosovo; HKG: Hong Kong SAR, China
AND: ADO; COD: ZAR; ROU: ROM; TLS: TMP; XKX: KSV | XKO | XKK; PSE: WBG; ANT: ANT; VCT: SVT; XNC: CTU; ISR: ISR1
USA: USA2; TWN: Taiwan, China | Republic of China; RUS: Federación de Rusia
GNQ: Guinée équatoriale | GUINEE EQUATORIALE
"""

#: A place that a careless matcher gives to the state around it, its own code, and that state.
TERRITORIES = """
Indian Kashmir = XIK, in IND; Pakistani Kashmir = XPK, in PAK; Northern Cyprus = XNC, in CYP
N. Cyprus = XNC, in CYP; Gaza Strip = PSG, in PSE; Palestine/Gaza = PSG, in PSE; West Bank = XWB, in PSE
Palestine/West Bank = XWB, in PSE; Somaliland = SML, in SOM; Zanzibar = ZZB, in TZA; Transnistria = XTN, in MDA
Abkhazia = XAB, in GEO; South Ossetia = XSO, in GEO; Nagorno-Karabakh = XNK, in AZE; Crimea = XCR, in UKR
Eastern Donbas = XDB, in UKR; Western Sahara = ESH, in MAR; Tibet = XTB, in CHN; Hong Kong = HKG, in CHN
Chechnya = XCH, in RUS; Puerto Rico = PRI, in USA; Yemen, S. = YMD, in YEM; Germany, E. = DDR, in DEU
Republic of Vietnam = VDR, in VNM; Czechoslovakia = CSK, in CZE; USSR = SUN, in RUS; Yugoslavia = YUG, in SRB
Serbia and Montenegro = SCG, in SRB
"""

HOSTILE = [
    *("", " ", "../../etc/passwd", "../Mexico", "=Mexico", "Mexico\n", "Mex\nico", "\u202eMexico", "Mexico\u200f"),
    *("Mexico\x00", "Mexico 🇲🇽", "🇲🇽", "<b>Mexico</b>", "\udc80", "M" * 10_000, "Mexico " * 2_000, "\n" * 10_000),
    *("no", "uk", "Korea", "Atlantis", None, float("nan"), 484),
]


def test_every_spelling_is_known():
    for group in SPELLINGS.replace("\n", ";").strip(";").split(";"):
        code, _, spellings = group.strip().partition(": ")
        assert {country(text).iso3 for text in spellings.split(" | ")} == {code}, spellings


def test_a_territory_is_not_the_state_around_it():
    for one in TERRITORIES.replace("\n", ";").strip(";").split(";"):
        text, code, around = re.fullmatch(r" ?(.+) = (\w+), in (\w+)", one).groups()
        assert country(text).iso3 == code and country(text).kind in ("territory", "former"), text
        assert country(around).kind == "country", around


@pytest.mark.parametrize(("text", "year", "name"), [
    ("Yugoslavia", 1985, "Yugoslavia"),
    ("Yugoslavia", 1995, "Federal Republic of Yugoslavia"),
    ("YUG", 1991, "Yugoslavia"),
    ("Germany", 1989, "West Germany"),
    ("Germany", 1990, "Germany"),
    ("Germany", 1930, "Germany"),
    ("DE", 1985, "West Germany"),
    ("Alemania", None, "Germany"),
    ("Yemen", 1985, "North Yemen"),
    ("Yemen", 1990, "Yemen"),
    ("Viet Nam", 1975, "North Vietnam"),
    ("Viet Nam", 1976, "Vietnam"),
    ("CS", 1980, "Czechoslovakia"),
    ("CS", 2004, "Serbia and Montenegro"),
    ("Serbia", 1975, "Serbia"),
])  # fmt: skip
def test_year_decides_between_bearers_of_one_name(text, year, name):
    assert country(text, year).name_en == name


def test_name_outside_all_its_years_is_refused_with_them():
    with pytest.raises(UnknownName, match=r"'Yugoslavia' denotes nothing in 2010.*1918-1991.*1992-2002"):
        country("Yugoslavia", 2010)


def test_code_of_two_states_needs_a_year():
    with pytest.raises(UnknownName, match=r"'CS' has had several meanings.*Give the year"):
        country("CS")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:20])
def test_what_is_no_name_gives_the_same_short_error(text):
    with pytest.raises(UnknownName) as caught:
        country(text, place="table.csv, line 3")
    told = str(caught.value)
    assert told.startswith("table.csv, line 3: '")
    assert "is not a known name or code of a country or territory." in told
    assert "ISO 3166" in told or "Did you mean" in told
    assert told.isprintable() and len(told) < 260
    assert len(caught.value.what.split("' is not a known")[0]) <= 41


def test_error_suggests_what_is_near():
    with pytest.raises(UnknownName, match="Did you mean Mexico"):
        country("Mexicoo")
    with pytest.raises(UnknownName, match="South Korea or North Korea"):
        country("Korea")
    with pytest.raises(UnknownName, match="Use its usual name or its ISO 3166 code, for example MEX"):
        country("qqqq")


def test_iso3_of_keeps_order_and_repeats():
    assert iso3_of(["Mexico", "NA", "México", "Kosovo"], "x") == ["MEX", "NAM", "MEX", "XKX"]
    assert iso3_of(["CS", "CS"], "x", years=[1990, 2004]) == ["CSK", "SCG"]
    assert iso3_of([], "x") == []


def test_iso3_of_counts_what_it_does_not_know():
    values = ["Mexico", "Atlantis", "Narnia", "Atlantis", "Utopia", "Erewhon\x07"]
    with pytest.raises(UnknownName) as caught:
        iso3_of(values, "data.csv, column country")
    assert caught.value.what == (
        "5 of 6 values denote no known country or territory, 'Atlantis', 'Narnia', 'Utopia' and 1 more"
    )
    assert str(caught.value).startswith("data.csv, column country: ")


def test_kinds():
    assert len(countries()) == 197 and len([c for c in countries() if c.un_member]) == 193
    assert {c.iso3 for c in countries() if not c.un_member} == {"PSE", "TWN", "VAT", "XKX"}
    assert [c.iso3 for c in countries()] == sorted(c.iso3 for c in countries())
    everything = countries(None)
    assert Counter(c.kind for c in everything) == {kind: len(countries(kind)) for kind in module.KINDS}
    assert all((c.kind == "former") == (c.valid_to is not None) for c in everything)
    assert not any(c.un_member for c in everything if c.kind != "country")
    with pytest.raises(UnknownName, match="'empire' is unknown"):
        countries("empire")


def test_every_entry_has_names_a_region_and_sound_codes():
    for entry in countries(None):
        assert entry.name_en.strip() == entry.name_en != ""
        assert entry.name_es.strip() == entry.name_es != ""
        assert entry.iso3 == "ATA" or entry.region in REGIONS.values()
        assert len(entry.iso3) == 3 and entry.iso3.isascii() and entry.iso3.isupper()
        assert entry.iso2 == "" or (len(entry.iso2) == 2 and entry.iso2.isupper())
        assert entry.numeric == "" or (len(entry.numeric) == 3 and entry.numeric.isdigit())
        assert entry.valid_from is None or entry.valid_to is None or entry.valid_from <= entry.valid_to


def test_current_codes_are_unique():
    for field in ("iso3", "iso2", "numeric", "name_en", "name_es"):
        counts = Counter(getattr(c, field) for c in countries(None) if c.valid_to is None)
        counts.pop("", None)
        assert [value for value, count in counts.items() if count > 1] == [], field


def test_no_two_entries_bear_one_name_at_the_same_date():
    shared = {key: bearers for key, bearers in module._index().items() if len(bearers) > 1}
    assert {"germany", "yugoslavia", "yemen", "CS"} <= set(shared)
    for key, bearers in shared.items():
        for year in range(1900, 2031):
            assert sum(b.existed(year) for b in bearers) <= 1, (key, year)


def test_every_alias_is_a_name_that_can_be_looked_up_and_adds_something():
    rows = module._rows("countries_aliases.csv")
    entries = countries(None)
    own = {(module._key(t), c.iso3, c.valid_to) for c in entries for t in (c.iso3, c.iso2, c.name_en, c.name_es)}
    seen = set()
    for row in rows:
        key = module._key(row["alias"])
        assert key, row
        place = (key, row["iso3"], int(row["valid_to"]) if row["valid_to"] else None)
        assert place not in own and place not in seen, row
        seen.add(place)


def test_region_takes_a_code_in_any_form_or_the_number_of_vdem():
    assert region("latin_america_caribbean") == region("Latin-America Caribbean") == region("2") == REGIONS[2]
    assert country("MEX").region == REGIONS[2]
    assert region("África subsahariana") == region("Sub-Saharan Africa") == "sub_saharan_africa"
    assert region("world") == region(" World ") == "world"
    assert region(4) == REGIONS[4]
    for wrong in ("", "7", "x" * 10_000):
        with pytest.raises(UnknownName, match=r"is not known\. Use world, eastern_europe_central_asia"):
            region(wrong)
    with pytest.raises(UnknownName, match=r"is not known\. Did you mean sub_saharan_africa\?"):
        region("sub saharan")


# Names beside codes in the published files whose cleaners go by the codes.

#: Columns of names, of years and of codes.
BESIDE = (
    ("country_name", "year", "country_text_id"), ("country_name", "year", "iso3"), ("Country", "Year", "Country Code"),
    *((name, "Year (N)", "ISO") for one in ("EN", "ES", "FR") for name in (f"{one}_country", f"Country_{one}")),
    ("country", "year", "iso3"),
)  # fmt: skip
#: V-Dem's unit of the West Bank has the code of Palestine.
WEST_BANK = {("Palestine/West Bank", "PSE")}
#: Codes of the press freedom index for no country: states outside of their territory, an organisation of states.
NO_COUNTRIES = {"XCD", "CSS", "USA1", "USA_I", "ISR2", "ISR3"}
#: What a redistributor of V-Dem writes for Zanzibar.
ZANZIBAR = {"OWID_ZAN"}
OTHERWISE = {"vdem": WEST_BANK | ZANZIBAR, "ert": WEST_BANK, "rsf_press_freedom": NO_COUNTRIES}


def once(text: str) -> str:
    """Undo the second UTF-8 encoding of names in the press freedom index of 2002 to 2021."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


@pytest.mark.parametrize("name", ["ert", "rsf_press_freedom", "vdem", "wgi_voice_accountability", "wjp_rule_of_law"])
def test_published_names_and_codes_are_of_the_same_country(name, mirror):
    rows, own = set(), project().raw

    def place_of(item):
        return mirror if (mirror / item.source / item.version).is_dir() else own, own

    for _, chunk in raw_chunks(dataset(name).inputs, place_of):
        for columns in BESIDE:
            held = [column for column in columns if column in chunk.columns]
            if {columns[0], columns[2]} <= {*held}:
                pairs = chunk[held].drop_duplicates().assign(**{columns[1]: chunk.get(columns[1], "")})
                rows |= set(pairs[list(columns)].itertuples(index=False, name=None))
    assert len(rows) > 100
    other = set()
    for text, year, code in rows:
        when = int(year) if year.isdigit() else None
        try:
            of_code = country(code, when).iso3 if code else ""
        except UnknownName:
            other.add(code)
        else:
            other |= {(text, code)} if code and country(once(text), when).iso3 != of_code else set()
    assert other == OTHERWISE.get(name, set())


def test_units_regions_and_numbers_are_those_of_vdem(mirror):
    file = mirror / "vdem/14/vdem_v14_1970_2023.csv.gz"
    units = pd.read_csv(file, usecols=["country_name", "country_id", "e_regionpol_6C"]).drop_duplicates()
    assert units["country_name"].nunique() == 182
    for name, number, code in units.itertuples(index=False, name=None):
        found = country(name)
        assert found.vdem_id == number and (pd.isna(code) or REGIONS[int(code)] == found.region), name


def test_a_name_inside_a_sentence_has_its_article():
    assert [country(code).in_text for code in ("USA", "NLD", "PHL", "MEX")] == [
        "the United States", "the Netherlands", "the Philippines", "Mexico"]  # fmt: skip
    use_language("es")
    found = [country(code).in_text for code in ("USA", "NLD", "DOM", "GBR", "CZE", "SLV", "PHL")]
    use_language("en")
    assert found == ["Estados Unidos", "los Países Bajos", "la República Dominicana", "el Reino Unido",
                     "la República Checa", "El Salvador", "Filipinas"]  # fmt: skip
