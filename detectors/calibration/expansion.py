"""What a target's own texts also say: reverse questions, statements as questions, and back.

Templates only, over English: what they do not recognise is left as it is, and nothing is invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.values import TargetProfile

MOST = 32
"""How many texts a target gets at most beyond its own."""

_SENTENCE = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)\s+(?=[A-Z\"“])")
_TITLE = re.compile(r"[\"“«]([^\"”»]{3,80})[\"”»]")
_IS_A = re.compile(r"^(?:is|was) (an?|the) (.+)$")
_MADE = {
    "wrote": "write", "published": "publish", "founded": "found", "directed": "direct",
    "painted": "paint", "composed": "compose", "invented": "invent", "discovered": "discover",
    "created": "create", "designed": "design", "won": "win", "received": "receive",
}  # fmt: skip
_FOREMOST_JOB = re.compile(
    r"\b(?:is|was) an? (?:[\w-]+ ){0,3}?([a-z]+(?:er|or|ist|ian|et|ete|ect|man|woman))\b"
)
_LEFT_HANGING = r"(?<! about)(?<! for)(?<! from)(?<! of)(?<! to)(?<! in)(?<! like)"
_QUESTION_TO_STATEMENT = (
    (r"(where|when) (was|were|is|are) (.+) (\w+)", r"\1 \3 \2 \4"),
    (rf"what (?:is|was|are|were) (.+){_LEFT_HANGING}", r"\1"),
    (r"who (?:is|was) (.+)", r"\1"),
    (r"(?:what|which) (.+?) (?:did|does|do) (.+) (\w+)", r"the \1 that \2 \3"),
    (r"how (?:do|does|can|could|did) (?:i|one|you|people) (.+)", r"how to \1"),
    (r"how (?:do|does|can|did) (.+)", r"how \1"),
    (r"why (?:do|does|did) (.+)", r"the reason why \1"),
)
"""What a question asks for, as a phrase; the first that fits."""


def expansions_of(profile: TargetProfile) -> tuple[str, ...]:
    """Make the texts that a target puts into the index beyond its own, `MOST` at most.

    Statements about a name become the question for it, titles the questions about a work, and
    questions short statements. Without names only the last, since a topic is its examples.
    """
    own = {text.casefold() for text in profile.passages}
    found: dict[str, str] = {}
    for text in _interleaved([_of_passage(profile, passage) for passage in profile.passages]):
        if text.casefold() not in own:
            found.setdefault(text.casefold(), text)
        if len(found) == MOST:
            break
    return tuple(found.values())


def _of_passage(profile: TargetProfile, passage: str) -> Iterator[str]:
    job = _job(profile)
    for sentence in _SENTENCE.split(passage.strip()):
        if sentence.endswith("?"):
            yield from _statements(sentence)
            if profile.names:
                yield from _unnamed(profile, sentence, job)
        elif profile.names:
            yield from _reversed(profile, sentence, job)
        for title in _TITLE.findall(sentence) if profile.names else ():
            yield from _about_work(title)


def _job(profile: TargetProfile) -> str:
    """The word for what the target is, as its texts say it, or `person`."""
    for passage in profile.passages:
        if found := _FOREMOST_JOB.search(passage):
            return found[1]
    return "person"


def _reversed(profile: TargetProfile, sentence: str, job: str) -> Iterator[str]:
    """The questions whose answer is the name: `N was born in P.` asks who was born in P."""
    statement = sentence.rstrip(".! ")
    for name in sorted(profile.names, key=len, reverse=True):
        if not statement.casefold().startswith(name.casefold()):
            continue
        rest = statement[len(name) :].strip()
        if rest.startswith(("'s ", "’s ")):
            yield f"Whose {rest[3:]}?"
        elif found := _IS_A.match(rest):
            yield f"Who is the {found[2]}?"
            yield f"What is the name of the {found[2]}?"
        elif re.match(r"[a-z]+\b", rest):
            yield f"Who {rest}?"
            yield f"Which {job} {rest}?"
            yield from _question(name, rest)
        return


def _question(name: str, rest: str) -> Iterator[str]:
    """The statement as a question about the name."""
    verb, _, object_ = rest.partition(" ")
    if verb in ("is", "was", "has", "can") and object_:
        yield f"{verb.capitalize()} {name} {object_}?"
    elif verb in _MADE:
        yield f"Did {name} {_MADE[verb]} {object_}?"
        yield f"What did {name} {_MADE[verb]}?"


def _about_work(title: str) -> Iterator[str]:
    yield f'Who wrote "{title}"?'
    yield f'What is "{title}" about?'
    yield f'Who made "{title}", and when did it appear?'


def _unnamed(profile: TargetProfile, question: str, job: str) -> Iterator[str]:
    """A question about the name that has a title in it, with the job in the name's place."""
    if not _TITLE.search(question):
        return
    for name in sorted(profile.names, key=len, reverse=True):
        if name in question:
            yield question.replace(name, f"the {job}")
            return


def _statements(question: str) -> Iterator[str]:
    for pattern, template in _QUESTION_TO_STATEMENT:
        if found := re.fullmatch(rf"{pattern}\?", question, re.IGNORECASE):
            statement = found.expand(template)
            yield statement[:1].upper() + statement[1:]
            return


def _interleaved(sources: list[Iterator[str]]) -> Iterator[str]:
    """One text of each source in turn, so that a bound does not silence the last."""
    while sources:
        left = []
        for source in sources:
            if (text := next(source, None)) is not None:
                yield text
                left.append(source)
        sources = left
