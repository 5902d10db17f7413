"""Cleaners of what the Open Government Partnership and its reviewers publish."""
