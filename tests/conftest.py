"""What the tests share: the project, and the mirror of the published files where one is given."""

from __future__ import annotations

import gc
import shutil
import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from ogp_analysis.base import indicators, paths
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import Dataset, Input, cleaned, promised
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned
from ogp_analysis.data.sources import raw
from ogp_analysis.data.store import hand_out

from .reports import CHOICES, REFUSED, ROOT, Site, project

# A test that is slow today is not wrong; how often it tries is bounded by count. `make audit` tries more.
settings.register_profile("tests", deadline=None)
settings.register_profile("audit", deadline=None, max_examples=1000)
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def nothing_at_hand(monkeypatch) -> Iterator[None]:
    """Forget what other tests were handed, in projects of their own, and from which added versions they read."""
    monkeypatch.setattr(hand_out, "_handed", {})
    yield
    indicators.as_stated()


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of the published raw files; tests that read real data are skipped without it."""
    folder = paths.mirror()
    if folder is None:
        pytest.skip(f"{paths.MIRROR_VARIABLE} is not set")
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Site:
    """The reports of the real notebooks on the data of the repository, and what is said where nothing can be shown."""
    home = project(tmp_path_factory.mktemp("a project") / "home").home
    done = Site(home).run_all((*CHOICES, *((notebook, choice) for notebook, choice, _ in REFUSED)))
    made = Site(home, done.stdout, done.stderr)
    unforeseen = [line for line in made.failed if not any(message in line for _, _, message in REFUSED)]
    assert done.returncode == 1 and unforeseen == [], done.stdout + done.stderr
    return made


@pytest.fixture(scope="session")
def made():
    """Return a function that makes a raw chunk of a list of rows: text, with file and line."""

    def chunk(rows: list[dict], file: str = "made.csv") -> pd.DataFrame:
        frame = pd.DataFrame(rows, dtype="str").fillna("")
        return frame.assign(**{FILE: file, LINE: range(2, len(frame) + 2)})

    return chunk


@pytest.fixture(scope="session")
def published(mirror):
    """Return a function that gives the chunks of a dataset's published files and what is cleaned from them, read once.

    What the mirror lacks is read from the extracts in the repository.
    """
    results, own = {}, paths.project().raw

    def chunks(dataset: Dataset) -> Iterator[tuple[Input, pd.DataFrame]]:
        for item in dataset.inputs:
            root = mirror if (mirror / item.source / item.version).is_dir() else own
            place = (item.source, item.version, item.files)
            for chunk in raw.chunks(root, *place, header=item.header, sheet=item.sheet, sidecars=own):
                yield item, chunk

    def read(dataset: Dataset) -> tuple[list[tuple[Input, pd.DataFrame]], Cleaned]:
        if dataset.name not in results:
            parts = list(chunks(dataset))
            results[dataset.name] = parts, cleaned(dataset, parts)
        return results[dataset.name]

    return read


@pytest.fixture(scope="session")
def embedded_commitments() -> dict[str, pd.DataFrame]:
    """The tables of OGP commitments that the repository holds, by name."""
    declared, place = dataset("ogp_commitments"), ("ogp_commitments", "2016-extract")
    names = ("commitments", "themes")
    texts = {name: pd.concat(raw.chunks(paths.project().raw, *place, f"{name}.csv")) for name in names}
    return {name: promised(text, declared.schema(name)) for name, text in texts.items()}


@pytest.fixture(scope="session")
def published_commitments(published) -> dict[str, pd.DataFrame]:
    """The tables of OGP commitments, cleaned from the published files of all vintages, by name."""
    return published(dataset("ogp_commitments"))[1].tables


@pytest.fixture(scope="session")
def read_ocds(mirror):
    """Return a function that gives the files of a publisher of OCDS with their elements, as chunks, read once."""
    inputs = {item.version: item for item in dataset("ocds").inputs}

    @cache
    def read(publisher: str) -> list[pd.DataFrame]:
        files = inputs[publisher].files
        return list(raw.chunks(mirror, "ocds", publisher, files, sidecars=paths.project().raw))

    return read


@pytest.fixture(scope="session")
def clean_ocds(read_ocds):
    """Return a function that gives what is made of the files of a publisher of OCDS, cleaned once."""
    ocds = dataset("ocds")
    inputs = {item.version: item for item in ocds.inputs}

    @cache
    def clean(publisher: str) -> Cleaned:
        result = ocds.finish([ocds.clean(chunk, inputs[publisher]) for chunk in read_ocds(publisher)])
        return Cleaned(result.tables, result.record.checked())

    return clean


#: Sources whose published files are in the full edition that tests read.
PUBLISHED = (
    *("vdem", "ert", "wgi_voice_accountability", "freedom_in_the_world", "freedom_on_the_net", "civicus_monitor"),
    *("rsf_press_freedom", "wjp_rule_of_law", "digital_society_survey", "idea_gsod", "ngo_legal_barriers"),
    *("feldstein_digital_repression", "carnegie_spyware_inventory", "spyware_operator_countries", "ogp_membership"),
    *("ogp_status_events", "ogp_action_plans", "ogp_commitments", "ogp_commitment_descriptions"),
    *("ogp_participation", "ogp_mexico_plan4", "demspaces", "demspaces_scores"),
    *("ogp_surveillance_commitments", "ogp_surveillance_readings"),
    *("compranet", "comprasmx", "exchange_rates_fed", "exchange_rates_ecb", "mexico_sanctions", "mexico_thresholds"),
    "sat_69b",
)


@pytest.fixture(scope="session")
def full_edition(mirror, tmp_path_factory) -> Path:
    """A project on the published files, linked from the mirror beside the sidecars; a table is built once for all."""
    home = tmp_path_factory.mktemp("published") / "home"
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    shutil.copy(ROOT / "CITATION.cff", home)
    for source in PUBLISHED:
        raw_files = home / "data" / "raw" / source
        shutil.copytree(ROOT / "data" / "raw" / source, raw_files)
        for version in sorted(raw_files.iterdir()):
            for file in (mirror / source / version.name).rglob("*"):
                place = version / file.relative_to(mirror / source / version.name)
                if file.is_file() and not place.exists():
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.symlink_to(file)
    return home


#: Folders and files whose tests share what takes long to set up, by what they share: they stay in one process. The
#: longest begin.
TOGETHER = {
    "tests/notebooks": "reports",
    "tests/recount": "reports",
    "tests/publishing/runs": "batches",
    "tests/publishing/engine": "batches",
    "tests/data/cleaning": "published datasets",
    "tests/damage": "damage",
    "tests/data/datasets/procurement": "contracts",
    "tests/procurement/test_publications_recounted.py": "contracts",
    "tests/data/datasets/civic_space": "measures as published",
    "tests/open_government": "commitments",
    "tests/data/datasets/open_government": "commitments",
}

#: Files that take longest of those that stay together with none: begun last, they would leave the other processes idle.
LONGEST = (
    *("tests/data/store/test_adding.py", "tests/publishing/test_scans.py", "tests/data/store/test_build.py"),
    *("tests/publishing/pages/test_jupyter.py", "tests/statistics/test_agreement.py", "tests/test_examples.py"),
    *("tests/procurement/flags/test_cardinal.py", "tests/procurement/flags/test_flags.py", "tests/test_security.py"),
    *("tests/next_year/test_next_year.py", "tests/publishing/test_archive.py"),
)


def group(file: str) -> str:
    """Return what the tests of a file stay together with where several processes run them."""
    return TOGETHER.get(file, TOGETHER.get(file.rpartition("/")[0], file))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest."""
    order = {place: number for number, place in enumerate((*TOGETHER, *LONGEST))}

    def turn(item: pytest.Item) -> int:
        file = item.nodeid.partition("::")[0]
        return order.get(file, order.get(file.rpartition("/")[0], len(order)))

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """Leave what is imported and collected out of the search for garbage: there is much of it, and it stays."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Hand out whole groups, in the order of the tests.

    The marks of ``--dist loadgroup`` do not do: their group is written into the name of a test in a place where
    pytest 9.2 no longer reads it, and every test is handed out alone.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid.partition("::")[0])

    config.option.loadscopereorder = False
    return ByGroup(config, log)


def pytest_configure() -> None:
    """Take back signals that whoever started the tests ignores: processes started here would ignore them too."""
    for one, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(one) is signal.SIG_IGN:
            signal.signal(one, usual)
