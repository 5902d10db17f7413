"""The codebook: pages on every dataset and indicator, written from schemas, sidecars and rules."""
