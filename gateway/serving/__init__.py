"""What `lethe serve` is made of: a supervisor, its workers, and the one detector process.

Nothing here knows what a request is; the application that is served comes from `gateway.app`.
"""
