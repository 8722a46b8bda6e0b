"""Markdown to each platform's text, lengths in its units, and pieces that fit: pure, and below the providers."""
