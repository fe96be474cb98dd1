"""Cursors of lists: where the next page begins, in a form that nobody is tempted to compute.

It knows a number and its disguise; it does not know what the number counts.
"""

from __future__ import annotations

import base64
import binascii

from gateway.errors import RequestError

PREFIX = b"after:"


def write_cursor(position: int) -> str:
    """Return the cursor of the page after a position."""
    return base64.urlsafe_b64encode(PREFIX + str(position).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> int:
    """Return the position after which a page begins; 0 without a cursor.

    Raises:
        RequestError: the cursor is none that `write_cursor` made.
    """
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = int(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else -1
    except (binascii.Error, ValueError):
        position = -1
    if position < 0 or write_cursor(position) != cursor or position >= 2**63:
        message = "Unknown cursor: use the `next_cursor` of the page before, or none to begin."
        raise RequestError(message, param="cursor", code="invalid_cursor")
    return position
