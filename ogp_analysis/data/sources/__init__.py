"""What we were given: sidecars, downloads, and the only door to the raw files."""
