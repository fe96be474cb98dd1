"""Keeps the children of one gateway running, and ends them together.

It knows commands and exit codes; it does not know what a worker serves or a detector finds.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Sequence

from gateway.errors import StartupError
from gateway.serving.child import Child, ChildCommand

logger = logging.getLogger(__name__)

FIRST_DELAY = 0.2
LONGEST_DELAY = 10.0

# A child that lived this long did not die of how it was started.
SETTLED_SECONDS = 30.0

# With this code a child says that no restart will help, as command lines do for wrong usage.
WRONG_USAGE = 2


class Keeper:
    """Runs one command, again after each end, until it is told to stop.

    Attributes:
        command: the command.
        ready: set once the child has said that it is ready.
    """

    def __init__(self, command: ChildCommand, *, must_become_ready: bool = False) -> None:
        self.command = command
        self.ready = asyncio.Event()
        self._must_become_ready = must_become_ready
        self._stopping = asyncio.Event()
        self._child: Child | None = None
        self._deaths = 0

    async def run(self) -> None:
        """Keep the child running.

        Raises:
            StartupError: the first child could not start, and a second would not either.
        """
        first = True
        while not self._stopping.is_set():
            self._child = await Child.start(self.command)
            started = time.monotonic()
            code = await self._live(self._child)
            if self._stopping.is_set():
                return
            self._check_first_life(code, first)
            first = False
            await self._pause(self._child.pid, code, time.monotonic() - started)

    def stop(self) -> None:
        """Let `run` end the child and return."""
        self._stopping.set()

    def kill(self) -> None:
        """Kill the child, if one runs."""
        if self._child:
            self._child.kill()

    async def _live(self, child: Child) -> int:
        life = asyncio.create_task(self._follow(child))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({life, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not life.done():
            await child.stop()
        stopping.cancel()
        return await life

    async def _follow(self, child: Child) -> int:
        if await child.ready():
            self.ready.set()
        return await child.ended()

    def _check_first_life(self, code: int, first: bool) -> None:
        never_ready = self._must_become_ready and not self.ready.is_set()
        if first and (never_ready or code == WRONG_USAGE):
            raise StartupError(
                f"the {self.command.name} could not start (exit code {code}); "
                "its own message is above"
            )

    async def _pause(self, pid: int, code: int, lived: float) -> None:
        self._deaths = 0 if lived > SETTLED_SECONDS else self._deaths + 1
        delay = min(FIRST_DELAY * 2 ** max(self._deaths - 1, 0), LONGEST_DELAY)
        logger.error(
            "the %s (process %d) ended with exit code %d; starting it again in %.1f s",
            self.command.name,
            pid,
            code,
            delay,
        )
        try:
            await asyncio.wait_for(self._stopping.wait(), delay)
        except TimeoutError:
            return


class Supervisor:
    """The workers of one gateway and the detector process that they ask."""

    def __init__(
        self,
        workers: Sequence[ChildCommand],
        detector: ChildCommand | None,
        *,
        close: Callable[[], None],
    ) -> None:
        """Prepare to run the commands.

        Args:
            close: called before the drain, so that nobody waits on a port that is not served.
        """
        self._workers = [Keeper(command, must_become_ready=True) for command in workers]
        self._detectors = [Keeper(detector)] if detector else []
        self._close = close
        self._signalled = asyncio.Event()

    async def run(self, announce: Callable[[], None]) -> None:
        """Run everything until SIGTERM or SIGINT, then drain; a second signal kills.

        Args:
            announce: called when the first worker accepts requests.

        Raises:
            StartupError: a child could not start.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal)
        # The detector first: it loads its encoder while the workers start.
        tasks = {
            keeper: asyncio.create_task(keeper.run())
            for keeper in (*self._detectors, *self._workers)
        }
        announcing = asyncio.create_task(self._announce(announce))
        signalled = asyncio.create_task(self._signalled.wait())
        await asyncio.wait({signalled, *tasks.values()}, return_when=asyncio.FIRST_COMPLETED)
        announcing.cancel()
        signalled.cancel()
        self._close()
        await self._stop(tasks)

    async def _announce(self, announce: Callable[[], None]) -> None:
        await self._workers[0].ready.wait()
        announce()

    async def _stop(self, tasks: dict[Keeper, asyncio.Task[None]]) -> None:
        # Requests that the workers still serve need the detector to the end.
        endings: list[None | BaseException] = []
        for group in (self._workers, self._detectors):
            for keeper in group:
                keeper.stop()
            endings += await asyncio.gather(
                *(tasks[keeper] for keeper in group), return_exceptions=True
            )
        for ending in endings:
            if ending:
                raise ending

    def _on_signal(self) -> None:
        if not self._signalled.is_set():
            logger.info("stopping: requests in flight are served to their end; again to kill")
            self._signalled.set()
            return
        for keeper in (*self._workers, *self._detectors):
            keeper.kill()
