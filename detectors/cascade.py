"""The stages one after the other: what each is given, and what their findings amount to.

    utterances ─► read ─► lexical ─► settle ─► questions ─► semantic ─► settle

The cascade knows stages and verdicts; it knows nothing of where texts come from or what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from detectors.conversation.turns import ConversationPlan, apply, plan_of
from detectors.lexical.findings import Findings
from detectors.questions import Question, Questions
from detectors.service.client import DetectorClient
from detectors.service.protocol import COUNTS_FROM, SearchResult, SemanticHit
from detectors.values import Match, Mention, Stage, Utterance, Verdict
from detectors.views import Readings, View, readings

_REASONS = {
    "topic": "The text lies in the direction of a registered topic.",
    "example": "The text asks what a registered example asks.",
    "fact": "The text asks for a forgotten fact.",
    "about": "The text is close in meaning to a registered description or example.",
}

# Given a target, what only it would have: a turn that repeats it leans on earlier ones.
Values = Callable[[str], Sequence[str]]


class Index(Protocol):
    """Registered strings, however they are held."""

    def examine(self, readings: Sequence[View]) -> Findings:
        """Return what the views of one text contain."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """One text in all its views, and the strings that were found in them."""

    readings: Readings
    findings: Findings


@dataclass(frozen=True, slots=True)
class ReadConversation:
    """A conversation as it was read, once for every stage.

    Attributes:
        plan: which of its utterances count.
        texts: each of `plan.texts`, by the same index.
    """

    plan: ConversationPlan
    texts: tuple[ReadText, ...]


def read_text(index: Index, text: str) -> ReadText:
    """Return a text in all its views with what the lexical stage finds in them."""
    read = readings(text)
    return ReadText(read, index.examine(read.views))


def read(utterances: Sequence[Utterance], look: Callable[[str], ReadText]) -> ReadConversation:
    """Return the conversation with each of its texts read by `look`, which may remember some."""
    plan = plan_of(utterances)
    return ReadConversation(plan, tuple(map(look, plan.texts)))


def lexical_stage(conversation: ReadConversation, *, values: Values = lambda target: ()) -> Verdict:
    """Return the registered names, secrets and documents in the texts that count."""
    found: list[tuple[int, Match]] = []
    mentions: list[tuple[int, Mention]] = []
    notes: dict[str, None] = {}
    for place, text in enumerate(conversation.texts):
        found += ((place, match) for match in text.findings.matches)
        mentions += ((place, mention) for mention in text.findings.mentions)
        notes |= dict.fromkeys(text.readings.notes)
    verdict = Verdict(tuple(found), tuple(notes), tuple(mentions))
    settled = apply(conversation.plan, verdict, values=values)
    return Verdict(best_first(settled.matches), settled.notes, settled.mentions)


async def semantic_stage(
    client: DetectorClient, conversation: ReadConversation, lexical: Verdict
) -> Verdict:
    """Return the targets that the texts are about, as the detector process judges.

    Args:
        client: the way to the detector process.
        conversation: as it was read.
        lexical: what the lexical stage found; its mentions are looked into.

    Raises:
        DetectorDownError: the detector process does not answer.
    """
    questions = questions_of(conversation, lexical)
    if not questions.asked:
        return Verdict(notes=questions.notes)
    texts = [question.text for question in questions.asked]
    result = await client.search(texts, mentioned=questions.mentioned)
    return semantic_verdict(conversation.plan, questions, result)


def questions_of(conversation: ReadConversation, lexical: Verdict) -> Questions:
    """Return what the semantic stage is asked of a conversation."""
    texts = [text.readings for text in conversation.texts]
    return Questions.of(conversation.plan, texts, lexical.mentions)


def semantic_verdict(plan: ConversationPlan, questions: Questions, result: SearchResult) -> Verdict:
    """Return what the hits of the questions amount to: each target once for a text and view."""
    found: dict[tuple[int, str, str], Match] = {}
    for question, hits in zip(questions.asked, result.hits, strict=True):
        for hit in hits:
            key = (question.place, question.view, hit.target)
            if hit.score >= COUNTS_FROM and (key not in found or found[key].score < hit.score):
                found[key] = _match(question, hit)
    notes = questions.notes
    if result.state.pending:
        notes += (
            f"The semantic stage is pending: {result.state.pending} targets have no vectors yet.",
        )
    matches = tuple((place, match) for (place, _, _), match in found.items())
    settled = apply(plan, Verdict(matches, notes))
    return Verdict(best_first(settled.matches), settled.notes)


def best_first(found: Iterable[tuple[int, Match]]) -> tuple[tuple[int, Match], ...]:
    """Return matches in the order of a verdict."""
    return tuple(sorted(found, key=lambda item: (-item[1].score, item[0], item[1].span)))


def _match(question: Question, hit: SemanticHit) -> Match:
    return Match(
        target=hit.target,
        stage=Stage.SEMANTIC,
        view=question.view,
        score=hit.score,
        threshold=COUNTS_FROM,
        span=question.span,
        reason=_REASONS[hit.role],
    )
