"""What became of what was published: readings of the platforms' own figures, kept, compared and handed on."""
