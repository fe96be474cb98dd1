"""What a running gateway still says of its targets, measured on probes with known answers."""
