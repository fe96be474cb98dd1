"""The data directory of a running gateway, held by one `lethe serve` at a time.

The lock is the kernel's and ends with its holder, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import StartupError

LOCK_NAME = "serve.lock"


@contextmanager
def held_directory(directory: Path) -> Iterator[None]:
    """Create the directory where it is missing (mode 0700) and hold it.

    Two gateways on one registry would each run a detector process over the same targets; more
    throughput is more workers, and more hosts are a shared `LETHE_DATABASE_URL`.

    Raises:
        StartupError: another `lethe serve` holds it, or it cannot be written.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartupError(
            f"cannot write the data directory {directory} ({error.strerror}); "
            "choose another with LETHE_DATA_DIRECTORY"
        ) from None
    try:
        _lock(descriptor, directory)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, directory: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise StartupError(
            f"another `lethe serve` runs on the data directory {directory}; "
            "stop it, or choose another directory with LETHE_DATA_DIRECTORY"
        ) from None
