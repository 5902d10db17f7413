"""One line on what each starred commitment, and each of Mexico's, promised: our own words in English and Spanish.

The publisher's titles and texts are not passed on. Each line was written after them, and repeats no run of more than
six of their words; a test holds this against the published files. There is no published file behind the table: it lies
in ``data/raw/ogp_commitment_descriptions/1-extract``, and both editions rest on the same file.

The commitments are those of the vintage 2016 with a published star under any rule, and all of Mexico's.

Writer and second reader are language models. The second reader read each line against its basis: whether it says what
was promised and no more, and whether the Spanish says what the English does.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

LANGUAGES = ("en", "es")
#: Shortest and longest line, in characters: a shorter one cannot say what was promised, a longer one fills a table.
LENGTHS = (20, 110)

_TABLES = toml(__file__, "commitment_descriptions.toml")["table"]
(DESCRIPTIONS,) = schemas(_TABLES)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the lines of a chunk, one row per commitment, as they are.

    Raises
    ------
    CleaningError
        If a column is absent, or a line is shorter or longer than :data:`LENGTHS`.
    """
    for language in LANGUAGES:
        odd = ~chunk[language].str.len().between(*LENGTHS)
        what = f"lines that are not of {LENGTHS[0]} to {LENGTHS[1]} characters"
        refuse(chunk, language, odd, what, "Say in one line what was promised")
    return Cleaned({"descriptions": chunk[DESCRIPTIONS.names].copy()}, kept_but(chunk))


DATASET = declare("ogp_commitment_descriptions", clean, (DESCRIPTIONS,))
