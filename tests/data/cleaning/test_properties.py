"""What holds of every cleaner of the catalogue, whatever stands in the rows: drawn, not chosen.

The rows are the first of each published file, with some repeated, some gone, and with cells exchanged for others or for
what no publisher means to write. A dataset is tested here by being in the catalogue.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, islice
from random import Random
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ogp_analysis.base import beside, paths
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.cleaning.dataset import CONTROL_CHARACTER, Dataset, Input, cleaned, freed
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.data.sources import raw

IN_FULL = settings.get_current_profile_name() == "audit"
#: How many rows of a file are drawn from, how many files of an input, and how often is drawn.
ROWS, FILES, EXAMPLES = (200, 12, 15) if IN_FULL else (20, 2, 2)
#: No shrinking: it would clean the rows of a slow dataset some hundred times before it said what failed.
drawn = settings(max_examples=EXAMPLES, derandomize=True, phases=[Phase.generate],
                 suppress_health_check=list(HealthCheck))  # fmt: skip
#: The first line that the rows of these tests are given: so high that a number this high in a table is a line.
FIRST = 987_600_001
NOISE = (
    *("", " ", "NA", "n/a", "-", "0", "-1", "1", "+1", "1e400", "NaN", "inf", "1,5", "1.234,56", "9" * 40, "True"),
    *("2020-13-45", "31/02/2020", "02/03/04", "0000-00-00", "9999-12-31", "2017-W21-2", "Kenya", "KEN", "México"),
    *("١٢", "\u200b", "a\x00b", "\ufeffx", "=1+1", '"', "{}", "[1]", "null", "é" * 300, "\U0001f600"),
)
Chunks = list[tuple[Input, pd.DataFrame]]


class Drawn(NamedTuple):
    """Rows, and what was done to them: all that a failing test may show, since rows name persons."""

    chunks: Chunks
    done: list[str]

    def __repr__(self) -> str:
        return "; ".join(self.done) or "the rows as published"


def belonging(name: str, chunks: Chunks) -> Chunks:
    """Return the first rows of each file, and where rows refer to rows of another file, those they refer to."""
    if name in ("ogp_membership", "ogp_participation", "ogp_status_events", "okf_membership_stage"):
        # Short files: the package names rows all over the first three, the last begins with a description.
        return chunks
    tables = [chunk for _, chunk in chunks]
    few = [chunk.head(ROWS) for chunk in tables]
    if name == "cpv":
        few[0] = tables[0][tables[0]["code"].str.startswith("03")]
        few[1:] = [chunk[chunk["key"].isin(few[0]["name"])] for chunk in tables[1:]]
    elif name == "consumer_prices_world_bank":
        # What a file holds shows in the values of 2010.
        few = [pd.concat([one, chunk[chunk["Year"] == "2010"].head(3)]) for one, chunk in zip(few, tables, strict=True)]
        few = [chunk.drop_duplicates() for chunk in few]
    elif name == "world_bank_awards":
        few = [chunk[chunk["contract"].isin(few[0]["contract"])] for chunk in tables]
    elif name == "honduras_oncae":
        few = [chunk[chunk["ocid"].isin(pd.concat([one.head(ROWS // 5)["ocid"] for one in few]))] for chunk in tables]
    return [(item, chunk) for (item, _), chunk in zip(chunks, few, strict=True)]


def numbered(chunks: Chunks) -> Chunks:
    """Give every row a line of its own, those of a file in their order."""
    made, line = [], FIRST
    for item, chunk in chunks:
        made.append((item, chunk.reset_index(drop=True).assign(**{LINE: range(line, line + len(chunk))})))
        line += len(chunk)
    return made


class Base(NamedTuple):
    """A dataset, rows of its files, and what comes of them."""

    declared: Dataset
    chunks: Chunks
    result: Cleaned

    def __repr__(self) -> str:
        return f"<rows of {self.declared.name}>"


@pytest.fixture(scope="module", params=sorted(DATASETS))
def base(request, mirror) -> Base:
    declared, sidecars, whole = dataset(request.param), paths.project().raw, []
    for item in declared.inputs:
        root = mirror if (mirror / item.source / item.version).is_dir() else sidecars
        read = raw.chunks(
            root, item.source, item.version, item.files, header=item.header, sheet=item.sheet, sidecars=sidecars
        )
        files = (next(chunks) for _, chunks in groupby(filter(len, read), lambda chunk: chunk[FILE].iloc[0]))
        whole += [(item, chunk) for chunk in islice(files, FILES)]
    chunks = numbered(belonging(declared.name, whole))
    # Were these rows refused, the properties would hold of nothing.
    return Base(declared, chunks, of_copies(declared, chunks))


def of_copies(declared: Dataset, chunks: Chunks) -> Cleaned:
    return cleaned(declared, [(item, chunk.copy(deep=True)) for item, chunk in chunks])


def of_base(base: Base, chunks: Chunks) -> Cleaned:
    """Return what comes of rows of which some may be damaged: if none is, it is known."""
    return base.result if chunks is base.chunks else of_copies(base.declared, chunks)


def balanced(result: Cleaned, chunks: Chunks) -> None:
    balance = result.record.checked().balance()
    assert balance["rows_in"].sum() == sum(len(chunk) for _, chunk in chunks)
    assert (balance["rows_in"] == balance[["kept", "set_aside", "merged"]].sum(axis=1)).all()


def as_bytes(frame: pd.DataFrame) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.Table.from_pandas(frame)
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def all_bytes(result: Cleaned) -> dict[str, bytes]:
    return {name: as_bytes(table) for name, table in {**result.tables, "the record": result.record.entries}.items()}


def other_value(draw, value: object) -> object:
    """Draw what could stand in the place of a value of JSON."""
    if isinstance(value, dict | list) and value and draw(st.integers(0, 9)):
        at = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        value = value.copy()
        value[at] = other_value(draw, value[at])
        return value
    return draw(st.sampled_from((None, True, 0, -1, 1.5, 10**30, [], {}, [{}], [None], {"id": 1}, *NOISE)))


@st.composite
def damages(draw, chunks: Chunks) -> Drawn:
    """Draw rows of which some stand again, some are gone, and some cells hold something else; or none of this."""
    made, done = list(chunks), []
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(made) - 1))
        item, chunk = made[at]
        if chunk.empty:
            continue
        row = draw(st.integers(0, len(chunk) - 1))
        what = draw(st.sampled_from(("noise", "noise", "other row", "other column", "again", "gone")))
        place = f"{what}: row {row} of {chunk[FILE].iloc[0]}"
        if what == "again":
            chunk = pd.concat([chunk, chunk.iloc[[row]]], ignore_index=True)
        elif what == "gone":
            chunk = chunk.drop(index=row).reset_index(drop=True)
        else:
            names = [name for name in chunk.columns if name not in (FILE, LINE)]
            column = draw(st.sampled_from(names))
            cells = chunk[column].tolist()
            place += f", column {column}"
            if what == "other row":
                other = draw(st.integers(0, len(cells) - 1))
                cells[row], place = cells[other], f"{place}, from row {other}"
            elif what == "other column":
                other = draw(st.sampled_from(names))
                cells[row], place = chunk[other].iloc[row], f"{place}, from column {other}"
            elif column == "element":
                cells[row] = json.dumps(other_value(draw, json.loads(cells[row])), ensure_ascii=False)
            else:
                cells[row] = draw(st.sampled_from(NOISE) | st.text(max_size=8))
                place += f", is {cells[row]!r}"
            chunk = chunk.assign(**{column: pd.Series(cells, index=chunk.index, dtype=chunk[column].dtype)})
        made[at] = (item, chunk)
        done.append(place)
    return Drawn(numbered(made) if done else chunks, done)


#: Datasets of many columns or files, of which less is drawn.
SLOW = {
    *("compranet", "digital_society_survey", "freedom_in_the_world", "honduras_oncae", "mexico_sanctions", "ocds"),
    *("ogp_commitments", "vdem"),
}


def held(base: Base, chunks: Chunks) -> None:
    """Clean rows and count them, or hold the fault to be one of this package."""
    try:
        result = of_base(base, chunks)
    except OgpAnalysisError as fault:
        assert fault.where and fault.what and fault.action
    else:
        balanced(result, chunks)


@drawn
@given(data=st.data())
def test_what_stands_in_a_row_is_cleaned_and_counted_or_refused_with_a_sentence(base, data):
    chunks, _ = data.draw(damages(base.chunks))
    held(base, chunks)


def test_what_stands_in_a_column_is_cleaned_and_counted_or_refused_with_a_sentence(base):
    chance, places = Random(base.declared.name), {}
    for at, (item, chunk) in enumerate(base.chunks):  # each column of an input, in one of its files
        for column in set(chunk.columns) - {FILE, LINE}:
            places.setdefault((item, column), []).append(at)
    most = len(places) if IN_FULL else 2 if base.declared.name in SLOW else 12
    for (_, column), files in chance.sample(sorted(places.items(), key=repr), min(most, len(places))):
        at = chance.choice(files)
        item, chunk = base.chunks[at]
        shift = chance.randrange(len(NOISE))
        cells = [NOISE[(shift + row) % len(NOISE)] for row in range(len(chunk))]
        if column == "element":
            cells = [json.dumps(cell) for cell in cells]
        other = chunk.assign(**{column: pd.Series(cells, index=chunk.index, dtype=chunk[column].dtype)})
        held(base, [*base.chunks[:at], (item, other), *base.chunks[at + 1 :]])


#: By dataset and published file, columns in which a word that no rule has heard of stops the build.
REFUSING, UNHEARD_OF = beside.toml(__file__, "refusing.toml"), "Nowhere, of nobody"


def test_a_word_that_no_rule_has_heard_of_stops_the_build_with_its_place(base):
    """In each of these columns by itself: a country, a code, a category, a number or a date that is none."""
    files, found = REFUSING.get(base.declared.name, {}), set()
    for at, (item, chunk) in enumerate(base.chunks):
        for column in files.get(file := chunk[FILE].iloc[0] if len(chunk) else "", ()):
            cells = chunk[column].tolist()
            cells[len(cells) // 2] = UNHEARD_OF
            other = chunk.assign(**{column: pd.Series(cells, index=chunk.index, dtype=chunk[column].dtype)})
            with pytest.raises(OgpAnalysisError) as fault:
                of_copies(base.declared, [*base.chunks[:at], (item, other), *base.chunks[at + 1 :]])
            assert UNHEARD_OF in str(fault.value) or column in str(fault.value)
            found.add(file)
    assert found == set(files)


#: Columns that follow the order of the file: they number the rows of one key, or say which row was the first.
ORDINALS = {
    ("compranet", "contracts"): ["sequence"],
    ("compranet", "procedures"): ["version", "line"],
    **{("honduras_oncae", one): ["sequence"] for one in ("award_suppliers", "contract_suppliers", "tenderers")},
    ("world_bank_awards", "bids"): ["sequence"],
}
#: Rules whose entries say which of several rows was the first.
OF_THE_FIRST: dict[str, list[str]] = {}
if IN_FULL:  # releases that say the same of a process, one with a number as text, are not among the first
    ORDINALS["ocds", "processes"], OF_THE_FIRST["ocds"] = ["line"], ["number_as_text", "same_release"]


#: What an entry of the record says that is not of a row but of a whole column.
OF_A_COLUMN = r"\((?:\d+ values|not in this file|\d+ cells end with a comma)\)"


def headings(item: Input, chunk: pd.DataFrame) -> int:
    """Return how many rows at the top are not data but say what those below them are: their place is what tells them.

    The order of all other rows of these two files must not matter either.
    """
    if item.source == "freedom_in_the_world" and "Ratings" in item.sheet:
        # Below the line of editions, which the reader takes for names: one of years, one of kinds of rating.
        return 2
    if item.source == "okf_membership_stage":
        # A description, and as the last of it the line ``countries`` and the year.
        marks = chunk.index[chunk["Unnamed: 0"] == "countries"]
        return marks[0] + 2 if len(marks) else len(chunk)
    return 0


def in_other_order(chunks: Chunks, seed: int) -> tuple[Chunks, dict[int, int], dict[int, int]]:
    """Put the rows of each file in another order.

    Two dicts tell for each line, before and after, at which line the row stood before: of equal rows, the first.
    """
    made, before, after = [], {}, {}
    for item, chunk in chunks:
        own = [name for name in chunk.columns if name != LINE]
        first = chunk.groupby(own, dropna=False)[LINE].transform("min")
        top = headings(item, chunk)
        order = [*range(top), *pd.Series(range(top, len(chunk)), dtype="int64").sample(frac=1, random_state=seed)]
        before |= dict(zip(chunk[LINE], first, strict=True))
        after |= dict(zip(chunk[LINE], first.iloc[order], strict=True))
        made.append((item, chunk.iloc[order].reset_index(drop=True).assign(**{LINE: chunk[LINE]})))
    return made, before, after


#: A line; not the digits of a fraction.
_HIGH = re.compile(rf"(?<![\d.]){FIRST // 100_000}\d{{5}}(?!\d)")


def rows_of(frame: pd.DataFrame, at: dict[int, int], left_out: Sequence[str] = ()) -> Counter:
    """Count equal rows; a line, in whatever text or number it stands, is recognised by `at`."""
    texts = frame.drop(columns=list(left_out)).astype("object")
    texts = texts.map(lambda value: _HIGH.sub(lambda line: str(at[int(line[0])]), repr(value)))
    return Counter(texts.itertuples(index=False, name=None))


def noted(name: str, result: Cleaned) -> pd.DataFrame:
    """Return the entries of the record; those on a whole column stand at whatever line is the first."""
    entries = result.record.entries
    entries = entries[~entries["rule"].isin(OF_THE_FIRST.get(name, []))]
    return entries.assign(**{LINE: entries[LINE].mask(entries["old"].str.fullmatch(OF_A_COLUMN), 0)})


@drawn
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_does_not_matter(base, data, seed):
    chunks, _ = data.draw(damages(base.chunks))
    moved, before, after = in_other_order(chunks, seed)
    try:
        result = of_base(base, chunks)
    except OgpAnalysisError:
        with pytest.raises(OgpAnalysisError):
            of_copies(base.declared, moved)
        return
    other = of_copies(base.declared, moved)
    balanced(other, chunks)
    for name, table in result.tables.items():
        left_out = ORDINALS.get((base.declared.name, name), [])
        one, two = rows_of(table, before, left_out), rows_of(other.tables[name], after, left_out)
        if one != two:
            pytest.fail(
                f"{(one - two).total()} of {len(table)} rows of {name} differ, for example in {differing(one, two)}"
            )
    one, two = (rows_of(noted(base.declared.name, one), lines) for one, lines in ((result, before), (other, after)))
    if one != two:
        pytest.fail(f"entries of the rules {sorted({entry[3] for entry in (one - two) + (two - one)})} differ")


def differing(one: Counter, two: Counter) -> list[int]:
    """Return at which places a row differs from the row that is most like it; never the rows, which name persons."""
    row = min(one - two, key=repr)
    like = min(two - one, key=lambda other: sum(a != b for a, b in zip(row, other, strict=True)), default=())
    return [place for place, (a, b) in enumerate(zip(row, like, strict=False)) if a != b]


@pytest.mark.parametrize("base", ["freedom_in_the_world", "okf_membership_stage"], indirect=True)
def test_rows_above_their_headings_are_refused(base):
    for at, (item, chunk) in enumerate(base.chunks):
        if top := headings(item, chunk):
            order = [top, *range(top), *range(top + 1, len(chunk))]
            moved = [*base.chunks[:at], (item, chunk.iloc[order].reset_index(drop=True)), *base.chunks[at + 1 :]]
            with pytest.raises(OgpAnalysisError):
                of_copies(base.declared, moved)


#: Datasets whose record says what was made of a value in words of the clean table, or that it is not shown, so that
#: the rows as changed are not rows of the file; with what happens if they are taken for such.
OTHER_WORDS = {
    "compranet": "persons are masked by the line, amounts are numbers",
    "freedom_on_the_net": "scores are turned round",
    "gti_proact_reference": "a place that is not a country loses its code",
    "honduras_oncae": "names are trimmed in one of two columns that must agree",
    "international_surveillance_contracts": "a buyer that is not a single body loses its words",
    "mexico_interception_statistics": "a correction expects the caveat as published",
    "mexico_legal_authority": "a remark that goes also says when a provision was struck down",
    "mexico_sanctions": "persons are masked by the line",
    "mexico_surveillance_timeline": "a correction expects the caveat as published",
    "ocds": "the record names paths inside a release",
    "ogp_commitments": "a correction expects the value as published",
    "ogp_membership": "a grade is written short",
    "ogp_participation": "a correction expects the value as published",
    "ogp_process": "a count of steps that is none is dropped",
    "sat_69b": "persons are masked by the line",
    "surveillance_contracts_mexico": "a correction expects the value as published",
    "wgi_voice_accountability": "codes of the World Bank become those of ISO 3166",
    "world_bank_awards": "persons are masked by the line",
}
if IN_FULL:  # the row that this is of is not among the first
    OTHER_WORDS |= {
        "civicus_monitor": "a correction expects the rating as published",
        "freedom_in_the_world": "a rating of two populations becomes two ratings",
        "ogp_action_plans": "a correction expects the year as published",
        "spyware_operator_countries": "a correction expects the status as published",
    }


def as_changed(chunks: Chunks, entries: pd.DataFrame) -> Chunks:
    """Write into the rows what the record says of each changed value."""
    # Of a control character the record says that it went, not what the text around it is.
    changed = entries[(entries["action"] == "changed") & (entries["rule"] != CONTROL_CHARACTER)]
    made = []
    for item, chunk in chunks:
        chunk, _ = freed(chunk)
        at = dict(zip(chunk[LINE], chunk.index, strict=True))
        for column, own in changed[changed[LINE].isin(at)].groupby("column"):
            cells = chunk[column].tolist()
            for line, new in zip(own[LINE], own["new"], strict=True):
                cells[at[line]] = new
            chunk = chunk.assign(**{column: pd.Series(cells, index=chunk.index, dtype=chunk[column].dtype)})
        made.append((item, chunk))
    return made


@drawn
@given(data=st.data())
def test_cleaning_twice_changes_nothing(base, data):
    chunks, _ = data.draw(damages(base.chunks))
    given_rows = [(item, chunk.copy(deep=True)) for item, chunk in chunks]
    try:
        result = cleaned(base.declared, given_rows)
    except OgpAnalysisError as fault:
        with pytest.raises(type(fault), match=f"^{re.escape(str(fault))}$"):
            of_copies(base.declared, chunks)
        return
    again = of_base(base, chunks)
    assert all_bytes(again) == all_bytes(result)
    for (_, after), (_, before) in zip(given_rows, chunks, strict=True):
        assert after.equals(before), "the cleaner writes into the rows it is given"
    if base.declared.name not in OTHER_WORDS and result.record.entries["action"].eq("changed").any():
        twice = of_copies(base.declared, as_changed(chunks, result.record.entries))
        assert not twice.record.entries["action"].eq("changed").any()
        for name, table in result.tables.items():
            assert as_bytes(twice.tables[name]) == as_bytes(table), name


@pytest.mark.parametrize("base", sorted(OTHER_WORDS), indirect=True)
def test_datasets_said_to_write_other_words_do(base):
    try:
        twice = of_copies(base.declared, as_changed(base.chunks, base.result.record.entries))
    except (OgpAnalysisError, KeyError):
        return
    same = all(as_bytes(twice.tables[name]) == as_bytes(table) for name, table in base.result.tables.items())
    assert not same or twice.record.entries["action"].eq("changed").any(), "take it out of the list"


@settings(derandomize=True)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_text_that_was_freed_or_folded_stays_as_it_is(values):
    chunk = pd.DataFrame({"a": pd.Series(values, dtype="str"), FILE: "f", LINE: range(1, len(values) + 1)})
    once, _ = freed(chunk)
    twice, entries = freed(once)
    assert twice.equals(once)
    assert entries == []
    assert [folded(folded(one)) for one in values] == [folded(one) for one in values]
