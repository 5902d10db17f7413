from .measures.held import measures as measures
from .other_measures import OTHER_MEASURES as OTHER_MEASURES
from .panel import panel as panel
from .profile import CORE_INDICES as CORE_INDICES
