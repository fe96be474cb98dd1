"""What is recorded of a request that was changed: identifiers and numbers, never content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gateway.exchange import Exchange
from gateway.guards import Treatment
from gateway.judging import Judge, Judgement
from gateway.registry import Decision
from gateway.registry.decisions import DecisionStore
from gateway.registry.values import utc_now
from gateway.target import GuardName
from gateway.wire.structure import FIELD_NAMES
from gateway.wire.text import Channel, dotted

OUTPUT_FILTER = "output_filter"
WITHHELD = "answer_withheld"


class Record:
    """What is recorded of one request, as far as it has come."""

    def __init__(self, store: DecisionStore, exchange: Exchange) -> None:
        self._store = store
        self._exchange = exchange
        self._decision: Decision | None = None

    def treated(
        self, judgement: Judgement, treatment: Treatment, channels: Sequence[Channel]
    ) -> None:
        """Record what a guard did with the request, or with the answer to an unmatched one."""
        plan = judgement.plan
        self._decision = Decision(
            id=self._exchange.id,
            time=utc_now(),
            path=self._exchange.path,
            guard=plan.guard.value if plan else GuardName.AGENTIC.value,
            action=treatment.action,
            matches=tuple(_matches(judgement, channels)),
            guard_calls=treatment.cost.calls,
            guard_tokens=treatment.cost.tokens,
        )
        self._store.record(self._decision)

    def withheld(self, target: str, judge: Judge) -> None:
        """Record that an answer, or a part of it, was withheld for a target."""
        decision = self._decision or self._of_answer()
        match: dict[str, object] = {
            "target": target,
            "target_version": judge.version_of(target),
            "channel": "answer",
            "reason": "The answer was about to reveal what is registered.",
        }
        if match in decision.matches:
            return
        action = decision.action
        if WITHHELD not in action:
            action = f"{action}, {WITHHELD}" if action else WITHHELD
        self._decision = replace(decision, action=action, matches=(*decision.matches, match))
        self._store.record(self._decision)

    def _of_answer(self) -> Decision:
        return Decision(
            id=self._exchange.id,
            time=utc_now(),
            path=self._exchange.path,
            guard=OUTPUT_FILTER,
            action="",
        )


def _matches(judgement: Judgement, channels: Sequence[Channel]) -> Iterator[Mapping[str, object]]:
    versions = {target.id: target.version for target in judgement.at_stake}
    for index, match in judgement.verdict.matches:
        if match.target in versions:
            yield {
                "target": match.target,
                "target_version": versions[match.target],
                "stage": match.stage.value,
                "view": match.view,
                "score": round(match.score, 4),
                "threshold": match.threshold,
                "channel": _place(channels[index]),
                "reason": match.reason,
            }


def _place(channel: Channel) -> str:
    """Return where a text stood, or only whose it was if that names keys that the client chose."""
    named = (part for part in channel.path if isinstance(part, str))
    return dotted(channel.path) if all(part in FIELD_NAMES for part in named) else channel.role
