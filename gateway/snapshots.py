"""Derived state kept over restarts: found, checked, read, and made by a process of its own.

It knows files, what makes one usable, and how to start the maker; it does not know when a new
snapshot is worth its while.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sys
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import detectors
import gateway
from detectors.lexical.index import LexicalIndex
from detectors.lexical.segments import SegmentedLexicalIndex
from gateway.derived import Derived
from gateway.known_targets import Columns, KnownTargets
from gateway.registry import Registry
from gateway.serving.launch import Launch
from gateway.settings import Settings
from gateway.snapshot_file import (
    Array,
    Origin,
    UnusableSnapshotError,
    read_origin,
    read_snapshot,
    snapshots_in,
    write_snapshot,
)

logger = logging.getLogger(__name__)

DIRECTORY = "snapshots"
# `-P`: what lies in the current directory is not ours to import.
MAKER = (sys.executable, "-P", "-m", "gateway.snapshot_maker")

_LEXICAL = "lexical."
_COLUMNS = "columns."


class SnapshotError(Exception):
    """Raised within the gateway when no snapshot could be made; the message says why."""


class Snapshots:
    """The snapshots of one host."""

    def __init__(
        self, settings: Settings, registry: Registry, *, maker: Sequence[str] = MAKER
    ) -> None:
        self._settings = settings
        self._registry = registry
        self._maker = maker
        # Read now: the files may be replaced by another release while this code runs.
        self._code = code_fingerprint()
        self.directory = settings.data_directory / DIRECTORY

    async def newest(self) -> Derived | None:
        """Return the newest usable state on disk, or None; the log says what is not usable."""
        for path, origin in await self._usable():
            try:
                arrays = await asyncio.to_thread(read_snapshot, path, self._key)
                return await asyncio.to_thread(_derived_from, origin, arrays)
            except (UnusableSnapshotError, KeyError, ValueError) as error:
                logger.warning("a snapshot is passed over: %s", _reason(error))
        return None

    async def build(self, *, after: int) -> None:
        """Have a snapshot made that goes up to an event or further, unless there is one.

        Raises:
            SnapshotError: it could not be made.
        """
        launch = Launch(self._settings, listener=-1, detector_socket=None, log_level="warning")
        process = await asyncio.create_subprocess_exec(
            *self._maker, str(after), stdin=asyncio.subprocess.PIPE
        )
        try:
            if process.stdin:  # It stays open: its end tells the maker that nobody waits.
                process.stdin.write(launch.encode())
            code = await process.wait()
        except BaseException:
            with suppress(ProcessLookupError):
                process.kill()
            raise
        if code != 0:
            raise SnapshotError(f"its maker ended with exit code {code}")

    def write(self, origin_sequence: int, event: str, index: LexicalIndex, known: Columns) -> Path:
        """Write a snapshot and remove those that it replaces."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        arrays = {_LEXICAL + name: array for name, array in index.to_arrays().items()}
        arrays |= {_COLUMNS + name: array for name, array in known.arrays.items()}
        origin = Origin(origin_sequence, event, self._code)
        written = write_snapshot(self.directory, self._key, origin, arrays)
        for path in self.directory.iterdir():
            if path != written and path.suffix in (".snapshot", ".unfinished"):
                path.unlink(missing_ok=True)
        return written

    async def reaches(self, sequence: int) -> bool:
        """Return whether a usable snapshot goes up to an event or further."""
        return any(origin.sequence >= sequence for _, origin in await self._usable())

    @property
    def _key(self) -> bytes:
        return self._registry.snapshot_key

    async def _usable(self) -> list[tuple[Path, Origin]]:
        """Return the snapshots that belong to this registry and code, the newest first."""
        found: list[tuple[Path, Origin]] = []
        for path in snapshots_in(self.directory):
            try:
                origin = read_origin(path, self._key)
                await self._check(origin)
                found.append((path, origin))
            except (UnusableSnapshotError, TypeError, ValueError) as error:
                logger.warning("a snapshot is passed over: %s", _reason(error))
        return sorted(found, key=lambda item: -item[1].sequence)

    async def _check(self, origin: Origin) -> None:
        if origin.code != self._code:
            raise UnusableSnapshotError("it was made by another release")
        if await self._registry.targets.hash_of(origin.sequence) != origin.event:
            raise UnusableSnapshotError("it does not belong to this registry")


@cache
def code_fingerprint() -> str:
    """Return what names the code that a snapshot depends on, and the Unicode it knows."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {unicodedata.unidata_version}".encode())
    gateway_root, detectors_root = (
        Path(str(each.__file__)).parent for each in (gateway, detectors)
    )
    own = (
        "profiles.py",
        "distinctive.py",
        "known_target.py",
        "target_columns.py",
        "target.py",
        "snapshots.py",
    )
    files = [gateway_root / name for name in own]
    for folder in ("lexical", "views"):
        files += sorted((detectors_root / folder).glob("*.py"))
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _derived_from(origin: Origin, arrays: dict[str, Array]) -> Derived:
    index = LexicalIndex.from_arrays(_under(_LEXICAL, arrays))
    known = KnownTargets(Columns(_under(_COLUMNS, arrays)))
    return Derived(origin.sequence, SegmentedLexicalIndex(index), known)


def _under(prefix: str, arrays: dict[str, Array]) -> dict[str, Array]:
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, UnusableSnapshotError) else type(error).__name__
