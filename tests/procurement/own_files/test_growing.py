"""Tables that grow piece by piece: as Parquet and as CSV they hold all rows, however the pieces are cut."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from ogp_analysis.procurement.own_files.growing import Growing


def pieces() -> list[pa.Table]:
    """Return pieces of which one has no rows, and one comes in batches of which the first has none."""
    kind = pa.schema([("key", pa.large_string()), ("kind", pa.large_string()), ("n", pa.int64()), ("none", pa.int64())])
    one, two = (
        pa.table(
            [[f"k{n}" for n in rows], ["a", 'b,"'] * (len(rows) // 2), list(rows), [None] * len(rows)], schema=kind
        )
        for rows in (range(100), range(100, 106))
    )
    return [one, kind.empty_table(), pa.concat_tables([kind.empty_table(), two, one.slice(50)])]


def test_all_rows_of_all_pieces_are_written_in_both_forms(tmp_path):
    wanted = pa.concat_tables(pieces())
    with Growing(tmp_path, "s") as growing:
        for piece in pieces():
            growing.append({"things": piece, "others": piece.select(["key"])})
    assert growing.outputs == [
        f"{form}/{name}/s.{form}" for name in ("things", "others") for form in ("parquet", "csv")
    ]
    assert pq.read_table(tmp_path / "parquet/things/s.parquet").equals(wanted)
    text = (tmp_path / "csv/things/s.csv").read_bytes().decode()
    rows = [f'"{row["key"]}","{row["kind"]}",{row["n"]},' for row in wanted.to_pylist()]
    assert text == '"key","kind","n","none"\n' + "".join(row.replace('b,"', 'b,""') + "\n" for row in rows)
    assert (tmp_path / "csv/others/s.csv").read_text().split("\n")[:2] == ['"key"', '"k0"']


def test_only_values_that_repeat_are_coded(tmp_path):
    with Growing(tmp_path, "s", csv=False) as growing:
        growing.append({"things": pieces()[0]})
    about = pq.ParquetFile(tmp_path / "parquet/things/s.parquet").metadata.row_group(0)
    coded = {about.column(at).path_in_schema: about.column(at).has_dictionary_page for at in range(4)}
    assert coded == {"key": False, "kind": True, "n": False, "none": True}
