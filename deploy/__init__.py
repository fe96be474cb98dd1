"""What runs Lethe: environments, servers as processes, the demo, and containers."""
