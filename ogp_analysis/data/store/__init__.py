"""The pantry: builds clean tables, keeps them in data/processed, and hands them out. The only door to them."""
