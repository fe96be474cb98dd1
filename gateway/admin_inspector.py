"""What the admin API asks of this worker's detection: what would happen to a text, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Literal

from detectors.values import Match
from gateway.admin.inspector import Explanation
from gateway.inspection import Inspection
from gateway.judging import Judge
from gateway.live import LiveTargets
from gateway.semantic_feed import SemanticFeed
from gateway.wire.text import Channel


class AdminInspector:
    """Answers for the worker that serves the admin request."""

    def __init__(
        self, live: LiveTargets, inspection: Inspection, feed: SemanticFeed | None
    ) -> None:
        self._live = live
        self._inspection = inspection
        self._feed = feed

    async def detect(self, text: str, client_roles: Collection[str]) -> Explanation:
        """Return what would be found in a user's message that says `text`, and what would follow.

        Args:
            text: the message.
            client_roles: those of the client's key.

        Raises:
            UnavailableError: the detector process does not answer.
        """
        snapshot = await self._live.current()
        judge = Judge(self._live, self._inspection, snapshot, client_roles)
        judgement = await judge.judged([Channel(("text",), "user", text)])
        plan, verdict = judgement.plan, judgement.verdict
        at_stake = {target.id for target in plan.at_stake} if plan else set()
        known = [match for _, match in verdict.matches if match.target in at_stake]
        return Explanation(
            matched=plan is not None,
            matches=tuple(map(_as_dict, known)),
            guard=plan.guard.value if plan else None,
            reason=plan.reason if plan else "No target that is in force was found in the text.",
            notes=verdict.notes,
        )

    async def settle(self) -> None:
        """Return when this worker serves by what was just changed."""
        await self._live.current()
        if self._feed:
            self._feed.kick()

    def semantic_state(self, target: str, version: int) -> Literal["ready", "pending", "off"]:
        """Return whether a target is found by meaning: `off` where it has no text to compare."""
        known = self._live.known.targets.get(target)
        if self._feed is None or known is None or not known.has_passages:
            return "off"
        is_current = known.version == version
        return "ready" if is_current and self._feed.has_indexed(known.sequence) else "pending"


def _as_dict(match: Match) -> dict[str, object]:
    return {**asdict(match), "stage": match.stage.value}
