"""The state branch: what was decided, claimed and published, in git."""
