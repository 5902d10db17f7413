"""How good the data are: rules and counts, missing years, unmatched names, corrections, revisions."""
