from .contracts import contracts as contracts
from .detector import detect as detect
from .figures.countries import answers_by_group as answers_by_group
from .figures.purchases import dated_lanes as dated_lanes
from .figures.purchases import pair_matrix as pair_matrix
from .inventories import documented as documented
from .powers import powers as powers
from .scan import scan as scan
