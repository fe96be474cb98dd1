"""The history of the registry's tables, one numbered step a file.

A step knows the tables as they were and as they become; it knows nothing of today's code.
"""
