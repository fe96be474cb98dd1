"""How well detection works, measured on targets and prompts whose right answers are known."""
