"""The sockets on which the workers listen, all on one port.

Bound by the supervisor, so that a port in use is one error and a dead worker loses no caller.
"""

from __future__ import annotations

import errno
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from gateway.errors import StartupError

# The workers of a gateway that was killed let go of the port within this time.
RELEASE_SECONDS = 2.0

BACKLOG = 2048

Address = tuple[Any, ...]


@contextmanager
def bound_listeners(host: str, port: int, count: int) -> Iterator[list[socket.socket]]:
    """Hold sockets that listen there, one for each worker; port 0 takes a free one.

    Each worker has its own, since of a shared one the first worker takes nearly every connection
    (31 of 32 that came at once, with two workers). Only Linux spreads connections over sockets;
    elsewhere the workers share one.

    Raises:
        StartupError: the address does not exist here, or the port is in use or not allowed.
    """
    family, address = _resolve(host, port)
    spread = count > 1 and sys.platform == "linux"
    with ExitStack() as stack:
        first = stack.enter_context(_take_port(family, address, host, port))
        if not spread:
            first.listen(BACKLOG)
            yield [first] * count
            return
        # The port is ours alone, which a socket that lets others join could not have told.
        taken = first.getsockname()
        first.close()
        listeners = [stack.enter_context(_bind(family, taken, join=True)) for _ in range(count)]
        for listener in listeners:
            listener.listen(BACKLOG)
        yield listeners


def _take_port(family: int, address: Address, host: str, port: int) -> socket.socket:
    deadline = time.monotonic() + RELEASE_SECONDS
    while True:
        try:
            return _bind(family, address)
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


def _resolve(host: str, port: int) -> tuple[int, Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise StartupError(f"LETHE_HOST: {host!r} is no address of this machine: {error}") from None
    family, _, _, _, address = found[0]
    return family, address


def _bind(family: int, address: Address, *, join: bool = False) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if join:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
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
