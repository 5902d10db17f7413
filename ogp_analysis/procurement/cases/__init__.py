"""One publication of contracts, its years and buyer, with everything that flags and descriptions of it read."""
