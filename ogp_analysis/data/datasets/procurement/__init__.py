"""Public contracts as the publishers of each country give them."""
