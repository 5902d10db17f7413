from .figures import term as term
from .mexico_plan4 import mexico_plan4 as mexico_plan4
from .promises import promises as promises
from .response_policy import response_policy as response_policy
from .timeline import status as status
from .timeline import timeline as timeline
