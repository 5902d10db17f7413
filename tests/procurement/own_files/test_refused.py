"""What `clean` refuses at once, with its cause: bombs, broken text and lines of too many cells under a known header."""

from __future__ import annotations

import gzip
import zipfile

import pytest

from ogp_analysis.__main__ import main
from ogp_analysis.data.datasets.procurement.layouts import layout

HEADERS = layout("C").headers
TOP = (",".join(HEADERS) + "\n").encode()
ROW = (",".join("x" for _ in HEADERS) + "\n").encode()


def bomb(folder):
    with zipfile.ZipFile(folder / "x.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", TOP + b"0" * (80 * 2**20))
    return folder / "x.zip", "x.zip/a.csv: is refused: it unpacks to more than 200 times its size. "


def gz_bomb(folder):
    with gzip.open(folder / "x.csv.gz", "wb") as packed:
        packed.write(TOP + b"0" * (80 * 2**20))
    return folder / "x.csv.gz", "x.csv.gz: is refused: it unpacks to more than 200 times its size. "


def broken(folder):
    (folder / "x.csv").write_bytes(TOP + ROW * 3 + b"\xc3\x28\x81\x8d\n")
    return folder / "x.csv", "x.csv: is text in neither UTF-8 nor cp1252. "


def wide(folder, count=1_000_000):
    names = ",".join(f"c{number}" for number in range(count))
    (folder / "x.csv").write_text(f"{names}\n{','.join('1' * count)}\n")
    return folder / "x.csv", "x.csv: line 1 has more than 10,000 cells, which is the most that a table may have. "


def a_wide_row(folder):
    (folder / "x.csv").write_bytes(TOP + ROW + b"x," * 20_000 + b"\n")
    return folder / "x.csv", "x.csv: line 3 has more than 10,000 cells, which is the most that a table may have. "


@pytest.mark.parametrize("kind", [[], ["--as", "compranet"]], ids=["recognised", "named"])
@pytest.mark.parametrize("made", [bomb, gz_bomb, broken, wide, a_wide_row])
def test_the_cause_is_named(tmp_path, capsys, made, kind):
    file, said = made(tmp_path)
    assert main(["clean", str(file), *kind, "--out", str(tmp_path / "out")]) == 1
    assert said in capsys.readouterr().err
