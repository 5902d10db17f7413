from .abroad import abroad as abroad
from .contracts import contracts as contracts
from .detector import detect as detect
from .inventories import documented as documented
from .operators import operators as operators
from .powers import powers as powers
from .scan import scan as scan
