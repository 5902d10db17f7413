"""Models: from an estimation sample to a frozen result. The only room that fits anything."""
