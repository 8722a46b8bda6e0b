"""Secrets: the only place that reads them."""
