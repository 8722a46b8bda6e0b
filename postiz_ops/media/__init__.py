"""Media files: what they are, told from their bytes, and how they are made to fit a platform's limits."""
