"""The socket that the workers share.

Bound once by the supervisor, so that a port in use is one error and a dead worker loses no caller.
"""

from __future__ import annotations

import errno
import socket
import time
from typing import Any

from gateway.errors import StartupError

# The workers of a gateway that was killed let go of the port within this time.
RELEASE_SECONDS = 2.0


def bind_listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; port 0 takes a free one.

    Raises:
        StartupError: the address does not exist here, or the port is in use or not allowed.
    """
    family, address = _resolve(host, port)
    deadline = time.monotonic() + RELEASE_SECONDS
    while True:
        try:
            return _listen(family, address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise StartupError(_explain(error, host, port)) from None
            time.sleep(0.1)


def url_of(listener: socket.socket) -> str:
    """Return the base URL under which this host reaches the socket."""
    host, port = listener.getsockname()[:2]
    if host == "0.0.0.0":
        host = "127.0.0.1"
    elif host == "::":
        host = "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _resolve(host: str, port: int) -> tuple[int, tuple[Any, ...]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise StartupError(f"LETHE_HOST: {host!r} is no address of this machine: {error}") from None
    family, _, _, _, address = found[0]
    return family, address


def _listen(family: int, address: tuple[Any, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except BaseException:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; choose another with --port or LETHE_PORT"
    if error.errno == errno.EACCES:
        return f"port {port} needs privileges; choose one above 1023 with --port or LETHE_PORT"
    return f"cannot listen on {host} port {port}: {error.strerror}"
