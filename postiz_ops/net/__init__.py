"""HTTP, clocks and randomness: the real effects."""
