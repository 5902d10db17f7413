"""Text from data as LaTeX."""

from __future__ import annotations

import pytest

from ogp_analysis.base.latex import escaped


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\\b{c}", r"a\textbackslash{}b\textbraceleft{}c\textbraceright{}"),
        ("50% of $1_000 & #2 ^~\nañ", r"50\% of \$1\_000 \& \#2 \textasciicircum{}\textasciitilde{} añ"),
        ('<"a>', r"\textless{}\symbol{34}a\textgreater{}"),
        ("χ²−1 ≤ 2 ≥ 1 ≈ x → y ← z", r"\ensuremath{\chi}²\ensuremath{-}1 "
         r"\ensuremath{\leq} 2 \ensuremath{\geq} 1 \ensuremath{\approx} x "
         r"\ensuremath{\rightarrow} y \ensuremath{\leftarrow} z"),
        ("14\u00a0%, 1\u202f000\u2009m", r"14~\%, 1\,000\,m"),
        (" \u202ea\u2066 \x00", "a"),
    ],
)  # fmt: skip
def test_every_mark_of_tex_is_escaped(text, written):
    assert escaped(text) == written
