"""What may be wrong with a set-up before it costs a post: one check, one function, over facts that were gathered."""
