"""Detectors: text in, verdict out.

A detector knows nothing of HTTP, databases or the model being served.
"""
