"""The measures of civic space an edition holds: their comparable years, their pairs, and their published classes."""
