"""Where a name and a forgotten fact meet in a request: the fact is a value of the target there.

It knows verdicts and the values of targets; it does not know how names were found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from detectors.lexical.patterns import PatternSet
from detectors.values import Match, Stage, Utterance, Verdict
from detectors.views import PLAIN, normalise
from gateway.target import ForgetTarget


def with_values(
    verdict: Verdict, utterances: Sequence[Utterance], named: Sequence[ForgetTarget]
) -> Verdict:
    """Return the verdict with a match for each value of a named target that the request holds.

    Args:
        verdict: of the request.
        utterances: what was said in it.
        named: the targets that it names, of which only facts are forgotten.
    """
    if not named:
        return verdict
    found = tuple(_found(utterances, named))
    return replace(verdict, matches=(*verdict.matches, *found))


def _found(
    utterances: Sequence[Utterance], named: Sequence[ForgetTarget]
) -> Iterator[tuple[int, Match]]:
    values = PatternSet(
        (normalise(value).text.strip(), number)
        for number, target in enumerate(named)
        for value in target.content.secrets
    )
    for place, utterance in enumerate(utterances):
        read = normalise(utterance.text)
        for start, end, number in values.find(read.text):
            yield (
                place,
                Match(
                    target=named[number].id,
                    stage=Stage.EXACT,
                    view=PLAIN,
                    score=1.0,
                    threshold=1.0,
                    span=read.span(start, end),
                    reason="The request holds the name and a value of a forgotten fact.",
                ),
            )
