"""The one error tree of the gateway, in the shape that the OpenAI API puts on the wire.

An error here knows its status, type, code and the field at fault; it does not know how it is sent.

    GatewayError
    ├── RequestError                400  the request cannot be understood or is not allowed
    │   ├── MethodNotAllowedError   405  the path exists, the method does not
    │   ├── TooLargeError           413  the body exceeds the limit
    │   └── UnsupportedMediaError   415  the body is compressed or is not JSON
    ├── AuthenticationError         401  a key is missing or unknown
    ├── PermissionDeniedError       403  the key's role does not allow this
    ├── NotFoundError               404  no such path, target, key or decision
    ├── ConflictError               409  the name or id is registered already
    ├── PreconditionError           412  If-Match names a version that is no longer current
    ├── UpstreamError               502  the upstream broke the exchange
    │   ├── UpstreamUnreachableError 502 no connection could be made
    │   └── UpstreamTimeoutError    504  the upstream did not answer in time
    ├── UnavailableError            503  the gateway cannot decide safely just now
    └── StartupError                     raised before anything is served; never on the wire
        ├── SettingsError                a setting is unknown or does not parse
        └── EncryptionKeyError           the registry exists and its key is missing or wrong
"""

from __future__ import annotations

import json
from typing import ClassVar


class GatewayError(Exception):
    """Base of everything the gateway raises on purpose."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "server_error"
    code: ClassVar[str] = "internal_error"

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.wire_code = code or self.code

    def as_dict(self) -> dict[str, dict[str, str | None]]:
        """Return the error object of the OpenAI API: message, type, param and code."""
        return {
            "error": {
                "message": self.message,
                "type": self.type,
                "param": self.param,
                "code": self.wire_code,
            }
        }

    def body(self) -> bytes:
        """Return the JSON body that carries this error."""
        return json.dumps(self.as_dict()).encode()


class RequestError(GatewayError):
    """Raised when a request cannot be understood or asks for what is not allowed."""

    status = 400
    type = "invalid_request_error"
    code = "invalid_request"


class MethodNotAllowedError(RequestError):
    """Raised when a known path is asked for with another method."""

    status = 405
    code = "method_not_allowed"


class TooLargeError(RequestError):
    """Raised when a body exceeds the limit of the settings."""

    status = 413
    code = "body_too_large"


class UnsupportedMediaError(RequestError):
    """Raised when a body is compressed or declared as something other than JSON."""

    status = 415
    code = "unsupported_media_type"


class AuthenticationError(GatewayError):
    """Raised when a key is missing, unknown or revoked."""

    status = 401
    type = "authentication_error"
    code = "invalid_api_key"


class PermissionDeniedError(GatewayError):
    """Raised when a valid key lacks the role for what it asks."""

    status = 403
    type = "permission_error"
    code = "insufficient_role"


class NotFoundError(GatewayError):
    """Raised when a path, target, key or decision does not exist."""

    status = 404
    type = "invalid_request_error"
    code = "not_found"


class ConflictError(GatewayError):
    """Raised when a name or id is registered already."""

    status = 409
    type = "invalid_request_error"
    code = "already_exists"


class PreconditionError(GatewayError):
    """Raised when If-Match names a version that is no longer the current one."""

    status = 412
    type = "invalid_request_error"
    code = "version_mismatch"


class UpstreamError(GatewayError):
    """Raised when the upstream breaks the exchange."""

    status = 502
    type = "upstream_error"
    code = "upstream_failed"


class UpstreamUnreachableError(UpstreamError):
    """Raised when no connection to the upstream can be made."""

    code = "upstream_unreachable"


class UpstreamTimeoutError(UpstreamError):
    """Raised when the upstream does not answer within the time of the settings."""

    status = 504
    code = "upstream_timeout"


class UnavailableError(GatewayError):
    """Raised when the gateway cannot decide safely just now, for want of a detector or registry."""

    status = 503
    code = "unavailable"


class StartupError(GatewayError):
    """Raised before anything is served; the command line prints it and exits with 2."""


class SettingsError(StartupError):
    """Raised when a setting is unknown or does not parse."""


class EncryptionKeyError(StartupError):
    """Raised when a registry exists and its encryption key is missing or wrong."""
