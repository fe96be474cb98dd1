"""The detector process, one a host, and how workers talk to it."""
