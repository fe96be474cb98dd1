"""The way from a worker to the detector process of its host.

The client knows messages and connections; it knows nothing of vectors or verdicts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from detectors.errors import DetectorDownError
from detectors.service.protocol import SearchResult, SemanticHit, State, read_frame, to_frame
from detectors.values import TargetProfile

PROFILES_IN_A_FRAME = 500
MOST_IDLE = 32

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class DetectorClient:
    """Asks the detector process; safe for many tasks of one event loop at a time.

    Each exchange has a connection of its own, kept for the next one. Nothing is held of the
    process itself, so that it may be restarted at any time.
    """

    def __init__(self, socket: Path, *, timeout: float = 10.0) -> None:
        """Remember where the process listens.

        Args:
            socket: the unix socket of the process.
            timeout: seconds that one exchange may take.
        """
        self._socket = socket
        self._timeout = timeout
        self._idle: list[_Connection] = []

    async def search(self, texts: Sequence[str], *, mentioned: Sequence[str] = ()) -> SearchResult:
        """Return the targets that each text may be about.

        Args:
            texts: what is asked for.
            mentioned: targets that the request names or may name.

        Raises:
            DetectorDownError: the process does not answer, or was not fed since it started.
        """
        message = {"op": "search", "texts": list(texts), "mentioned": list(mentioned)}
        answer = await self._ask(message)
        hits = tuple(tuple(SemanticHit(*hit) for hit in of_text) for of_text in answer["hits"])
        return SearchResult(hits, State(**answer["state"]))

    async def update(
        self,
        profiles: Sequence[TargetProfile],
        removed: Sequence[str],
        *,
        sequence: int,
        is_final: bool = True,
    ) -> State:
        """Hand over what changed in the registry up to `sequence`; vectors follow later.

        Any worker may send any change, in any order: what is older than held is ignored. Unless
        it is final, more is to follow before the process may take itself for fed.

        Raises:
            DetectorDownError: the process does not answer; send the same again.
        """
        last = max(0, (len(profiles) - 1) // PROFILES_IN_A_FRAME * PROFILES_IN_A_FRAME)
        for start in range(0, last, PROFILES_IN_A_FRAME):
            await self._ask(_update(profiles[start : start + PROFILES_IN_A_FRAME], (), sequence))
        rest = _update(profiles[last:], removed, sequence)
        answer = await self._ask(rest | {"final": True} if is_final else rest)
        return State(**answer["state"])

    async def state(self) -> State:
        """Return what the process holds.

        Raises:
            DetectorDownError: the process does not answer.
        """
        return State(**(await self._ask({"op": "state"}))["state"])

    async def confirm(self, sequence: int, event: str) -> None:
        """Say that the registry's event at `sequence`, up to which it was fed, has this hash.

        Raises:
            DetectorDownError: the process does not answer.
        """
        await self._ask({"op": "confirm", "sequence": sequence, "event": event})

    async def discard(self) -> None:
        """Say that the vectors that it found on disk are another registry's.

        Raises:
            DetectorDownError: the process does not answer.
        """
        await self._ask({"op": "discard"})

    async def aclose(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._exchange(to_frame(message))
        except TimeoutError:
            raise DetectorDownError("the detector process did not answer in time") from None
        except (OSError, asyncio.IncompleteReadError) as error:
            raise DetectorDownError(
                f"the detector process does not answer ({type(error).__name__})"
            ) from error
        if "error" in answer:
            raise DetectorDownError(f"the detector process refused: {answer['error']}")
        return answer

    async def _exchange(self, request: bytes) -> dict[str, Any]:
        while self._idle:
            try:
                return await self._exchange_over(self._idle.pop(), request)
            except (OSError, asyncio.IncompleteReadError):
                # The process was restarted since; the request changes nothing when repeated.
                continue
        return await self._exchange_over(
            await asyncio.open_unix_connection(str(self._socket)), request
        )

    async def _exchange_over(self, connection: _Connection, request: bytes) -> dict[str, Any]:
        reader, writer = connection
        try:
            writer.write(request)
            await writer.drain()
            answer = await read_frame(reader)
            if answer is None:
                raise ConnectionResetError("closed before the answer")
        except (Exception, asyncio.CancelledError):
            writer.close()
            raise
        if len(self._idle) < MOST_IDLE:
            self._idle.append(connection)
        else:
            writer.close()
        return answer


def _update(
    profiles: Sequence[TargetProfile], removed: Sequence[str], sequence: int
) -> dict[str, Any]:
    return {
        "op": "update",
        "profiles": [_semantic_part(profile) for profile in profiles],
        "removed": list(removed),
        "sequence": sequence,
    }


def _semantic_part(profile: TargetProfile) -> dict[str, Any]:
    """Return the profile without what has no vectors, and so need not travel."""
    return asdict(profile) | {"secrets": (), "standalone_secrets": (), "documents": ()}
