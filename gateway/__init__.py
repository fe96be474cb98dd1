"""The gateway: everything that speaks HTTP, and the one way a request takes through it."""

__version__ = "0.1.0"
