"""Targets found by meaning: encoder, vectors and what they are compared with."""
