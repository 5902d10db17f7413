"""Damaged files in every layout: refused in one sentence, on the record, or named as what no reader can detect."""

from __future__ import annotations

import os
import random
import re

import pytest

from ogp_analysis.base import paths
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from tests.damage import page
from tests.damage.damages import DAMAGES, UNSEEN
from tests.damage.layouts import extracts, user_layouts
from tests.damage.outcomes import (
    REFUSED,
    cases,
    extract_layout,
    is_a_sentence,
    of_case,
    of_extract,
)
from tests.damage.outcomes import UNSEEN as NOT_SEEN
from tests.damage.published import DATASETS, WHOLE, needed, published

SEED, COUNT = 20_261_126, 120
FILES = {layout.name: layout.file for layout in user_layouts()}


def sample() -> list[tuple[str, str]]:
    """As many cases of every kind of layout, drawn by seed; each damage and each dataset comes at least once."""
    draw, every, groups, datasets = random.Random(SEED), cases(), {}, {}
    for case in every:
        groups.setdefault(page.group_of(case[0]), []).append(case)
        if ": " in case[0]:
            datasets.setdefault(case[0].partition(": ")[0], []).append(case)
    found = [draw.choice([case for case in every if case[1] == name]) for name in DAMAGES]
    for some in groups.values():
        found += draw.sample(some, min(len(some), COUNT // len(groups)))
    found += [draw.choice(some) for name, some in datasets.items() if name not in WHOLE]
    return list(dict.fromkeys(found))


def docs() -> dict[tuple[str, str], str]:
    """The cells of the table in the docs, by group and damage."""
    lines = (paths.project().root / "docs" / page.NAME).read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    head, *rest = rows
    return {(group, row[0]): cell for row in rest for group, cell in zip(head[1:], row[1:], strict=True)}


def check(case: tuple[str, str]) -> None:
    layout, damage = case
    outcome = of_case(*case)
    if outcome is None:
        return
    if outcome.what == REFUSED:
        others = next((one.places_of_faults for one in published() if one.name == layout), ())
        assert is_a_sentence(outcome.sentence, FILES.get(layout, layout), *others), outcome.sentence
    assert outcome.what != NOT_SEEN or damage in UNSEEN, f"{damage} in {layout} changes the tables, and nothing says so"
    assert outcome.what in docs()[page.group_of(layout), damage], "run python -m tests.damage again"


@pytest.mark.parametrize("case", sample(), ids=" / ".join)
def test_a_damaged_file_is_refused_in_a_sentence_or_on_the_record(case):
    check(case)


@pytest.mark.audit
@pytest.mark.parametrize("case", sorted(set(cases()) - set(sample())), ids=" / ".join)
def test_every_damaged_file_is_refused_in_a_sentence_or_on_the_record(case):
    check(case)


def test_every_dataset_of_the_catalogue_is_damaged_as_it_is_published(mirror):
    assert {one.dataset for one in published()} == set(DATASETS)
    assert {layout for layout, _ in cases() if ": " in layout} == {one.name for one in published()}


@pytest.mark.audit
def test_no_more_datasets_than_need_it_are_read_whole(mirror):
    some = [next(one for one in published() if one.dataset == name) for name in DATASETS]
    assert {one.dataset for one in some if needed(one).rows > 10_000} == set(WHOLE)


@pytest.mark.parametrize("number", range(len(extracts())))
def test_every_embedded_file_that_is_damaged_later_is_refused(number):
    source, file, path = extracts()[number]
    damage = list(DAMAGES.values())[number % len(DAMAGES)]
    content = damage(extract_layout(file, path))
    if content is None or content == path.read_bytes():
        content = path.read_bytes() + b"\n"
    outcome = of_extract(source, file, content, own_hash=False)
    assert outcome.what == REFUSED and "is not the file that its sidecar describes" in outcome.sentence


def test_the_page_names_every_damage_layout_and_reason():
    told = docs()
    assert {damage for _, damage in told} == set(DAMAGES)
    assert {group for group, _ in told} == {*page.GROUPS, page.EMBEDDED, page.PUBLISHED}
    text = (paths.project().root / "docs" / page.NAME).read_text("utf-8")
    assert all(f"- {name}: {why}." in text for name, why in UNSEEN.items()) and set(UNSEEN) <= set(DAMAGES)
    assert re.search(r"commit [0-9a-f]{12}", text)


@pytest.mark.parametrize("kind", ["compranet", "ocds"])
def test_a_folder_and_a_file_that_may_not_be_read_fail_alone(tmp_path, kind):
    layout = next(one for one in user_layouts() if one.kind == kind)
    good, folder, locked = tmp_path / "good", tmp_path / "folder", tmp_path / "locked"
    good.write_bytes(layout.sound)
    folder.mkdir()
    locked.write_bytes(layout.sound)
    locked.chmod(0)
    done = {one.label: one for one in clean_files([folder, locked, good], kind, tmp_path / "out")}
    assert done["good"].what == "cleaned"
    assert done["folder"].what == "failed" and is_a_sentence(done["folder"].fault, "folder")
    if os.access(locked, os.R_OK):
        assert done["locked"].what == "cleaned"  # the administrator may read everything
    else:
        assert done["locked"].what == "failed" and is_a_sentence(done["locked"].fault, "locked")
