"""The delivery protocol: what is due goes out once, and every doubt is told."""
