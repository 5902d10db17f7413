from .contracts import contracts as contracts
