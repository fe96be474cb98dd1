"""The semantic stage: which targets a text is about, by direction, by passage, and how surely.

It knows vectors, passages and thresholds; it knows nothing of encoders, sockets or requests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.encoding.protocol import Vectors
from detectors.semantic.background import Background
from detectors.semantic.features import Wording, features_of
from detectors.semantic.particulars import PARTICULARS_NEEDED, Passage, Role
from detectors.semantic.thresholds import conformal_threshold, fewest_rows
from detectors.semantic.topics import TopicHead
from detectors.semantic.verify import Verifier, probability
from detectors.service.protocol import COUNTS_FROM, SemanticHit
from detectors.vectors.index import VectorIndex

DEFAULT_RATE = 0.005
CANDIDATES = 32
# A standard deviation of ordinary traffic in units of the classifier's log odds, so that scores of
# both kinds can be put in one order.
TOPIC_SLOPE = 1.5
# A text this near to a passage says the same, whatever words make the passage particular.
SAME_COSINE = 0.93
SAME_SLOPE = 20.0
# A mentioned target is compared with at most so many of its passages.
MOST_PASSAGES_OF_MENTIONED = 512


@dataclass(frozen=True, slots=True)
class Question:
    """A piece of text whose meaning is asked for.

    Attributes:
        wording: its words.
        mentioned: targets that the request around it names or may name.
    """

    wording: Wording
    mentioned: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, mentioned: frozenset[str] = frozenset()) -> Question:
        """Return the question that a text is."""
        return cls(Wording.of(text), mentioned)


class SemanticEngine:
    """Topics and passages of all targets, with the thresholds that keep the asked rate."""

    def __init__(
        self, index: VectorIndex, background: Background, verifier: Verifier, *, rate: float
    ) -> None:
        """Begin with the targets that are in `index`.

        Args:
            index: the passages with their vectors.
            background: ordinary traffic.
            verifier: judges a text beside a passage.
            rate: the share of ordinary texts that the semantic stage may flag, all targets
                together.
        """
        self._index = index
        self._background = background
        self._verifier = verifier
        self._rate = rate
        self._heads: dict[str, tuple[int, TopicHead]] = {}
        self._rates: dict[str, float] = {}
        self._weights: Vectors | None = None
        self._offsets: Vectors | None = None
        self._thresholds: tuple[float, ...] = ()

    def __len__(self) -> int:
        return len(self._index)

    def put(
        self,
        target: str,
        version: int,
        *,
        passages: Sequence[Passage],
        vectors: Vectors,
        rate: float | None = None,
    ) -> None:
        """Replace what is held of a target; `vectors` has one unit row for each passage."""
        self.remove(target)
        self._index.put(target, version, passages=passages, vectors=vectors)
        if rate is not None:
            self._rates[target] = rate
        self._fit_head(target, version, passages, vectors)

    def _fit_head(
        self, target: str, version: int, passages: Sequence[Passage], vectors: Vectors
    ) -> None:
        roles = np.array([passage.role for passage in passages])
        if Role.TOPIC in roles:
            head = TopicHead.fit(
                self._background,
                description=vectors[roles == Role.TOPIC],
                examples=vectors[roles == Role.EXAMPLE],
            )
            self._heads[target] = version, head
            self._forget_heads()

    def restore(self, rates: Mapping[str, float]) -> None:
        """Take over the targets that are in the index, and the rates that they asked for."""
        self._rates = dict(rates)
        for target in self._index.with_role(Role.TOPIC):
            if held := self._index.of_target(target):
                self._fit_head(target, *held)

    @property
    def index(self) -> VectorIndex:
        """The passages with their vectors."""
        return self._index

    @property
    def rates(self) -> Mapping[str, float]:
        """The rates of the targets that ask for one of their own."""
        return self._rates

    def remove(self, target: str) -> None:
        """Forget what is held of a target, if anything is."""
        self._index.remove(target)
        self._rates.pop(target, None)
        if self._heads.pop(target, None):
            self._forget_heads()

    def search(self, questions: Sequence[Question], vectors: Vectors) -> list[list[SemanticHit]]:
        """Return for each question the targets with their scores, best first.

        A score is in (0, 1) and counts from 0.5 on; lower ones are returned too, for whoever
        draws a curve.

        Args:
            questions: one for each text.
            vectors: one unit row for each text.
        """
        topics = self._topic_hits(vectors)
        candidates = self._index.candidates(vectors, CANDIDATES)
        found: list[list[SemanticHit]] = []
        for question, vector, near, by_topic in zip(
            questions, vectors, candidates, topics, strict=True
        ):
            hits = list(by_topic)
            for candidate in near:
                is_named = candidate.target in question.mentioned
                hits += self._hit(
                    candidate.target,
                    candidate.version,
                    candidate.passage,
                    question,
                    cosine=candidate.cosine,
                    is_named=is_named,
                )
            for target in question.mentioned:
                hits += self._hits_of_mentioned(target, question, vector)
            # Below the threshold a direction orders texts better than single examples do.
            found.append(_best_of_each(hit for hit in hits if self._orders(hit)))
        return found

    def _orders(self, hit: SemanticHit) -> bool:
        return (
            hit.score >= COUNTS_FROM
            or hit.role == Role.TOPIC.value
            or hit.target not in self._heads
        )

    def _hits_of_mentioned(
        self, target: str, question: Question, vector: Vectors
    ) -> Iterator[SemanticHit]:
        held = self._index.of_target(target)
        if held is None:
            return
        version, passages, vectors = held
        cosines = vectors[:MOST_PASSAGES_OF_MENTIONED] @ vector
        for passage, cosine in zip(passages, cosines, strict=False):
            yield from self._hit(
                target, version, passage, question, cosine=float(cosine), is_named=True
            )

    def _hit(
        self,
        target: str,
        version: int,
        passage: Passage,
        question: Question,
        *,
        cosine: float,
        is_named: bool,
    ) -> Iterator[SemanticHit]:
        if passage.role is Role.TOPIC:
            return
        if passage.role is not Role.EXAMPLE and not is_named:
            # Nothing but its particulars tells a text about this target from one about another.
            if not passage.is_shared_by(question.wording.words):
                return
            # A fact without particulars is a question about anybody.
            if passage.role is Role.FACT and len(passage.particulars) < PARTICULARS_NEEDED:
                return
        features = features_of(passage, question.wording, cosine=cosine, is_named=is_named)
        margin = max(self._verifier.margin(passage.role, features), _margin_of_same(cosine))
        yield SemanticHit(target, version, probability(margin), passage.role.value)

    def _topic_hits(self, vectors: Vectors) -> list[list[SemanticHit]]:
        if not self._heads:
            return [[] for _ in vectors]
        scores = self._topic_scores(vectors) - np.asarray(self._topic_thresholds())
        names = list(self._heads.items())
        return [
            [
                SemanticHit(
                    target, version, probability(TOPIC_SLOPE * float(score)), Role.TOPIC.value
                )
                for (target, (version, _)), score in zip(names, row, strict=True)
            ]
            for row in scores
        ]

    def _topic_scores(self, vectors: Vectors) -> Vectors:
        """Return the scores of all topics, shape (n, topics)."""
        if self._weights is None or self._offsets is None:
            heads = [head for _, head in self._heads.values()]
            self._weights = np.stack([head.weights for head in heads], axis=1)
            self._offsets = np.array([head.offset for head in heads], dtype=np.float32)
        scores: Vectors = vectors @ self._weights - self._offsets
        return scores

    def _topic_thresholds(self) -> tuple[float, ...]:
        """Return the threshold of each topic, in standard deviations of ordinary traffic.

        The asked rate is kept by all topics together: it is calibrated on the largest of their
        scores. A topic with a rate of its own is calibrated alone where the rows suffice.
        """
        if not self._thresholds:
            pieces = self._topic_scores(self._background.calibration)
            calibration = self._background.largest(pieces)
            pooled = conformal_threshold(calibration.max(axis=1), self._rate)
            if math.isinf(pooled):
                pooled = float(calibration.max())
            self._thresholds = tuple(
                self._own_threshold(target, calibration[:, place], pooled)
                for place, target in enumerate(self._heads)
            )
        return self._thresholds

    def _own_threshold(self, target: str, scores: Vectors, pooled: float) -> float:
        rate = self._rates.get(target)
        if rate is None or len(scores) < fewest_rows(rate):
            return pooled
        return conformal_threshold(scores, rate)

    def _forget_heads(self) -> None:
        self._weights = self._offsets = None
        self._thresholds = ()


def _margin_of_same(cosine: float) -> float:
    """Return the margin of a text that asks the same in nearly the same words."""
    return SAME_SLOPE * (cosine - SAME_COSINE)


def _best_of_each(hits: Iterable[SemanticHit]) -> list[SemanticHit]:
    best: dict[str, SemanticHit] = {}
    for hit in hits:
        if hit.target not in best or best[hit.target].score < hit.score:
            best[hit.target] = hit
    return sorted(best.values(), key=lambda hit: -hit.score)
