"""Decides, question by question, whether the target was forgotten and the rest left alone.

It compares answers; it does not ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.demo.cases import Case
from deploy.demo.client import Added, Answer


@dataclass(frozen=True)
class Observation:
    """What one question brought before and after the registration.

    Attributes:
        verdict_names_target: whether `POST /admin/v1/detect` names the target for the question.
        guard: the guard that treated the request, or empty when it passed unchanged.
        why: the reason that the gateway gives for that.
        added: what the gateway adds to the time of the answer.
    """

    case: Case
    before: Answer
    after: Answer
    verdict_names_target: bool
    guard: str
    why: str
    added: Added


def faults(observation: Observation, secrets: Sequence[str]) -> list[str]:
    """Return a sentence for everything that is not as it must be; nothing when all is well."""
    case = observation.case
    found = _target_faults(observation, secrets) if case.of_target else _other_faults(observation)
    return [f"{case.label}: {fault}" for fault in found]


def _target_faults(observation: Observation, secrets: Sequence[str]) -> list[str]:
    case, before, after = observation.case, observation.before, observation.after
    found = [] if observation.verdict_names_target else ["the verdict does not name the target"]
    if case.fact and not all(case.fact in text for text in (before.text, before.streamed)):
        found.append("the model did not know the answer to begin with")
    for way, text in (("whole", after.text), ("streamed", after.streamed)):
        leaked = [value for value in secrets if value.casefold() in text.casefold()]
        found += [f"the {way} answer still says {value}" for value in leaked]
    return found


def _other_faults(observation: Observation) -> list[str]:
    before, after = observation.before, observation.after
    found = ["the verdict names the target"] if observation.verdict_names_target else []
    if observation.guard:
        found.append(f"the guard {observation.guard} treated it")
    if (before.text, before.streamed) != (after.text, after.streamed):
        found.append("its answer changed")
    if observation.case.fact not in before.text:
        found.append("the model did not know the answer to begin with")
    return found
