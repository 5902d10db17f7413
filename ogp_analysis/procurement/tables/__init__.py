"""Tables of contracting processes, alerts and risk."""
