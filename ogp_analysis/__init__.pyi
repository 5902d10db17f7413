from . import civic_space as civic_space
from . import open_government as open_government
from . import procurement as procurement
from . import statistics as statistics
from . import surveillance as surveillance
from .base import types as types
from .base.countries import country as country
from .base.disclosure import scale_free as scale_free
from .base.indicators import indicator as indicator
from .base.words.catalogue import use_language as use_language
from .base.words.own import holds as holds
from .base.words.own import number as number
from .base.words.own import say as say
from .base.words.own import words as words
from .data import quality as quality
from .data.quality.vintages import provenance as provenance
from .data.store.hand_out import countries as countries
from .data.store.hand_out import datasets as datasets
from .data.store.hand_out import has as has
from .data.store.hand_out import indicators as indicators
from .data.store.hand_out import load as load
from .data.store.hand_out import record as record
from .data.store.own_index import add_index as add_index
from .display.result import edition_name as edition_name
from .display.table import table as table
from .publishing.runs.collected import collect as collect

__version__: str
