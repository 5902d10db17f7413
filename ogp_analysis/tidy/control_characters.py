"""Control characters in raw text: which they are, and texts without them. Imports nothing, for processes of a pool.

Tabs and ends of lines are layout, and stay. So do U+0080 to U+009F: where they stand in a published file they are signs
of Windows-1252 that were read wrongly, which a rule of that file repairs.
"""

from __future__ import annotations

#: A control character (U+0000 to U+001F, U+007F), which no text means and no CSV reader takes, is removed. The break of
#: a line or page (U+000B, U+000C) becomes a blank. The record names the characters, not the text they stood in.
CONTROL_CHARACTER = "control_character"
#: In the notation of RE2, with which Arrow searches.
PATTERN = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_REMOVED = dict.fromkeys([*range(0x20), 0x7F]) | {0x0B: " ", 0x0C: " "}
for _layout in (0x09, 0x0A, 0x0D):
    del _REMOVED[_layout]


def without(text: str) -> str:
    """Return a text without control characters."""
    return text.translate(_REMOVED)


def shown(text: str) -> str:
    """Return a text in which each control character is the sign that stands for it, so that no two texts become one."""
    return text.translate({code: 0x2421 if code == 0x7F else 0x2400 + code for code in _REMOVED})


def named(text: str) -> str:
    """Return the code points of the control characters in a text, each once, for the record."""
    return " ".join(f"U+{code:04X}" for code in sorted({ord(one) for one in text} & _REMOVED.keys()))
