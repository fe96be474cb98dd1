"""Learns ahead of any request what those about targets with disclosure `unknown` will need.

A request that had to ask for the tokens of a name first would answer later than others do, and so
tell that the name is registered. It knows which targets there are; it does not know requests.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from gateway.errors import GatewayError
from gateway.live import LiveTargets
from gateway.registry import Registry
from gateway.target import Disclosure, ForgetTarget, State
from gateway.unknown.unknowns import Unknowns
from gateway.upstream import Headers, Upstream
from gateway.wire.strict_json import parse_object

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
MODELS_PATH = "/v1/models"
AT_A_TIME = 64
MOST = 1000
"""Targets that are learnt ahead, the newest ones: each takes some hundredths of a second."""


class Learning:
    """One worker's share: it learns the names of each version of a target once for each model."""

    def __init__(
        self,
        registry: Registry,
        live: LiveTargets,
        unknowns: Unknowns,
        upstream: Upstream,
        headers: Headers,
    ) -> None:
        """Prepare.

        Args:
            registry: where the names are.
            live: says which targets there are.
            unknowns: what learns.
            upstream: whose models are asked about.
            headers: those that the upstream wants of the gateway itself.
        """
        self._registry = registry
        self._live = live
        self._unknowns = unknowns
        self._upstream = upstream
        self._headers = headers
        self._task: asyncio.Task[None] | None = None
        self._learnt: dict[str, int] = {}
        self._sequence = -1
        self._models: tuple[str, ...] = ()

    async def start(self) -> None:
        """Begin to learn in the background."""
        self._task = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        """Stop learning."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._catch_up()
            except GatewayError as error:
                logger.debug("nothing was learnt: %s", type(error).__name__)
            except Exception:
                # A target that cannot be learnt costs its first request some time, and no more.
                logger.exception("names could not be learnt")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _catch_up(self) -> None:
        snapshot = self._live.known
        if snapshot.sequence == self._sequence:
            return
        known = snapshot.targets
        versions = {id: known[id].version for id in known.disclosing(Disclosure.UNKNOWN)}
        self._unknowns.has_targets = bool(versions)
        self._learnt = {id: v for id, v in self._learnt.items() if versions.get(id) == v}
        newest = sorted(versions, key=lambda id: known[id].sequence)[-MOST:]
        missing = [id for id in newest if id not in self._learnt]
        if missing and not self._models:
            self._models = await self._served()
            if not self._models:
                return
        for first in range(0, len(missing), AT_A_TIME):
            targets = await self._registry.targets.get_many(missing[first : first + AT_A_TIME])
            await self._learn([each for each in targets if each.content.state is State.ACTIVE])
            self._learnt |= {id: versions[id] for id in missing[first : first + AT_A_TIME]}
        self._sequence = snapshot.sequence

    async def _learn(self, targets: Sequence[ForgetTarget]) -> None:
        for model in self._models:
            for target in targets:
                await self._unknowns.learn([target], model)

    async def _served(self) -> tuple[str, ...]:
        """Return the names of the models that the upstream serves."""
        async with await self._upstream.send("GET", MODELS_PATH, headers=self._headers) as answer:
            value = parse_object(await answer.body()) if answer.status == 200 else {}
        models = value.get("data")
        return tuple(
            each["id"]
            for each in (models if isinstance(models, list) else ())
            if isinstance(each, dict) and isinstance(each.get("id"), str)
        )
