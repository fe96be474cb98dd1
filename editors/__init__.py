"""Weight edits: a model and targets in, a low-rank change of named matrices out.

An editor knows nothing of HTTP requests or detectors. No method is built yet; the package holds
the place that the gateway's import rule protects.
"""
