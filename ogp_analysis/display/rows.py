"""Charts with one row per thing: its name at the left, what is drawn in the middle, what is said of it at the right."""

from __future__ import annotations

from collections.abc import Sequence

from ogp_analysis.display.sheet import NARROW, PALETTE, WIDE, Panel, Sheet, extent, flowed, wrapped

#: Part of the width that names take at most.
_NAMES = {False: 0.36, True: 0.42}


def row_chart(
    names: Sequence[str],
    notes: Sequence[str],
    xlim: tuple[float, float],
    xticks: Sequence[tuple[float, str]],
    title: str,
    about: str,
    source: str,
    narrow: bool,
    keys: Sequence[tuple[str, str, str]] = (),
) -> tuple[Panel, list[float]]:
    """Return a panel to draw in, and the height of each row in it, from the top.

    Parameters
    ----------
    names, notes : sequence of str
        What stands at the left and at the right of each row. A row without a name belongs to the one above: the name
        stands beside the middle of both, and room before the next.
    xlim : tuple of float
    xticks : sequence of (float, str)
    title, about, source : str
    narrow : bool
    keys : sequence of (str, str, str)
        Words, marker and colour of each kind of mark, where the rows do not say it.
    """
    size = 12.0 if narrow else 13.0
    width = NARROW if narrow else WIDE
    widest = max(extent(part, size) for name in names for part in name.split(" "))
    room = max(widest, min(max(extent(name, size) for name in names), width * _NAMES[narrow])) + 1
    lines = [wrapped(name, room, size) for name in names]
    beside = max(extent(note, size) for note in notes)
    starts = [at for at, name in enumerate(names) if name or at == 0]
    groups = list(zip(starts, [*starts[1:], len(names)], strict=True))
    apart = 10.0 if len(groups) < len(names) else 0.0
    tall = [max(23.0, (len(lines[at]) * size * 1.22 + 8) / (end - at)) for at, end in groups for _ in range(at, end)]
    whole = sum(tall) + apart * (len(groups) - 1)
    spots = flowed([text for text, *_ in keys], width, size, 34)
    over = (spots[-1][1] + 1) * 20 + 8 if keys else 0
    sheet = Sheet.framed(over + whole + 34, title, about, source, narrow)
    top, right = sheet.top + 4 + over, width - beside - (14 if beside else 10)
    panel = Panel(sheet, (room + 12, top, right, top + whole), xlim, (whole, 0))
    legend = Panel(sheet, (0, sheet.top, width, top), (0, width), (top - sheet.top, 0)) if keys else None
    for (text, marker, colour), (x, row) in zip(keys, spots, strict=True):
        legend.dots([x + 5], [12 + 20 * row], PALETTE[colour], 7, marker=marker)
        sheet.text(x + 14, sheet.top + 12 + 20 * row, text, size, va="center", color=PALETTE["muted"])
    panel.rules([[(at, 0), (at, whole)] for at, _ in xticks], PALETTE["grid"])
    for at, text in xticks:
        half = extent(text, sheet.size["tick"]) / 2
        middle = min(max(panel.pixel(at, 0)[0], half), width - half - 1)
        sheet.text(middle, panel.bottom + 7, text, sheet.size["tick"], ha="center", color=PALETTE["muted"])
    heights, y = [], 0.0
    for start, end in groups:
        central, those = y + sum(tall[start:end]) / 2, lines[start]
        for number, line in enumerate(those):
            down = top + central + (number - (len(those) - 1) / 2) * size * 1.22
            sheet.text(room, down, line, size, ha="right", va="center")
        for note, height in zip(notes[start:end], tall[start:end], strict=True):
            middle = y + height / 2
            if note:
                sheet.text(width, top + middle, note, size, ha="right", va="center", color=PALETTE["muted"])
            heights.append(middle)
            y += height
        y += apart
    return panel, heights
