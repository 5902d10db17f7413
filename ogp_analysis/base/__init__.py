"""What every room stands on: faults, folders, countries, indicators, schemas, words, hashes."""
