"""Public contracting of Honduras (HonduCompras 1), from ten flattened files to eleven tables."""
