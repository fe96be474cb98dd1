"""Texts to vectors of meaning."""
