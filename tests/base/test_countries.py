"""Spellings, dates and territories; and every country name that the published files write."""

from __future__ import annotations

import csv
import gzip
import importlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from ogp_analysis.base.countries import ALIASES_FILE, REGIONS, countries, country, iso3_of, region
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.words import LANGUAGES, use_language, word

module = importlib.import_module("ogp_analysis.base.countries")

SPELLINGS = [
    ("NA", "NAM"),
    ("nam", "NAM"),
    ("Namibie", "NAM"),
    ("UK", "GBR"),
    ("U.K.", "GBR"),
    ("EL", "GRC"),
    ("USA", "USA"),
    ("U.S.A.", "USA"),
    ("EE. UU.", "USA"),
    ("México", "MEX"),
    ("mexico", "MEX"),
    ("MEXIQUE", "MEX"),
    ("Estados Unidos Mexicanos", "MEX"),
    ("Macedonia", "MKD"),
    ("North Macedonia", "MKD"),
    ("Macedonia, former Yugoslav Republic of", "MKD"),
    ("South Korea", "KOR"),
    ("Korea, Rep.", "KOR"),
    ("República de Corea", "KOR"),
    ("Korea, Dem. People's Rep.", "PRK"),
    ("Slovakia", "SVK"),
    ("Slovak Republic", "SVK"),
    ("Czech Republic", "CZE"),
    ("Chequia", "CZE"),
    ("Tanzania, United Republic of", "TZA"),
    ("Turkey", "TUR"),
    ("Türkiye", "TUR"),
    ("TÜRKİYE", "TUR"),
    ("Turkiye", "TUR"),
    ("Burma/Myanmar", "MMR"),
    ("Myanmar", "MMR"),
    ("Birmania", "MMR"),
    ("Ivory Coast", "CIV"),
    ("Côte d’Ivoire", "CIV"),
    ("Cote D'Ivoire", "CIV"),
    ("Costa de Marfil", "CIV"),
    ("Cape Verde", "CPV"),
    ("The Gambia", "GMB"),
    ("Gambia, The", "GMB"),
    ("Republic of The Gambia", "GMB"),
    ("Kyrgyz Republic", "KGZ"),
    ("DR Congo", "COD"),
    ("Congo (Kinshasa)", "COD"),
    ("Congo, Rep.", "COG"),
    ("Congo Brazzaville", "COG"),
    ("East Timor", "TLS"),
    ("Swaziland", "SWZ"),
    ("eSwatini", "SWZ"),
    ("Bosnia", "BIH"),
    ("Bosnia & Herzegovina", "BIH"),
    ("St. Kitts and Nevis", "KNA"),
    ("Kosovo", "XKX"),
    ("Hong Kong SAR, China", "HKG"),
    ("Taiwan, China", "TWN"),
    ("Republic of China", "TWN"),
    ("Zaire", "COD"),
    ("Federación de Rusia", "RUS"),
    ("République démocratique du Congo", "COD"),
    ("Guinée équatoriale", "GNQ"),
    ("GUINEE EQUATORIALE", "GNQ"),
]

#: Codes that a source writes though they are not, or no longer, in ISO 3166-1.
SOURCE_CODES = {
    "ADO": "AND", "ZAR": "COD", "ROM": "ROU", "TMP": "TLS", "KSV": "XKX", "WBG": "PSE", "ANT": "ANT", "SVT": "VCT",
    "XKO": "XKX", "XKK": "XKX", "CTU": "XNC", "USA2": "USA", "ISR1": "ISR",
}  # fmt: skip

#: A place that a careless matcher gives to the state around it, its own code, and that state.
TERRITORIES = [
    ("Indian Kashmir", "XIK", "IND"),
    ("Pakistani Kashmir", "XPK", "PAK"),
    ("Northern Cyprus", "XNC", "CYP"),
    ("N. Cyprus", "XNC", "CYP"),
    ("Gaza Strip", "PSG", "PSE"),
    ("Palestine/Gaza", "PSG", "PSE"),
    ("West Bank", "XWB", "PSE"),
    ("Palestine/West Bank", "XWB", "PSE"),
    ("Somaliland", "SML", "SOM"),
    ("Zanzibar", "ZZB", "TZA"),
    ("Transnistria", "XTN", "MDA"),
    ("Abkhazia", "XAB", "GEO"),
    ("South Ossetia", "XSO", "GEO"),
    ("Nagorno-Karabakh", "XNK", "AZE"),
    ("Crimea", "XCR", "UKR"),
    ("Eastern Donbas", "XDB", "UKR"),
    ("Western Sahara", "ESH", "MAR"),
    ("Tibet", "XTB", "CHN"),
    ("Hong Kong", "HKG", "CHN"),
    ("Chechnya", "XCH", "RUS"),
    ("Puerto Rico", "PRI", "USA"),
    ("Yemen, S.", "YMD", "YEM"),
    ("Germany, E.", "DDR", "DEU"),
    ("Republic of Vietnam", "VDR", "VNM"),
    ("Czechoslovakia", "CSK", "CZE"),
    ("USSR", "SUN", "RUS"),
    ("Yugoslavia", "YUG", "SRB"),
    ("Serbia and Montenegro", "SCG", "SRB"),
]

HOSTILE = [
    "",
    " ",
    "../../etc/passwd",
    "../Mexico",
    "=Mexico",
    "Mexico\n",
    "Mex\nico",
    "\u202eMexico",
    "Mexico\u200f",
    "Mexico\x00",
    "Mexico 🇲🇽",
    "🇲🇽",
    "<b>Mexico</b>",
    "\udc80",
    "M" * 10_000,
    "Mexico " * 2_000,
    "\n" * 10_000,
    "no",
    "uk",
    "Korea",
    "Atlantis",
    None,
    float("nan"),
    484,
]


@pytest.mark.parametrize(("text", "iso3"), SPELLINGS)
def test_spelling(text, iso3):
    assert country(text).iso3 == iso3


@pytest.mark.parametrize(("code", "iso3"), SOURCE_CODES.items())
def test_code_of_a_source(code, iso3):
    assert country(code).iso3 == iso3


@pytest.mark.parametrize(("text", "code", "around"), TERRITORIES)
def test_territory_is_not_the_state_around_it(text, code, around):
    assert country(text).iso3 == code
    assert country(around).kind == "country"
    assert country(text).kind in ("territory", "former")


@pytest.mark.parametrize(
    ("text", "name", "iso3"),
    [
        ("Germany, W.", "West Germany", "DEU"),
        ("Yemen, N.", "North Yemen", "YEM"),
        ("Vietnam, N.", "North Vietnam", "VNM"),
    ],
)
def test_state_that_gave_its_code_to_the_union_is_an_entry_of_its_own(text, name, iso3):
    found = country(text)
    assert (found.name_en, found.iso3, found.kind) == (name, iso3, "former")
    assert country(iso3).kind == "country"


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
    assert ALIASES_FILE in told
    assert told.isprintable() and len(told) < 260
    assert len(caught.value.what.split("' is not a known")[0]) <= 41


def test_error_suggests_what_is_near():
    with pytest.raises(UnknownName, match="Write Mexico if that is meant"):
        country("Mexicoo")
    with pytest.raises(UnknownName, match="South Korea or North Korea"):
        country("Korea")


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
    assert str(caught.value).startswith("data.csv, column country: ") and ALIASES_FILE in str(caught.value)


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


def test_own_codes_stay_in_the_range_that_iso_leaves_to_users():
    own = {c.iso3 for c in countries(None) if c.iso2 == ""} - {"PSB", "PSG", "SML", "VDR", "VNM", "ZZB"}
    assert own and all("XAA" <= code <= "XZZ" for code in own)


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


def test_files_are_sorted_so_that_changes_are_easy_to_read():
    rows = module._rows("countries.csv")
    assert rows == sorted(rows, key=lambda row: (row["iso3"], row["valid_to"] or "9999"))
    aliases = [(row["iso3"], row["valid_to"] or "9999") for row in module._rows("countries_aliases.csv")]
    assert aliases == sorted(aliases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_regions_have_words(language):
    words = {word(f"regions.{code}", language) for code in REGIONS.values()}
    assert len(words) == 6
    assert all(word(f"regions.subregion.{c.subregion}", language) for c in countries(None))


def test_region_takes_a_code_in_any_form_or_the_number_of_vdem():
    assert region("latin_america_caribbean") == region("Latin-America Caribbean") == region("2") == REGIONS[2]
    assert country("MEX").region == REGIONS[2]
    assert region("world") == region(" World ") == "world"
    for wrong in ("Mexico", "", "7", "x" * 10_000):
        with pytest.raises(UnknownName, match=r"is unknown\. Use world, eastern_europe_central_asia"):
            region(wrong)


def test_import_is_light_and_reads_no_data():
    code = (
        "import sys; opened = []; "
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None); "
        "import ogp_analysis.base.countries; "
        "print([f for f in opened if f.endswith(('.csv', '.toml'))], "
        "sorted({'pandas', 'numpy', 'pyarrow'} & set(sys.modules)))"
    )
    root = Path(module.__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[] []"


# Every name in the published files. A reader yields (name, year or None, code the file gives or None).


def _csv(file: Path, encoding="utf-8-sig", delimiter=",", header=0):
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding=encoding, newline="") as handle:
        for _ in range(header):
            next(csv.reader(handle))
        yield from csv.DictReader(handle, delimiter=delimiter)


def _read(file, name, year=None, code=None, **kwargs):
    def reader(mirror):
        rows = {(r[name], r[year] if year else "", r[code] if code else "") for r in _csv(mirror / file, **kwargs)}
        return {(n, int(y) if y else None, c or None) for n, y, c in rows}

    return reader


def _process(mirror):
    file = mirror / "ogp_process/2016-07/ogp_process_database_2016-07.csv"
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines(keepends=True)))
    return {(row[0], None, None) for row in rows[6:] if row[0]}


def _sheet(file, sheet):
    return CalamineWorkbook.from_path(file).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def _freedom_workbooks(mirror):
    folder = mirror / "freedom_in_the_world/2024"
    ratings = folder / "Country_and_Territory_Ratings_and_Statuses_FIW_1973-2024.xlsx"
    scores = folder / "Aggregate_Category_and_Subcategory_Scores_FIW_2003-2023.xlsx"
    sheets = [
        (ratings, "Country Ratings, Statuses ", 3),
        (ratings, "Territory Ratings, Statuses", 3),
        (scores, "FIW06-23", 1),
        (scores, "FIW03-05", 1),
        (folder / "All_data_FIW_2013-2024.xlsx", "FIW13-24", 2),
    ]
    return {(row[0], None, None) for file, sheet, header in sheets
            for row in _sheet(file, sheet)[header:] if row[0]}  # fmt: skip


def _repaired(text):
    """Undo the second UTF-8 encoding of the names in the exports of 2002 to 2021."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _press_freedom(mirror):
    found = set()
    for file in sorted((mirror / "rsf_press_freedom/exports-2002-2026").glob("*.csv")):
        encoding = "latin-1" if file.stem in ("rwb2025", "rwb2026") else "utf-8-sig"
        for row in _csv(file, encoding, ";"):
            names = [
                row[c]
                for c in row
                if c in ("EN_country", "ES_country", "FR_country", "Country_EN", "Country_ES", "Country_FR")
            ]
            assert len(names) == 3, file
            found |= {(_repaired(name), int(file.stem[3:]), row["ISO"]) for name in names}
            found.add((row["ISO"], int(file.stem[3:]), None))
    return found


def _civicus(mirror):
    folder = mirror / "civicus_monitor"
    found = {(row["Country"], 2017, None) for row in _csv(folder / "2017/civicus_monitor_2017.csv")}
    found |= {(code, 2020, None) for code in json.loads((folder / "2020/civicus_2021-03-19.json").read_text())}
    found |= {(row["code"], 2021, None) for row in _csv(folder / "2021-summit-map/summit_map_2021-12.csv")}
    for row in _csv(folder / "compiled-2019-2021/civicus_2019_2020_2021.csv"):
        found.add((row["iso3"], int(row["year"]), None))
    for row in _csv(folder / "compiled-2020-2025/civicus_2020_2025.csv"):
        found.add((row["country_name"], int(row["year"]), row["iso3"] or None))
    return found


def _rule_of_law(mirror):
    file = mirror / "wjp_rule_of_law/2024/2024_wjp_rule_of_law_index_HISTORICAL_DATA_FILE.xlsx"
    rows = _sheet(file, "Historical Data")
    assert rows[0][0].strip() == "Country" and rows[0][3].strip() == "Country Code"
    return {(row[0], None, row[3]) for row in rows[1:] if row[0]}


_CARNEGIE = "carnegie_spyware_inventory/10/carnegie_spyware_inventory_repaired.csv"
_COMMITMENTS = "ogp_commitments/{}/ogpirm_live_data.csv"
_MODERN = "ogp_commitments/2024-parliament-subset/open_parliament_0703.csv"
_WGI = "wgi_voice_accountability/2023/wgi_va_1996_2023.csv"
READERS = {
    "vdem 14": _read("vdem/14/vdem_v14_1970_2023.csv.gz", "country_name", "year", "country_text_id"),
    "vdem 15": _read("vdem/15-indices/vdem_v15_indices_intervals_1990_2024.csv", "country_name", "year",
                     "country_text_id"),
    "vdem 12": _read("vdem/12-intervals/vdem_v12_intervals_2012_2021.csv", "country_name", "year"),
    "ert": _read("ert/15/ert.csv", "country_name", "year", "country_text_id"),
    "wgi": _read(_WGI, "country_name", "year", "iso3"),
    "wgi codes": _read(_WGI, "wb_code", "year", "iso3"),
    "world_bank": _read("world_bank_controls/2024/controls_wdi_1970_2024.csv", "iso3", None, "iso3"),
    "ogp_commitments 2015": _read(_COMMITMENTS.format(2015), "Country", header=1),
    "ogp_commitments 2016": _read(_COMMITMENTS.format(2016), "Country", header=1),
    "ogp_commitments 2024": _read(_MODERN, "Country/Locality", None, "Code"),
    "ogp_process": _process,
    "ogp_membership": _read("ogp_membership/compiled/membership_facts.csv", "country", None, "iso3"),
    "ogp_action_plans": _read("ogp_action_plans/compiled/action_plans.csv", "country_raw", None, "iso3"),
    "ogp_status_events": _read("ogp_status_events/compiled/status_events.csv", "country", None, "iso3"),
    "freedom_in_the_world 2025": _read("freedom_in_the_world/compiled-2025/fiw_items_2012_2024.csv", "country_name",
                                       "year", "iso3"),
    "freedom_in_the_world": _freedom_workbooks,
    "rsf": _press_freedom,
    "civicus": _civicus,
    "wjp": _rule_of_law,
    "carnegie": _read(_CARNEGIE, "country"),
    "carnegie vendors": _read(_CARNEGIE, "vendor_country"),
    "access_now": _read("access_now_shutdowns/2026/access_now_stop_2016_2025.csv", "country"),
}  # fmt: skip

_LOCALITIES = {
    "Buenos Aires, Argentina", "Jalisco, Mexico", "Kaduna State, Nigeria", "Madrid, Spain",
    "Scotland, United Kingdom", "South Cotabato, Philippines", "Tbilisi, Georgia",
}  # fmt: skip
#: What stands in a column of countries and is none: localities, several countries in one cell, a
#: state's conduct outside its territory, an organisation of states.
NO_COUNTRIES = {
    "ogp_commitments 2024": _LOCALITIES,
    "ogp_action_plans": _LOCALITIES,
    "rsf": {
        "OECS", "OECO", "OÉCO", "XCD", "CSS",
        "USA1", "USA_I", "United States (outside US territory)", "United States (in Irak)",
        "Estados Unidos (fuera del territorio estadounidense)", "Estados Unidos (en Irak)",
        "États-Unis (hors territoire américain)", "États-Unis (en Irak)",
        "ISR2", "ISR3", "Israel (outside Israeli territory)", "Israel (occupied territories)",
        "Israel (fuera del territorio israelí)", "Israel (territorios ocupados)",
        "Israël (hors territoire israélien)", "Israël (territoires occupés)",
    },
    "carnegie vendors": {"Undisclosed", "Israel, Hungary", "United States, Israel"},
    "access_now": {
        "Burundi; Kenya; Rwanda; Tanzania, United Republic of; Uganda", "Cameroon; Central African Republic",
        "Laos; Myanmar",
    },
}  # fmt: skip
#: Where our code for a name differs on purpose from the one the file gives.
OTHER_CODES = {"vdem 14": {("PSE", "XWB")}, "vdem 15": {("PSE", "XWB")}, "ert": {("PSE", "XWB")}}


@pytest.mark.parametrize("source", READERS)
def test_every_name_of_a_published_file_is_known_or_listed_as_no_country(source, mirror):
    unknown, other = set(), set()
    rows = READERS[source](mirror)
    assert len(rows) > 10
    for name, year, code in rows:
        try:
            found = country(name, year, source)
        except UnknownName:
            unknown.add(name)
            continue
        if code is not None and found.iso3 != country(code, year, source).iso3:
            other.add((code, found.iso3))
    assert unknown == NO_COUNTRIES.get(source, set())
    assert other == OTHER_CODES.get(source, set())


def test_units_regions_and_numbers_are_those_of_vdem(mirror):
    units = {}
    for row in _csv(mirror / "vdem/14/vdem_v14_1970_2023.csv.gz"):
        units.setdefault((row["country_text_id"], row["country_name"], row["country_id"]), set()).add(
            row["e_regionpol_6C"]
        )
    assert len(units) == 182
    for (text_id, name, number), given in units.items():
        found = country(name)
        assert found.vdem_id == int(number), text_id
        assert found.region in REGIONS.values(), text_id
        assert {REGIONS[int(float(code))] for code in given if code} <= {found.region}, text_id


def test_territories_of_freedom_in_the_world_never_share_a_code_with_a_country(mirror):
    kinds = {}
    for row in _csv(mirror / "freedom_in_the_world/compiled-2025/fiw_items_2012_2024.csv"):
        code = country(row["country_name"], int(row["year"])).iso3
        kinds.setdefault((code, row["year"]), []).append(row["country_name"])
    assert {key: names for key, names in kinds.items() if len(names) > 1} == {}


def test_historical_names_of_freedom_in_the_world_share_a_code_only_across_time(mirror):
    names = {name.strip() for name, _, _ in _freedom_workbooks(mirror)}
    bearers = {}
    for name in names:
        bearers.setdefault(country(name).iso3, set()).add(name)
    twice = {code: shared for code, shared in bearers.items() if len(shared) > 1}
    # Unions with one of their parts; the rest are one name in two spellings.
    assert twice.pop("DEU") == {"Germany", "Germany, W."}
    assert twice.pop("YEM") == {"Yemen", "Yemen, N."}
    assert twice.pop("VNM") == {"Vietnam", "Vietnam, N."}
    assert set(twice) == {"CIV", "XIO", "XPA"}
    assert all(len({name.replace("’", "'").replace("-", " ") for name in shared}) == 1 for shared in twice.values())


def test_a_name_inside_a_sentence_has_its_article():
    assert [country(code).in_text for code in ("USA", "NLD", "PHL", "MEX")] == [
        "the United States", "the Netherlands", "the Philippines", "Mexico"]  # fmt: skip
    use_language("es")
    found = [country(code).in_text for code in ("USA", "NLD", "DOM", "GBR", "CZE", "SLV", "PHL")]
    use_language("en")
    assert found == ["Estados Unidos", "los Países Bajos", "la República Dominicana", "el Reino Unido",
                     "la República Checa", "El Salvador", "Filipinas"]  # fmt: skip
