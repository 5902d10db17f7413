"""Awarded contracts in one form, whichever source they come from: what flags without bids and the risk index read."""
