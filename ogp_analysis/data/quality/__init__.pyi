from .account import account as account
from .missing import missing_by_year as missing_by_year
