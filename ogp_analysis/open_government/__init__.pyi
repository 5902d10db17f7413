from .promises import promises as promises
from .response_policy import response_policy_cases as response_policy_cases
from .timeline import status as status
from .timeline import timeline as timeline
