"""Corruption risk index of the Government Transparency Institute, by the rules it published for a country."""
