from .compare import compare as compare
from .measures.held import measures as measures
from .membership_effect import membership_effect as membership_effect
from .other_measures import OTHER_MEASURES as OTHER_MEASURES
from .panel import panel as panel
from .profile import CORE_INDICES as CORE_INDICES
from .shocks.donors import DONOR_RULES as DONOR_RULES
from .shocks.shock import shock as shock
