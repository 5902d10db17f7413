"""The country-year panel: indicators and OGP membership side by side; every join says what it lost."""
