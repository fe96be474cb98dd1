"""Who may use the model, and which Authorization goes upstream.

It knows client keys by their digests; it does not know where they are stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from gateway.errors import AuthenticationError
from gateway.registry import ClientKey
from gateway.upstream import Headers

AUTHORIZATION = b"authorization"


def admit(
    authorization: bytes | None, client_keys: Mapping[bytes, ClientKey], *, is_needed: bool
) -> ClientKey | None:
    """Return the client's key, or None where clients need none.

    Raises:
        AuthenticationError: clients need a key and this is none.
    """
    if not is_needed:
        return None
    scheme, _, token = (authorization or b"").partition(b" ")
    if scheme.lower() != b"bearer" or not token:
        raise AuthenticationError(
            "A client key is needed: send it as `Authorization: Bearer KEY`.",
            code="missing_api_key",
        )
    key = client_keys.get(hashlib.sha256(token.strip()).digest())
    if key is None:
        raise AuthenticationError("This client key is unknown or revoked.")
    return key


def roles_of(key: ClientKey | None) -> frozenset[str]:
    """Return the roles of a client; none without a key, so that no audience exempts it."""
    return key.roles if key else frozenset()


def upstream_headers(headers: Headers, *, own_key: str | None, is_lethe_key: bool) -> Headers:
    """Return the headers to send upstream.

    The gateway's own upstream key replaces the client's Authorization; without one it passes
    unchanged, unless it is a key of this gateway, which is nobody else's business.
    """
    if own_key is None and not is_lethe_key:
        return headers
    kept = [(name, value) for name, value in headers if name != AUTHORIZATION]
    return [*kept, (AUTHORIZATION, f"Bearer {own_key}".encode())] if own_key else kept
