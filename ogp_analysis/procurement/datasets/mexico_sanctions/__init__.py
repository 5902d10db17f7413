"""The federal list of sanctioned suppliers of Mexico, from files of three layouts to one table."""
