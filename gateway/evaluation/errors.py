"""The errors of evaluation, which they add to the gateway's tree.

RequestError
└── InputError        a file or a selection cannot be evaluated; it names the place and the fix
GatewayError
└── UnavailableSuite  a suite lacks its data or a part of this release, and says which
"""

from __future__ import annotations

from pathlib import Path

from gateway.errors import GatewayError, RequestError


class InputError(RequestError):
    """Raised when a file or a selection cannot be evaluated."""

    @classmethod
    def at(cls, file: Path, line: int, field: str | None, fix: str) -> InputError:
        """Return the error that names file, line and field before the fix."""
        place = f"{file}, line {line}"
        return cls(f"{place}, `{field}`: {fix}" if field else f"{place}: {fix}", param=field)


class UnavailableSuite(GatewayError):
    """Raised when a suite cannot run here; the message says what it lacks."""
