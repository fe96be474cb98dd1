"""What a worker needs to start, as one line of JSON.

It passes through the worker's standard input, so that no secret stands in arguments or environment.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Launch:
    """The start of one worker.

    Attributes:
        settings: as the supervisor read them.
        listener: number of the inherited file descriptor that listens.
        detector_socket: where the detector process answers; None without a semantic stage.
        log_level: one of `gateway.serving.log.LEVELS`.
    """

    settings: Settings
    listener: int
    detector_socket: Path | None
    log_level: str

    def encode(self) -> bytes:
        """Return the line, secrets unmasked."""
        fields = {
            "settings": {name: _plain(value) for name, value in self.settings},
            "listener": self.listener,
            "detector_socket": str(self.detector_socket) if self.detector_socket else None,
            "log_level": self.log_level,
        }
        return json.dumps(fields).encode() + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Launch:
        """Return what `encode` wrote."""
        fields = json.loads(line)
        socket = fields["detector_socket"]
        return cls(
            settings=Settings(**fields["settings"]),
            listener=fields["listener"],
            detector_socket=Path(socket) if socket else None,
            log_level=fields["log_level"],
        )


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, Path) else value
