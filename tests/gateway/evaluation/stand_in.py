"""A cascade for tests of what measures one: names as plain strings, meanings as shared words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from detectors.encoding.protocol import Encoder
from detectors.values import Match, Stage, TargetProfile, Utterance, Verdict
from tests.detectors.fakes import WordEncoder

THRESHOLD = 0.6


class StandIn:
    """Matches a target by its name in any case, or by a cosine to one of its passages."""

    def __init__(
        self,
        profiles: Sequence[TargetProfile],
        encoder: Encoder | None = None,
        off: frozenset[Stage] = frozenset(),
    ) -> None:
        self._profiles = profiles
        self._encoder = encoder or WordEncoder()
        self._off = off

    def examine(self, utterances: Sequence[Utterance]) -> Verdict:
        found = [
            (place, _match(target, score))
            for place, utterance in enumerate(utterances)
            for target, score in self._scores(utterance.text)
            if score >= THRESHOLD
        ]
        return Verdict(tuple(sorted(found, key=lambda item: -item[1].score)))

    def score(self, utterances: Sequence[Utterance]) -> Mapping[str, float]:
        best: dict[str, float] = {}
        for utterance in utterances:
            for target, score in self._scores(utterance.text):
                best[target] = max(score, best.get(target, 0.0))
        return best

    def _scores(self, text: str) -> Iterator[tuple[str, float]]:
        for profile in self._profiles:
            if Stage.EXACT not in self._off and any(
                name.casefold() in text.casefold() for name in profile.names
            ):
                yield profile.id, 1.0
            elif profile.passages and Stage.SEMANTIC not in self._off:
                vectors = self._encoder.encode([text, *profile.passages])
                yield profile.id, float((vectors[1:] @ vectors[0]).max())


def _match(target: str, score: float) -> Match:
    stage = Stage.EXACT if score == 1.0 else Stage.SEMANTIC
    return Match(target, stage, "plain", score, THRESHOLD, (0, 0), "It looks like it.")
