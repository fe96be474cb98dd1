"""From a verdict to a plan: which guard treats a request, for which targets, and why.

It reads the policies of the matched targets; it does not know what a guard does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from detectors.values import Verdict
from gateway.target import Disclosure, ForgetTarget, GuardName

# From the strictest: the first that any matched target asks for treats the whole request.
STRICTNESS = (GuardName.REFUSE, GuardName.IN_CONTEXT, GuardName.MONITOR)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a request.

    Attributes:
        guard: the guard that treats it.
        targets: the matched targets that are to be protected, best match first.
        disclosure: what the asker may learn; the most reticent of the targets decides.
        reason: one sentence that says why, with identifiers only.
    """

    guard: GuardName
    targets: tuple[ForgetTarget, ...]
    disclosure: Disclosure
    reason: str

    @property
    def target_ids(self) -> frozenset[str]:
        """The identifiers of the targets."""
        return frozenset(target.id for target in self.targets)


def plan_for(verdict: Verdict, targets: Mapping[str, ForgetTarget]) -> Plan | None:
    """Return the plan for a verdict, or None where nothing active matched.

    Args:
        verdict: what was found.
        targets: those of the targets that it names which are active, by id.
    """
    matched = [targets[name] for name in verdict.targets if name in targets]
    if not matched:
        return None
    guard = min((target.content.policy.guard for target in matched), key=STRICTNESS.index)
    if guard is not GuardName.MONITOR:
        matched = [t for t in matched if t.content.policy.guard is not GuardName.MONITOR]
    asking = next(t.id for t in matched if t.content.policy.guard is guard)
    return Plan(guard, tuple(matched), disclosure_of(matched), _reason(guard, asking, verdict))


def disclosure_of(targets: list[ForgetTarget]) -> Disclosure:
    """Return the most reticent disclosure among `targets`."""
    disclosures = {target.content.policy.disclosure for target in targets}
    return Disclosure.GENERIC if Disclosure.GENERIC in disclosures else Disclosure.EXPLICIT


def _reason(guard: GuardName, asking: str, verdict: Verdict) -> str:
    match = next(match for _, match in verdict.matches if match.target == asking)
    return (
        f"Target {asking} asks for {guard.value}; {match.stage.value} match in the "
        f"{match.view} text, score {match.score:.2f} at threshold {match.threshold:.2f}."
    )
