"""Prompts through the whole cascade in this process: what it says of each, and what that takes.

It knows the cascade by its two questions; it does not know what was right.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from detectors.values import Match, Utterance, Verdict
from gateway.evaluation.values import Cost, Decision, Outcome, Prompt

# So many prompts are timed, evenly spread: enough for a 99th percentile.
TIMED = 400
# The first prompts warm the caches of the processor and of the libraries.
WARM_UP = 3


class Examines(Protocol):
    """The whole cascade with its targets."""

    def examine(self, utterances: Sequence[Utterance]) -> Verdict:
        """Return what a request touches."""

    def score(self, utterances: Sequence[Utterance]) -> Mapping[str, float]:
        """Return how near a request comes to each target, by identifier; 0 for one not named."""


def examine_all(
    examiner: Examines,
    prompts: Sequence[Prompt],
    *,
    computing: Callable[[], AbstractContextManager[None]] = nullcontext,
    advance: Callable[[int], None] = lambda count: None,
) -> Outcome:
    """Return what the cascade says of every prompt.

    Args:
        examiner: the cascade.
        prompts: in the order in which they are asked.
        computing: what holds while a prompt is timed, so that no vector comes from a cache.
        advance: told how many more prompts are done.
    """
    clock = _Clock(examiner, computing)
    targets = _targets_of_groups(prompts)
    step = max(len(prompts) // TIMED, 1)
    for prompt in prompts[:WARM_UP]:
        examiner.examine(prompt.utterances)
    decisions = []
    for place, prompt in enumerate(prompts):
        is_timed = place % step == 0
        examine = clock.examine if is_timed else examiner.examine
        verdict = examine(prompt.utterances)
        decisions.append(_decision(prompt, verdict, examiner.score(prompt.utterances), targets))
        advance(1)
    return Outcome(tuple(decisions), clock.cost())


class _Clock:
    """The times of some examinations."""

    def __init__(
        self, examiner: Examines, computing: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._examiner = examiner
        self._computing = computing
        self._seconds: list[float] = []
        self._cpu_seconds = 0.0

    def examine(self, utterances: Sequence[Utterance]) -> Verdict:
        """Return the verdict and add its time."""
        with self._computing():
            cpu, began = time.process_time(), time.perf_counter()
            verdict = self._examiner.examine(utterances)
            self._seconds.append(time.perf_counter() - began)
            self._cpu_seconds += time.process_time() - cpu
        return verdict

    def cost(self) -> Cost:
        return Cost(tuple(self._seconds), self._cpu_seconds, _resident_bytes())


def _decision(
    prompt: Prompt,
    verdict: Verdict,
    scores: Mapping[str, float],
    targets: Mapping[str, frozenset[str]],
) -> Decision:
    if prompt.target is not None:
        own, by_group = scores.get(prompt.target, 0.0), {}
    else:
        own = max(scores.values(), default=0.0)
        by_group = {group: _highest(scores, ids) for group, ids in targets.items()}
    matches = tuple(match for _, match in verdict.matches)
    return Decision(prompt, _best_of_each(matches), verdict.notes, float(own), by_group)


def _best_of_each(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Return the first match of each target and stage; a target may be found in many places."""
    return tuple({(match.target, match.stage): match for match in reversed(matches)}.values())[::-1]


def _targets_of_groups(prompts: Sequence[Prompt]) -> dict[str, frozenset[str]]:
    """Return, by group, the targets that its prompts touch."""
    found: dict[str, set[str]] = defaultdict(set)
    for prompt in prompts:
        if prompt.target is not None:
            found[prompt.group].add(prompt.target)
    return {group: frozenset(ids) for group, ids in found.items()}


def _highest(scores: Mapping[str, float], ids: frozenset[str]) -> float:
    return float(max(_of(scores, ids), default=0.0))


def _of(scores: Mapping[str, float], ids: frozenset[str]) -> Iterator[float]:
    if len(scores) < len(ids):
        return (score for id, score in scores.items() if id in ids)
    return (scores[id] for id in ids if id in scores)


def _resident_bytes() -> int:
    # Linux counts in kibibytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
