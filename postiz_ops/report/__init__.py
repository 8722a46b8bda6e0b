"""What people and programs are shown: renderers of findings, plans, runs and standings. Pure."""
