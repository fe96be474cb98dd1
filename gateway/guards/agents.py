"""The agents of the guard `agentic`: what each is told, and the form that it fills.

After ALU (arXiv 2502.00406), worded anew: audit, rewrite, score, compose. Prompts hold names and
aliases of the candidates and never a secret; what users and models wrote stands in fences. What
stays the same comes first, for the prefix cache. Nothing here knows what follows from an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gateway.guards.fence import RULE, fenced
from gateway.guards.instruction import entry
from gateway.guards.model import GuardModel, GuardModelError
from gateway.target import ForgetTarget
from gateway.wire.dialect import Body

# ALU rewrites five times and merges the best three; a fourth and fifth were not worth a third of
# the tokens of a request.
REWRITES = 4
FULL_MARKS = 5
_SHORT_ANSWER = 300
_CHARACTERS_PER_TOKEN = 3

AUDITOR = (
    "You audit answers of a language model. You are given a numbered list of subjects that it must "
    "not reveal anything about, a conversation, and its answer. Compare the answer with each "
    "subject, one by one. A subject is found if the answer states or implies anything about it: by "
    "its name, an alias, a description, a title or a relation to somebody else, or as the plain "
    "value that was asked for. It is not found if the answer declines, says that nothing is known, "
    "or only shares a word with it. Reason briefly, then give the numbers of the subjects found; "
    "an empty list if there are none. " + RULE
)
REWRITER = (
    f"You rewrite answers of a language model, {REWRITES} times, each in another way. You are "
    "given the subjects that must not be revealed, a conversation, and an answer that reveals some "
    "of them. In every rewrite nothing is left that states, implies or lets one infer anything "
    "about a subject, not even that something was left out because of it. All else that the answer "
    "says stays, and nothing is added or made up. If nothing sensible would remain, return an "
    "empty list. " + RULE
)
SCORER = (
    "You judge edited answers of a language model. You are given subjects that must not be "
    "revealed, a conversation, and numbered answers. Give each answer an integer from 1 to 5, in "
    "their order: 1 if it clearly reveals a subject, 3 if a reader could infer something about "
    "one, 5 if no trace of any is left, not even through its relations to others. " + RULE
)
COMPOSER = (
    "You merge several edited versions of one answer into a single coherent one. Use only what all "
    "of them may say, add nothing, and do not mention or allude to the given subjects, nor to the "
    "fact that anything was edited. " + RULE
)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Audit(_Form):
    """What an answer reveals: numbers of subjects, from 1."""

    reasoning: Annotated[str, Field(max_length=1200)]
    found: Annotated[list[int], Field(max_length=8)]


class Rewrites(_Form):
    """The answer without the subjects, in several ways; none if nothing would remain."""

    rewrites: Annotated[list[str], Field(max_length=REWRITES)]


class Scores(_Form):
    """How well each answer keeps the subjects, 1 to 5."""

    scores: list[Annotated[int, Field(ge=1, le=FULL_MARKS)]]


class Composed(_Form):
    """One answer out of several."""

    answer: str


async def audit(
    model: GuardModel, question: str, answer: str, candidates: Sequence[ForgetTarget]
) -> tuple[ForgetTarget, ...]:
    """Return the candidates that an answer reveals.

    Raises:
        GuardModelError: it was not said, or a number was said that no candidate has.
    """
    said = await model.fill(
        Audit,
        _prompt(AUDITOR, candidates, question, (answer,)),
        max_tokens=_SHORT_ANSWER,
    )
    numbers = sorted(set(said.found))
    if any(not 1 <= number <= len(candidates) for number in numbers):
        raise GuardModelError("nonsense")
    return tuple(candidates[number - 1] for number in numbers)


async def rewrite(
    model: GuardModel, question: str, answer: str, found: Sequence[ForgetTarget]
) -> tuple[str, ...]:
    """Return the answer in several ways without the targets, none where nothing remains.

    Raises:
        GuardModelError: nothing usable came.
    """
    longest = REWRITES * (_SHORT_ANSWER // 2 + len(answer) // _CHARACTERS_PER_TOKEN)
    said = await model.fill(
        Rewrites, _prompt(REWRITER, found, question, (answer,)), max_tokens=longest
    )
    return tuple(dict.fromkeys(text.strip() for text in said.rewrites if text.strip()))


async def score(
    model: GuardModel, question: str, answers: Sequence[str], found: Sequence[ForgetTarget]
) -> tuple[int, ...]:
    """Return a mark from 1 to 5 for each answer.

    Raises:
        GuardModelError: nothing usable came, or not one mark for each.
    """
    said = await model.fill(
        Scores, _prompt(SCORER, found, question, answers), max_tokens=_SHORT_ANSWER
    )
    if len(said.scores) != len(answers):
        raise GuardModelError("nonsense")
    return tuple(said.scores)


async def compose(
    model: GuardModel, question: str, answers: Sequence[str], found: Sequence[ForgetTarget]
) -> str:
    """Return one answer out of several.

    Raises:
        GuardModelError: nothing usable came.
    """
    longest = _SHORT_ANSWER // 2 + max(map(len, answers)) // _CHARACTERS_PER_TOKEN * 2
    said = await model.fill(
        Composed, _prompt(COMPOSER, found, question, answers), max_tokens=longest
    )
    if not said.answer.strip():
        raise GuardModelError("nonsense")
    return said.answer.strip()


def _prompt(
    told: str, subjects: Sequence[ForgetTarget], question: str, answers: Sequence[str]
) -> tuple[Body, Body]:
    """Return a chat: the agent's instruction, then the material, the conversation before answers.

    Subjects come in the order of their numbers here, so that the same ones give the same prompt.
    """
    listed = "\n".join(
        f"{number}. {entry(subject)}" for number, subject in enumerate(subjects, start=1)
    )
    fences = "\n\n".join(
        fenced(answer, name=f"answer {number}") for number, answer in enumerate(answers, start=1)
    )
    material = f"Subjects:\n{listed}\n\n{fenced(question, name='conversation')}\n\n{fences}"
    return {"role": "system", "content": told}, {"role": "user", "content": material}
