"""The process that makes a snapshot: reads all targets, derives indexes and columns, writes them.

It runs beside the workers, at low priority, since deriving takes a minute for a million targets.
It knows the registry and the form of a snapshot; it does not know who asked for one.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from detectors.lexical.index import LexicalIndex
from detectors.values import TargetProfile
from gateway.known_targets import GrowingColumns, KnownTarget
from gateway.profiles import profile_of
from gateway.registry import Changes, Registry
from gateway.serving.launch import Launch
from gateway.serving.log import configure_logging
from gateway.settings import Settings
from gateway.snapshots import Snapshots

NICENESS = 10
LOCK_NAME = "lock"


def main() -> None:
    """Make a snapshot for the settings on standard input, whose end ends this process."""
    after = int(sys.argv[1])
    os.nice(NICENESS)
    channel = sys.stdin.buffer
    launch = Launch.decode(channel.readline())
    configure_logging(launch.log_level)
    threading.Thread(target=_watch, args=(channel.fileno(),), daemon=True).start()
    make_snapshot(launch.settings, after=after)


def make_snapshot(settings: Settings, *, after: int) -> None:
    """Make a snapshot that goes up to an event, unless another process just has."""
    with asyncio.Runner() as runner:
        registry = runner.run(Registry.open(settings))
        try:
            snapshots = Snapshots(settings, registry)
            with _only_maker(snapshots.directory):
                if not runner.run(snapshots.reaches(max(after, 1))):
                    _make(runner, registry, snapshots)
        finally:
            runner.run(registry.close())


def _make(runner: asyncio.Runner, registry: Registry, snapshots: Snapshots) -> None:
    reader = _Reader(runner, registry.targets.active_pages())
    index = LexicalIndex(reader.profiles())
    event = runner.run(registry.targets.hash_of(reader.sequence))
    if event is not None:
        snapshots.write(reader.sequence, event, index, reader.known.finished())


class _Reader:
    """Hands the targets of a registry, read a page at a time, to what is no coroutine.

    Attributes:
        known: what is held of each target that was handed out.
        sequence: the event up to which the pages go.
    """

    def __init__(self, runner: asyncio.Runner, pages: AsyncIterator[Changes]) -> None:
        self._runner = runner
        self._pages = pages
        self.known = GrowingColumns()
        self.sequence = 0

    def profiles(self) -> Iterator[TargetProfile]:
        """Yield the profiles of all targets."""
        while (page := self._runner.run(self._next_page())) is not None:
            self.sequence = page.sequence
            for target in page.targets:
                self.known.add(target.id, KnownTarget.of(target))
                yield profile_of(target)

    async def _next_page(self) -> Changes | None:
        return await anext(self._pages, None)


@contextmanager
def _only_maker(directory: Path) -> Iterator[None]:
    """Hold the lock that lets one process of the host make a snapshot at a time."""
    directory.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _watch(channel: int) -> None:
    # Not through the buffered reader: its lock, held at the end of the process, would abort it.
    while os.read(channel, 64):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
