"""Names and secrets found as strings. Knows nothing of meanings, policies or requests."""
