"""The tables that the schemas promise, from the columns of a block."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.procurement.datasets.ocds.columns import Columns
from ogp_analysis.procurement.datasets.ocds.schemas import NO_BID, SECTIONS, TABLES

#: The type that carries each type of a schema.
TYPES = {
    "string": pa.string(),
    "category": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.timestamp("us"),
}
Made = dict[str, pa.Array | None]


def tables(columns: Columns, places: Mapping[str, pa.Array]) -> dict[str, pa.Table]:
    """Return every table, in the columns and types of its schema.

    Repeated texts such as the ocid are dictionary-encoded.

    Parameters
    ----------
    columns : Columns
        Of a block, after all rules.
    places : mapping of str to pyarrow.Array
        ``file``, ``line`` and ``n_releases`` of the processes.
    """
    relations, found = columns.relations, {}
    for schema in TABLES:
        table = schema.name
        if table == "items":
            items = relations.items
            at = pa.array(items.rows)
            made: Made = {name: columns.values[f"items.{name}"].take(at) for name in schema.names[4:]}
            made["ocid"] = _ocids(columns, items.process)
            made["section"] = pa.DictionaryArray.from_arrays(pa.array(items.section, pa.int32()), pa.array(SECTIONS))
            made |= {"parent_index": pa.array(items.parent), "item_index": pa.array(items.index)}
        elif table == "tenderers":
            # Those of bids and of the tender itself together, in the order of the processes.
            both = ("tender_tenderers", "tenderers")
            processes = np.concatenate([relations.process[one] for one in both])
            order = np.argsort(processes, kind="stable")
            no_bid = np.full(len(relations.process["tender_tenderers"]), NO_BID)
            bids = np.concatenate([no_bid, relations.of_parent("tenderers", "bids")])
            index = np.concatenate([relations.index[one] for one in both])
            made = {"ocid": _ocids(columns, processes[order])}
            made |= {"bid_index": pa.array(bids[order]), "tenderer_index": pa.array(index[order])}
            for name in schema.names[3:]:
                parts = pa.concat_arrays([columns.values[f"{one}.{name}"] for one in both])
                made[name] = parts.take(pa.array(order)) if len(no_bid) else parts
        else:
            # Each row is one object of the JSON.
            prefix = table + "."
            made = {name.removeprefix(prefix): v for name, v in columns.values.items() if name.startswith(prefix)}
            if table != "processes":
                made["ocid"] = _ocids(columns, relations.process[table])
            for name in schema.key[1:]:
                made[name] = pa.array(relations.index[table])
            if table == "suppliers":
                made["award_index"] = pa.array(relations.of_parent(table, "awards"))
        if table == "processes":
            # How a date was read is known only where it is not a whole instant.
            told = [columns.values[name] for name in ("processes.release_date_status",) if name in columns.values]
            dated = pc.if_else(pc.is_valid(columns.values["processes.release_date"]), "read", "missing")
            made |= {**places, "release_date_status": pc.coalesce(*told, dated)}
        rows, arrays = len(made[schema.key[-1]]), []
        for column in schema.columns:
            values, kind = made.get(column.name), TYPES[column.type]
            if values is None:
                values = pa.nulls(rows, kind)
            elif not (values.type == kind or (pa.types.is_dictionary(values.type) and values.type.value_type == kind)):
                values = pc.cast(values, kind)
            arrays.append(values)
        found[table] = pa.table(arrays, names=schema.names)
    return found


def _ocids(columns: Columns, processes: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(processes, pa.int32()), columns.values["processes.ocid"])
