"""`lethe serve` from the settings to the last drained request.

It puts the parts in order; it knows neither requests nor what a child does.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.registry import Registry
from gateway.serving.announcement import (
    announcement,
    generated_key,
    open_door,
    short_admin_key,
)
from gateway.serving.child import ChildCommand
from gateway.serving.directory import held_directory
from gateway.serving.launch import Launch
from gateway.serving.listener import bound_listeners, url_of
from gateway.serving.log import configure_logging
from gateway.serving.supervisor import Supervisor
from gateway.serving.worker import DRAIN_SECONDS
from gateway.settings import Settings

Say = Callable[[str], None]

# Below the data directory: the vectors of the targets, encrypted.
VECTORS = "vectors"

# `-P`: what lies in the current directory is not ours to import.
PYTHON = (sys.executable, "-P", "-m")


@dataclass(frozen=True, slots=True)
class Programs:
    """What the children run; tests put stubs in their place."""

    worker: Sequence[str] = (*PYTHON, "gateway.serving.worker")
    detector: Sequence[str] = (*PYTHON, "detectors.service.process")


def serve(
    settings: Settings, say: Say, *, log_level: str = "info", programs: Programs | None = None
) -> None:
    """Serve until SIGTERM or SIGINT, and return when every request is answered.

    Args:
        say: prints a message for the operator.

    Raises:
        StartupError: the settings, the registry, the port or a child do not allow it.
    """
    configure_logging(log_level)
    with (
        held_directory(settings.data_directory),
        bound_listeners(settings.host, settings.port, settings.workers) as listeners,
        tempfile.TemporaryDirectory(prefix="lethe-") as sockets,
    ):
        serving = Serving(settings, programs or Programs(), log_level, listeners, Path(sockets))
        asyncio.run(serving.run(say))


@dataclass(frozen=True, slots=True)
class Serving:
    """One run of the gateway.

    Attributes:
        settings: what the operator chose.
        programs: what the children run.
        log_level: one of `gateway.serving.log.LEVELS`.
        listeners: the bound socket of each worker.
        sockets: private directory; its path is short, as that of a unix socket must be.
    """

    settings: Settings
    programs: Programs
    log_level: str
    listeners: list[socket.socket]
    sockets: Path

    async def run(self, say: Say) -> None:
        """Prepare the registry, run the children and return when they have left."""
        notices, key = await self._prepare_registry(say)
        text = announcement(self.settings, url_of(self.listeners[0]), notices)
        detector = self._detector(key) if self.settings.semantic else None
        workers = [self._worker(listener) for listener in self.listeners]
        supervisor = Supervisor(workers, detector, close=self._close_listeners)
        await supervisor.run(lambda: say(text))

    def _close_listeners(self) -> None:
        for listener in self.listeners:
            listener.close()

    async def _prepare_registry(self, say: Say) -> tuple[list[str], bytes]:
        # Here once and not in each worker: migrations, the seeding of keys, and a wrong
        # encryption key is one error before anything listens to requests.
        registry = await Registry.open(self.settings)
        try:
            if registry.generated_admin_key:
                say(generated_key(registry.generated_admin_key))
            notices = list(registry.notices)
            if not await registry.keys.clients_need_key():
                notices.append(open_door(self.settings))
            notices += short_admin_key(self.settings)
            return notices, registry.snapshot_key
        finally:
            await registry.close()

    def _detector(self, key: bytes) -> ChildCommand:
        arguments = ["--socket", str(self._detector_socket), "--encoder", self.settings.encoder]
        arguments += ("--false-positive-rate", str(self.settings.false_positive_rate))
        if self.settings.calibration_file:
            arguments += ("--calibration", str(self.settings.calibration_file))
        arguments += ("--snapshot", str(self.settings.data_directory / VECTORS))
        # Not among the arguments, which every user of the host may read.
        greeting = base64.b64encode(key) + b"\n"
        command = (*self.programs.detector, *arguments)
        return ChildCommand("detector process", command, greeting=greeting)

    def _worker(self, listener: socket.socket) -> ChildCommand:
        launch = Launch(
            settings=self.settings,
            listener=listener.fileno(),
            detector_socket=self._detector_socket if self.settings.semantic else None,
            log_level=self.log_level,
        )
        return ChildCommand(
            "worker",
            self.programs.worker,
            greeting=launch.encode(),
            inherited=(listener.fileno(),),
            grace=DRAIN_SECONDS + 10,
        )

    @property
    def _detector_socket(self) -> Path:
        return self.sockets / "detector.sock"
