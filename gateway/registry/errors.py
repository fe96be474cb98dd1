"""The one error that the registry adds to the gateway's tree.

    ConflictError
    └── TargetExistsError  409  the name or id is registered, and the error says under which id

It knows which target is in the way; it does not know any target's name.
"""

from __future__ import annotations

from gateway.errors import ConflictError


class TargetExistsError(ConflictError):
    """Raised when a name or id is registered already; `existing` is the id of that target."""

    def __init__(self, message: str, *, existing: str, param: str) -> None:
        super().__init__(message, param=param)
        self.existing = existing
