"""The same bytes under conditions that must not matter. Slow: runs real notebooks a dozen times and more."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import reproducibility

ROOT = Path(__file__).resolve().parents[3]


def together(*names: str) -> reproducibility.Condition:
    """Return some of the conditions at once: the bytes that none of them changes are those that all together leave."""
    some = [one for one in reproducibility.CONDITIONS if one.name in names]
    environment = {name: value for one in some for name, value in one.environment.items()}
    assert len(some) == len(names) and len(environment) == sum(len(one.environment) for one in some)
    words = next((one.words for one in some if one.words != reproducibility.FIRST.words), reproducibility.FIRST.words)
    return reproducibility.Condition(", ".join(names), words, environment, any(one.elsewhere for one in some))


#: Every other hash seed, time zone, locale and kernel beside those of the first run, all of a kind in different runs.
TOGETHER = (
    together("two runs side by side", "hash seed 0", "time zone Pacific/Kiritimati", "locale C", "BLAS kernel Haswell"),
    together(
        *("hash seed random", "time zone America/Tijuana", "locale es_MX.UTF-8", "BLAS kernel SkylakeX"),
        *("eight BLAS threads asked for", "checkout of another path", "hostile matplotlibrc and IPython profile"),
    ),
)


@pytest.mark.parametrize(
    "conditions",
    [
        pytest.param(TOGETHER, marks=pytest.mark.slow, id="many at once"),
        pytest.param(reproducibility.CONDITIONS, marks=pytest.mark.audit, id="each alone"),
    ],
)
def test_every_file_is_the_same_under_every_condition(conditions):
    results = list(reproducibility.compare(ROOT, conditions))
    assert [condition for condition, _, _ in results] == list(conditions)
    assert {condition.name: differ for condition, _, differ in results if differ} == {}
    assert min(files for _, files, _ in results) > 40, "the folders hold what was meant to be compared"


def test_a_difference_of_one_byte_would_be_seen(made, tmp_path):
    checkout = made.copy(tmp_path / "checkout")
    before = dict(reproducibility.hashes(made.reports))
    assert before == dict(reproducibility.hashes(checkout.reports)) and len(before) > 20
    for name in before:
        file = checkout.reports / name
        content = file.read_bytes()
        file.write_bytes(content.replace(b'"format": 6', b'"format": 7') if file.name == "run.json" else content + b" ")
        assert dict(reproducibility.hashes(checkout.reports)) != before, name
        file.write_bytes(content)


def test_the_hostile_home_would_change_figures_and_notebooks_if_it_had_a_say(tmp_path):
    import subprocess
    import sys

    home = reproducibility.hostile_home(tmp_path / "home")
    code = "import matplotlib; print(matplotlib.rcParams['font.size'], matplotlib.rcParams['svg.hashsalt'])"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["30.0", "hostile"]
    told = subprocess.run(
        [sys.executable, "-m", "IPython", "-c", "print(country)"],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert "hostile startup" in told.stdout and told.stdout.rstrip().endswith("hostile")


def test_the_table_names_what_differs():
    first, second = reproducibility.CONDITIONS[:2]
    text = reproducibility.table([(first, 3, []), (second, 4, ["a/index.html", "b.csv"])])
    assert text.splitlines()[2:] == [
        f"| {first.name} | 3 | none |",
        f"| {second.name} | 4 | a/index.html, b.csv |",
    ]
