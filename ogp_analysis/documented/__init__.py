"""What is on record of a country beside its indicators: inventories of surveillance, episodes of regimes, barriers."""
