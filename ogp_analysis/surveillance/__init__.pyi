from .commitment import commitment as commitment
from .contracts import contracts as contracts
from .detector import detect as detect
from .inventories import documented as documented
from .inventories import inventory as inventory
from .powers import powers as powers
