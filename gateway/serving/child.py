"""A child process and the channel that holds it to this one.

The channel is the child's standard input: it ends when we close it or die, so none is orphaned.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.settings import PREFIX


@dataclass(frozen=True, slots=True)
class ChildCommand:
    """How to start a child.

    Attributes:
        name: what logs call it.
        arguments: program and arguments.
        greeting: bytes it receives first.
        inherited: file descriptors it inherits under the same numbers.
        grace: seconds that it may take to leave once its channel has ended.
    """

    name: str
    arguments: Sequence[str]
    greeting: bytes = b""
    inherited: tuple[int, ...] = ()
    grace: float = 5.0


class Child:
    """One running process."""

    def __init__(
        self,
        command: ChildCommand,
        process: asyncio.subprocess.Process,
        channel: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.command = command
        self._process = process
        self._reader, self._writer = channel

    @classmethod
    async def start(cls, command: ChildCommand) -> Child:
        """Start the process and greet it."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *command.arguments,
                stdin=theirs.fileno(),
                stdout=2,  # Standard output is the supervisor's, for people to read.
                pass_fds=command.inherited,
                # A Ctrl-C in the terminal is for the supervisor, which then ends its children.
                process_group=0,
                env=_environment(),
            )
        child = cls(command, process, await asyncio.open_connection(sock=ours))
        child._writer.write(command.greeting)
        return child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def ready(self) -> bool:
        """Wait until the child says a line; return False if it ended before."""
        with contextlib.suppress(OSError):
            return bool(await self._reader.readline())
        return False

    async def ended(self) -> int:
        """Wait for the end of the process and return its exit code, negative for a signal."""
        code = await self._process.wait()
        self._writer.close()
        return code

    async def stop(self) -> None:
        """Tell the child to leave, wait for it, and kill it when its grace is over."""
        self._writer.close()
        # One that is still loading does not read its channel yet.
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), self.command.grace)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        """Kill the child and what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
