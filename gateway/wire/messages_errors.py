"""Errors as the Anthropic API tells them.

It knows the shape and the types of that API; it does not know why a request failed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from gateway.errors import GatewayError
from gateway.wire.strict_json import dump

_TYPES = MappingProxyType(
    {
        400: "invalid_request_error",
        401: "authentication_error",
        403: "permission_error",
        404: "not_found_error",
        413: "request_too_large",
        429: "rate_limit_error",
        504: "timeout_error",
        529: "overloaded_error",
    }
)


def error_value(error: GatewayError) -> dict[str, Any]:
    """Return the object that carries an error; the gateway's own code is kept beside the type."""
    default = "invalid_request_error" if error.status < 500 else "api_error"
    told = {
        "type": _TYPES.get(error.status, default),
        "message": error.message,
        "code": error.wire_code,
    }
    return {"type": "error", "error": told}


def error_body(error: GatewayError) -> bytes:
    """Return the JSON body that carries an error."""
    return dump(error_value(error))
