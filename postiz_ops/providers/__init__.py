"""The platforms: an explicit table, so that the type checker proves that each module is a provider."""
