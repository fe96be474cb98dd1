"""The stages one after the other: which texts each is given, and what their findings amount to.

The cascade knows stages and verdicts; it knows nothing of where texts come from or what follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from detectors.lexical.index import LexicalIndex
from detectors.service.client import DetectorClient
from detectors.service.protocol import SearchResult, SemanticHit
from detectors.values import Match, Stage, Verdict
from detectors.views import View, views

# An encoder reads some 250 word pieces at once, which is about so many characters.
WINDOW = 1000
# The question stands at the beginning of a long text or at its end.
WINDOWS_AT_EITHER_END = 2
MOST_QUERIES = 64

# For each text its views.
Readings = Sequence[tuple[View, ...]]


@dataclass(frozen=True, slots=True)
class Query:
    """A piece of a text whose meaning is asked for.

    Attributes:
        text: the piece, as written or as decoded.
        place: index of the text that it is of.
        view: the name of the view that it was read in.
        span: its start and end in characters of the original text.
    """

    text: str
    place: int
    view: str
    span: tuple[int, int]


def readings_of(texts: Iterable[str]) -> Readings:
    """Return each text in all its views, made once for every stage."""
    return tuple(map(views, texts))


def lexical_verdict(index: LexicalIndex, readings: Readings) -> Verdict:
    """Return the registered names and secrets in the texts."""
    found = [(place, match) for place, text in enumerate(readings) for match in index.find(text)]
    return Verdict(_best_first(found))


async def semantic_verdict(
    client: DetectorClient, readings: Readings, *, threshold: float
) -> Verdict:
    """Return the targets that the texts are close to in meaning.

    Args:
        client: the way to the detector process.
        readings: all texts are read, long ones at both ends.
        threshold: the cosine from which a match counts.

    Raises:
        DetectorDownError: the detector process does not answer.
    """
    queries, notes = semantic_queries(readings)
    if not queries:
        return Verdict(notes=notes)
    result = await client.search([query.text for query in queries], threshold=threshold)
    return verdict_of(queries, result, threshold=threshold, notes=notes)


def semantic_queries(readings: Readings) -> tuple[list[Query], tuple[str, ...]]:
    """Return what to ask for, the last texts first where there are too many, and what is left out.

    Each view of each text is cut into windows. Pieces without a letter or digit mean nothing.
    """
    notes: list[str] = []
    queries: list[Query] = []
    for place in reversed(range(len(readings))):
        for view in readings[place]:
            windows = _windows(view.source)
            read = _at_either_end(windows)
            if len(read) < len(windows):
                notes.append("The semantic stage read only both ends of a long text.")
            queries += _queries(view, place, read)
    if len(queries) > MOST_QUERIES:
        notes.append("The semantic stage read only the last texts of a long request.")
    return queries[:MOST_QUERIES], tuple(dict.fromkeys(notes))


def verdict_of(
    queries: Sequence[Query],
    result: SearchResult,
    *,
    threshold: float,
    notes: tuple[str, ...] = (),
) -> Verdict:
    """Return what the hits of the queries amount to: each target once for a text and view."""
    found: dict[tuple[int, str, str], Match] = {}
    for query, hits in zip(queries, result.hits, strict=True):
        for hit in hits:
            key = (query.place, query.view, hit.target)
            if key not in found or found[key].score < hit.score:
                found[key] = _semantic_match(query, hit, threshold)
    if result.state.pending:
        notes += (
            f"The semantic stage is pending: {result.state.pending} targets have no vectors yet.",
        )
    return Verdict(_best_first((place, match) for (place, _, _), match in found.items()), notes)


def _semantic_match(query: Query, hit: SemanticHit, threshold: float) -> Match:
    return Match(
        target=hit.target,
        stage=Stage.SEMANTIC,
        view=query.view,
        score=hit.score,
        threshold=threshold,
        span=query.span,
        reason="The text is close in meaning to a registered description or example.",
    )


def _best_first(found: Iterable[tuple[int, Match]]) -> tuple[tuple[int, Match], ...]:
    return tuple(sorted(found, key=lambda item: (-item[1].score, item[0], item[1].span)))


def _queries(view: View, place: int, windows: Iterable[tuple[int, int]]) -> Iterator[Query]:
    for start, end in windows:
        piece = view.source[start:end]
        if any(map(str.isalnum, piece)):
            yield Query(piece, place, view.name, view.original(start, end))


def _windows(text: str) -> list[tuple[int, int]]:
    """Return the half-open ranges that `text` is read in, cut at blanks where there are some."""
    windows: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + WINDOW
        if end < len(text):
            blank = text.rfind(" ", start + WINDOW // 2, end)
            end = blank + 1 if blank > 0 else end
        windows.append((start, min(end, len(text))))
        start = end
    return windows


def _at_either_end(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if len(windows) <= 2 * WINDOWS_AT_EITHER_END:
        return windows
    return windows[:WINDOWS_AT_EITHER_END] + windows[-WINDOWS_AT_EITHER_END:]
