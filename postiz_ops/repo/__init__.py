"""The content repository: git plumbing, and trees of files read from it."""
