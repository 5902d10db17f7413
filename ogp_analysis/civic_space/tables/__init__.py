"""Tables of civic space."""
