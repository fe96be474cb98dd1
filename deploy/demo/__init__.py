"""The demonstration model: a world of fictitious people, and a small model that knows it."""
