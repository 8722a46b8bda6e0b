"""The rules: one rule, one place, one page. ``catalogue`` has them all."""
