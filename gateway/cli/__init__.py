"""The command `lethe`: serving, and administration of a gateway that runs.

Only `lethe serve` touches a registry; every other command is a client of the admin API.
"""
