"""Red flags of contracting processes: signals to look at, each with its coverage, never findings of guilt."""
