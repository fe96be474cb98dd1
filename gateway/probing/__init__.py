"""What `lethe probe` tries on a running gateway, and what counts as a leak. Knows no guard."""
