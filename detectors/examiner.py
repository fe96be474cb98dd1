"""The whole cascade in one process: what workers and the detector process do together.

For evaluation and calibration, where no socket should be measured. It knows all stages; it knows
nothing of files, tables or what a verdict is used for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from detectors.cascade import (
    ReadConversation,
    ReadText,
    lexical_stage,
    questions_of,
    read,
    read_text,
    semantic_verdict,
)
from detectors.encoding.protocol import Encoder
from detectors.lexical.index import LexicalIndex
from detectors.questions import Questions
from detectors.semantic import engine
from detectors.semantic.background import Background
from detectors.semantic.particulars import identifying_passages
from detectors.semantic.verify import Verifier
from detectors.service.protocol import SearchResult, SemanticHit, State
from detectors.values import Stage, TargetProfile, Utterance, Verdict
from detectors.vectors.index import VectorIndex


class Examiner:
    """Targets and all stages."""

    def __init__(
        self,
        profiles: Iterable[TargetProfile],
        encoder: Encoder,
        *,
        background: Background,
        rate: float = engine.DEFAULT_RATE,
        off: frozenset[Stage] = frozenset(),
    ) -> None:
        """Build the indexes.

        Args:
            profiles: the registered targets.
            encoder: makes vectors.
            background: ordinary traffic, in vectors of the same encoder.
            rate: false positives that the semantic stage may have among ordinary texts.
            off: stages whose matches do not count.
        """
        profiles = tuple(profiles)
        self._encoder = encoder
        self._off = off
        self._index = LexicalIndex(profiles)
        self._engine = engine.SemanticEngine(
            VectorIndex(encoder.dimension), background, Verifier.shipped(), rate=rate
        )
        self._knows_meanings = Stage.SEMANTIC not in off and any(
            profile.passages or profile.description for profile in profiles
        )
        for profile in profiles:
            passages = identifying_passages(profile)
            vectors = encoder.encode([passage.text for passage in passages])
            self._engine.put(
                profile.id,
                profile.version,
                passages=passages,
                vectors=vectors.reshape(-1, encoder.dimension),
                rate=profile.false_positive_rate,
            )

    def examine(self, utterances: Sequence[Utterance]) -> Verdict:
        """Return what a gateway would find in these utterances."""
        conversation = read(utterances, self._look)
        lexical = self._lexical(conversation)
        if lexical.matches or not self._knows_meanings:
            return lexical
        questions, result = self._search(conversation, lexical)
        verdict = semantic_verdict(conversation.plan, questions, result)
        return Verdict(verdict.matches, (*lexical.notes, *verdict.notes), lexical.mentions)

    def score(self, utterances: Sequence[Utterance]) -> dict[str, float]:
        """Return a score for each target that any stage gives one: from 1 for strings, else below.

        It orders texts for a curve: strings first, then by the score of the semantic stage, which
        is asked where no string was found.
        """
        conversation = read(utterances, self._look)
        lexical = self._lexical(conversation)
        scores: dict[str, float] = {}
        if self._knows_meanings and not lexical.matches:
            _, result = self._search(conversation, lexical)
            for hits in result.hits:
                for hit in hits:
                    scores[hit.target] = max(hit.score, scores.get(hit.target, 0.0))
        for _, match in lexical.matches:
            scores[match.target] = max(1.0 + match.score, scores.get(match.target, 0.0))
        return scores

    def _look(self, text: str) -> ReadText:
        return read_text(self._index, text)

    def _lexical(self, conversation: ReadConversation) -> Verdict:
        verdict = lexical_stage(conversation)
        kept = tuple(found for found in verdict.matches if found[1].stage not in self._off)
        return Verdict(kept, verdict.notes, verdict.mentions)

    def _search(
        self, conversation: ReadConversation, lexical: Verdict
    ) -> tuple[Questions, SearchResult]:
        questions = questions_of(conversation, lexical)
        texts = [question.text for question in questions.asked]
        mentioned = frozenset(questions.mentioned)
        hits: list[list[SemanticHit]] = []
        if texts:
            vectors = np.concatenate([self._encoder.encode([text]) for text in texts])
            asked = [engine.Question.of(text, mentioned) for text in texts]
            hits = self._engine.search(asked, vectors)
        state = State(sequence=0, encoder=self._encoder.name, count=len(self._engine), pending=0)
        return questions, SearchResult(tuple(map(tuple, hits)), state)
