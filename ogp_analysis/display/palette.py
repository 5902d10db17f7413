"""The colours of drawings and pages; without matplotlib, because the front page has colours and draws nothing."""

from __future__ import annotations

from ogp_analysis.base.beside import toml

_FACTS = toml(__file__, "style.toml")["palette"]
#: Colours of the sheets, each with one counterpart on a dark page: a drawing is recoloured, never drawn again.
PALETTE: dict[str, str] = {name: one["light"] for name, one in _FACTS.items()}
DARK: dict[str, str] = {name: one["dark"] for name, one in _FACTS.items()}
