"""Programs of the project itself, run as `python -m tools.NAME`; they are not part of what is installed."""
