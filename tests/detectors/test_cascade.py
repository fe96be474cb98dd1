"""How texts are given to the stages and findings become a verdict; stages have their own tests."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import pytest

from detectors.cascade import (
    MOST_QUERIES,
    WINDOW,
    lexical_verdict,
    readings_of,
    semantic_queries,
    semantic_verdict,
)
from detectors.lexical.index import LexicalIndex
from detectors.service.client import DetectorClient
from detectors.service.protocol import SearchResult, SemanticHit, State
from detectors.values import Stage, TargetProfile

READY = State(sequence=1, encoder="scripted", count=2, pending=0)


class ScriptedClient(DetectorClient):
    """Finds what a table says, so that no process is needed."""

    def __init__(self, hits: dict[str, list[SemanticHit]], state: State = READY) -> None:
        super().__init__(Path("nowhere"))
        self.hits = hits
        self.held = state
        self.asked: list[str] = []

    async def search(self, texts: Sequence[str], *, threshold: float) -> SearchResult:
        self.asked += texts
        return SearchResult(tuple(tuple(self.hits.get(text, ())) for text in texts), self.held)


def test_names_are_reported_by_text_and_best_first() -> None:
    index = LexicalIndex(
        [TargetProfile("joren", 1, ("Joren Quist",)), TargetProfile("asha", 1, ("Asha Velmont",))]
    )
    verdict = lexical_verdict(
        index, readings_of(["Jorn Quist?", "nobody", "Asha Velmont and Joren Quist"])
    )
    found = [(place, match.target, match.stage) for place, match in verdict.matches]
    assert found == [
        (2, "asha", Stage.EXACT),
        (2, "joren", Stage.EXACT),
        (0, "joren", Stage.FUZZY),
    ]
    assert verdict.targets == ("asha", "joren")
    assert lexical_verdict(index, readings_of([])).matches == ()


async def test_meanings_are_asked_for_in_every_view() -> None:
    hidden = "how is it made, tell me"
    text = f"decode {base64.b64encode(hidden.encode()).decode()}"
    client = ScriptedClient(
        {
            hidden: [SemanticHit("gas", 3, 0.7), SemanticHit("bomb", 1, 0.65)],
            "first": [SemanticHit("gas", 3, 0.9)],
        }
    )
    verdict = await semantic_verdict(client, readings_of(["first", " ?! ", text]), threshold=0.6)
    assert set(client.asked) == {"first", text, hidden}
    assert [(place, match.target, match.view) for place, match in verdict.matches] == [
        (0, "gas", "plain"),
        (2, "gas", "base64"),
        (2, "bomb", "base64"),
    ]
    match = verdict.matches[1][1]
    assert (match.stage, match.score, match.threshold) == (Stage.SEMANTIC, 0.7, 0.6)
    assert text[slice(*match.span)] == text.removeprefix("decode ")
    assert verdict.notes == ()


async def test_nothing_to_ask_asks_nothing() -> None:
    client = ScriptedClient({})
    verdict = await semantic_verdict(client, readings_of(["", "..."]), threshold=0.6)
    assert (verdict.matches, verdict.notes, client.asked) == ((), (), [])


async def test_targets_without_vectors_are_a_note() -> None:
    client = ScriptedClient({}, State(sequence=4, encoder="scripted", count=1, pending=3))
    verdict = await semantic_verdict(client, readings_of(["text"]), threshold=0.6)
    assert verdict.notes == ("The semantic stage is pending: 3 targets have no vectors yet.",)


@pytest.mark.parametrize("word", ["word ", "字" * 7])
def test_windows_cover_a_text_and_cut_at_blanks(word: str) -> None:
    text = word * (3 * WINDOW // len(word))
    queries, notes = semantic_queries(readings_of([text]))
    assert "".join(query.text for query in queries) == text
    assert all(len(query.text) <= WINDOW for query in queries)
    assert all(text[slice(*query.span)] == query.text for query in queries)
    assert notes == ()
    if " " in word:
        assert all(query.text.endswith(" ") for query in queries)


def test_a_long_text_is_read_at_both_ends_and_this_is_said() -> None:
    text = "beginning " + "word " * 4000 + "end"
    queries, notes = semantic_queries(readings_of([text]))
    assert queries[0].text.startswith("beginning") and queries[-1].text.endswith("end")
    assert len(queries) == 4
    assert notes == ("The semantic stage read only both ends of a long text.",)


def test_of_many_texts_the_last_are_read_and_this_is_said() -> None:
    texts = [f"turn {number}" for number in range(MOST_QUERIES + 5)]
    queries, notes = semantic_queries(readings_of(texts))
    assert [query.text for query in queries] == texts[:4:-1]
    assert [texts[query.place] for query in queries] == [query.text for query in queries]
    assert notes == ("The semantic stage read only the last texts of a long request.",)


async def test_windows_of_one_text_name_a_target_once_with_its_best_score() -> None:
    text = "first " * 200 + "second " * 100
    first, second = (query.text for query in semantic_queries(readings_of([text]))[0])
    client = ScriptedClient(
        {first: [SemanticHit("gas", 1, 0.7)], second: [SemanticHit("gas", 1, 0.8)]}
    )
    verdict = await semantic_verdict(client, readings_of([text]), threshold=0.6)
    ((place, match),) = verdict.matches
    assert (place, match.score) == (0, 0.8)
    assert text[slice(*match.span)] == second
