"""What is recorded of a request that was changed: identifiers and numbers, never content."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from detectors.values import Verdict
from gateway.exchange import Exchange
from gateway.guards import Treatment
from gateway.policy import Plan
from gateway.registry import Decision
from gateway.registry.values import utc_now
from gateway.wire.structure import FIELD_NAMES
from gateway.wire.text import Channel, dotted


def request_decision(
    exchange: Exchange,
    plan: Plan,
    treatment: Treatment,
    verdict: Verdict,
    channels: Sequence[Channel],
) -> Decision:
    """Return the record of a guarded request."""
    versions = {target.id: target.version for target in plan.targets}
    matches = tuple(
        {
            "target": match.target,
            "target_version": versions[match.target],
            "stage": match.stage.value,
            "view": match.view,
            "score": round(match.score, 4),
            "threshold": match.threshold,
            "channel": _place(channels[index]),
            "reason": match.reason,
        }
        for index, match in verdict.matches
        if match.target in versions
    )
    return _decision(exchange, plan.guard.value, treatment.action, matches)


def answer_decision(
    exchange: Exchange, target: str, version: int | None, guarded: Decision | None
) -> Decision:
    """Return the record of an answer that the output filter withheld.

    Args:
        guarded: what was recorded of the request itself, which this record continues.
    """
    match: dict[str, object] = {
        "target": target,
        "target_version": version,
        "channel": "answer",
        "reason": "The answer was about to contain a registered name or secret.",
    }
    if guarded is None:
        return _decision(exchange, "output_filter", "answer_withheld", (match,))
    return dataclasses.replace(
        guarded,
        action=f"{guarded.action}, answer_withheld",
        matches=(*guarded.matches, match),
    )


def _decision(
    exchange: Exchange, guard: str, action: str, matches: tuple[Mapping[str, object], ...]
) -> Decision:
    return Decision(
        id=exchange.id,
        time=utc_now(),
        path=exchange.path,
        guard=guard,
        action=action,
        matches=matches,
    )


def _place(channel: Channel) -> str:
    """Return where a text stood, or only whose it was if that names keys that the client chose."""
    named = (part for part in channel.path if isinstance(part, str))
    return dotted(channel.path) if all(part in FIELD_NAMES for part in named) else channel.role
