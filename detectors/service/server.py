"""The detector process's answers: searches at once, vectors of new targets in between.

The server owns encoder and index; it knows nothing of HTTP, the registry or why it is asked.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np

from detectors.encoding.protocol import Encoder, Vectors
from detectors.errors import DetectorError
from detectors.semantic.engine import Question, SemanticEngine
from detectors.semantic.particulars import Passage, identifying_passages
from detectors.service.feed import Feed
from detectors.service.protocol import COUNTS_FROM, State, read_frame, to_frame
from detectors.service.snapshots import Origin, VectorSnapshots
from detectors.values import TargetProfile

logger = logging.getLogger(__name__)

# So many texts are encoded at a time: a search waits for no more of them, whatever is under way.
TEXTS_AT_A_TIME = 8
TEXTS_IN_A_SEARCH = 512
MOST_WAITING = 256
# Connections that arrive at once; a unix socket refuses what exceeds this, it does not queue it.
BACKLOG = 1024
CACHED_VECTORS = 4096
SNAPSHOT_SECONDS = 20.0
RETRY_SECONDS = 5.0

Message = dict[str, Any]


class DetectorServer:
    """Serves one encoder and one engine over a unix socket."""

    def __init__(
        self,
        encoder: Encoder,
        engine: SemanticEngine,
        *,
        snapshots: VectorSnapshots | None = None,
        origin: Origin | None = None,
    ) -> None:
        """Prepare to serve.

        Args:
            encoder: makes vectors of texts.
            engine: holds those of the targets.
            snapshots: where they are kept over a restart, if they are.
            origin: what those that the engine holds already were made from.
        """
        self._encoder = encoder
        self._engine = engine
        # One thread: an encoder's tokenizer is not made for two at a time.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")
        self._cache: OrderedDict[bytes, Vectors] = OrderedDict()
        self._feed = Feed()
        if origin:
            self._feed.resume(origin.sequence)
        self._snapshots = snapshots
        self._found = origin
        self._confirmed = Origin(0, "")
        # Set when what it holds is another registry's, and only a new start helps.
        self.is_outdated = asyncio.Event()
        self._waiting = 0
        self._work = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._handlers: dict[str, Callable[[Message], Awaitable[Message]]] = {
            "search": self._search,
            "update": self._update,
            "state": self._report,
            "confirm": self._confirm,
            "discard": self._discard,
        }

    async def start(self, path: Path) -> None:
        """Listen at `path`, whose mode is for the caller to choose (umask)."""
        self._tasks.append(asyncio.create_task(self._compute_vectors()))
        if self._snapshots:
            self._tasks.append(asyncio.create_task(self._keep_on_disk(self._snapshots)))
        self._server = await asyncio.start_unix_server(self._serve, str(path), backlog=BACKLOG)

    async def aclose(self) -> None:
        """Stop listening and drop what is under way."""
        if self._server:
            self._server.close()
        for writer in self._writers:
            writer.close()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while (message := await read_frame(reader)) is not None:
                writer.write(to_frame(await self._answer(message)))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            logger.debug("a client left within an exchange")
        except DetectorError as error:
            logger.warning("a client was cut off: %s", error)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, message: Message) -> Message:
        handler = self._handlers.get(str(message.get("op")))
        if handler is None:
            return {"error": "unknown operation"}
        try:
            return await handler(message)
        except DetectorError as error:
            return {"error": str(error)}
        except (KeyError, TypeError, ValueError) as error:
            logger.warning("a message could not be read: %s", type(error).__name__)
            return {"error": "the message could not be read"}

    async def _search(self, message: Message) -> Message:
        texts = [str(text) for text in message["texts"]]
        if not self._feed.is_fed:
            raise DetectorError("it was not told of any targets since it started")
        if len(texts) > TEXTS_IN_A_SEARCH or self._waiting >= MOST_WAITING:
            raise DetectorError("too much to do")
        self._waiting += 1
        try:
            vectors = await self._encode(texts)
        finally:
            self._waiting -= 1
        mentioned = frozenset(map(str, message["mentioned"]))
        found = self._engine.search([Question.of(text, mentioned) for text in texts], vectors)
        hits = [[astuple(hit) for hit in of_text if hit.score >= COUNTS_FROM] for of_text in found]
        return {"hits": hits} | self._state()

    async def _update(self, message: Message) -> Message:
        profiles = [_profile(item) for item in message["profiles"]]
        for target in self._feed.take(profiles, message["removed"], int(message["sequence"])):
            self._engine.remove(target)
        if message.get("final"):
            self._feed.close(int(message["sequence"]))
        self._work.set()
        return self._state()

    async def _report(self, message: Message) -> Message:
        return self._state()

    async def _confirm(self, message: Message) -> Message:
        told = Origin(int(message["sequence"]), str(message["event"]))
        if self._found and told == self._found:
            self._found = None
            self._feed.close(told.sequence)
        if not self._found and told.sequence == self._feed.sequence:
            self._confirmed = told
        return self._state()

    async def _discard(self, message: Message) -> Message:
        if self._found and self._snapshots:
            await asyncio.to_thread(self._snapshots.discard)
            self.is_outdated.set()
        return self._state()

    async def _keep_on_disk(self, snapshots: VectorSnapshots) -> None:
        """Write the vectors after changes, when nothing waits and the last writing is long ago."""
        written = self._found
        pause = SNAPSHOT_SECONDS
        while True:
            await asyncio.sleep(pause)
            origin = self._confirmed
            is_whole = self._feed.is_fed and not self._feed.pending
            if origin == written or not is_whole or origin.sequence != self._feed.sequence:
                continue
            started = time.monotonic()
            rates = dict(self._engine.rates)
            try:
                await asyncio.to_thread(snapshots.save, self._engine.index, origin, rates)
                written = origin
            except OSError as error:
                logger.warning("the vectors cannot be written: %s", error.strerror)
            # At most a sixtieth of the time goes into it, however many there are.
            pause = max(SNAPSHOT_SECONDS, 60 * (time.monotonic() - started))

    def _state(self) -> Message:
        state = State(
            sequence=self._feed.sequence,
            encoder=self._encoder.name,
            count=len(self._engine),
            pending=len(self._feed.pending),
            confirmed=self._confirmed.sequence,
            unconfirmed=self._found.event if self._found else "",
        )
        return {"state": asdict(state)}

    async def _compute_vectors(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            while self._feed.pending:
                try:
                    await self._compute_vectors_of(self._next_profiles())
                except Exception as error:
                    # They stay pending, as every verdict notes; the message may hold their text.
                    logger.error("vectors could not be made: %s", type(error).__name__)
                    await asyncio.sleep(RETRY_SECONDS)

    def _next_profiles(self) -> dict[str, tuple[TargetProfile, tuple[Passage, ...]]]:
        """Return profiles that wait, with their passages: enough of them to encode at a time."""
        chosen: dict[str, tuple[TargetProfile, tuple[Passage, ...]]] = {}
        texts = 0
        for profile in self._feed.pending.values():
            passages = identifying_passages(profile)
            chosen[profile.id] = profile, passages
            texts += len(passages)
            if texts >= TEXTS_AT_A_TIME or len(chosen) >= TEXTS_AT_A_TIME:
                break
        return chosen

    async def _compute_vectors_of(
        self, chosen: dict[str, tuple[TargetProfile, tuple[Passage, ...]]]
    ) -> None:
        vectors = await self._encode(
            [passage.text for _, passages in chosen.values() for passage in passages]
        )
        for target, (profile, passages) in chosen.items():
            rows, vectors = vectors[: len(passages)], vectors[len(passages) :]
            # It may have been replaced or removed meanwhile.
            if self._feed.pending.get(target) is profile:
                del self._feed.pending[target]
                self._engine.put(
                    target,
                    profile.version,
                    passages=passages,
                    vectors=rows,
                    rate=profile.false_positive_rate,
                )

    async def _encode(self, texts: Sequence[str]) -> Vectors:
        """Return a unit row for each text, from the cache where it was seen before."""
        keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
        known = {key: self._cache[key] for key in keys if key in self._cache}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        order = list(new)
        for start in range(0, len(order), TEXTS_AT_A_TIME):
            part = order[start : start + TEXTS_AT_A_TIME]
            loop = asyncio.get_running_loop()
            rows = await loop.run_in_executor(
                self._thread, self._encoder.encode, [new[key] for key in part]
            )
            known |= zip(part, rows, strict=True)
        self._remember(known)
        if not keys:
            return np.empty((0, self._encoder.dimension), np.float32)
        return np.stack([known[key] for key in keys])

    def _remember(self, vectors: dict[bytes, Vectors]) -> None:
        for key, vector in vectors.items():
            self._cache[key] = vector
            self._cache.move_to_end(key)
        while len(self._cache) > CACHED_VECTORS:
            self._cache.popitem(last=False)


def _profile(item: Message) -> TargetProfile:
    return TargetProfile(
        id=str(item["id"]),
        version=int(item["version"]),
        names=tuple(map(str, item["names"])),
        passages=tuple(map(str, item["passages"])),
        facts_only=bool(item["facts_only"]),
        description=str(item["description"]),
        false_positive_rate=item["false_positive_rate"],
    )
