"""The output filter: the same decision for every split of a stream, and nothing held in vain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.views import normalise
from gateway.derived import Derived
from gateway.output_filter import OutputFilter, OutputRules
from gateway.registry import Changes
from gateway.target import ForgetTarget, GuardName, Kind
from tests.gateway.targets import target

NAME, SECRET, COMMON = "mirela oskarne", "12-34-56", "kessel"
TARGET = target(name=NAME, secrets=(SECRET, COMMON))


def rules_of(*targets: ForgetTarget) -> OutputRules:
    derived = Derived().with_changes([Changes(targets, (), 1)])
    return OutputRules(derived.lexical, derived.targets)


RULES = rules_of(TARGET)
MATCHED = (TARGET,)
PATH = ("choices", 0, "delta", "content")
PIECES = st.sampled_from(
    ["Mirela", "mirela", "Mire\u200bla", " ", "\n", "  ", "Oskarne", "oskarne", "OSKARNE", "s", "x"]
    + ["12-34-56", "12-", "34", "Kessel", ".", "e\u0301", "\U0001f600"]
)


def released(output_filter: OutputFilter, pieces: list[str]) -> tuple[str | None, str, list[bytes]]:
    """Return (hit, shown text, what was shown before the end) of a stream of one text."""
    watch = output_filter.watch()
    shown: list[bytes] = []
    for piece in pieces:
        shown += watch.feed(piece.encode(), [(PATH, piece)] if piece else [])
    early = list(shown)
    shown += watch.finish()
    return watch.hit, b"".join(shown).decode(), early


@pytest.mark.parametrize("matched", [(), MATCHED])
@given(st.lists(PIECES, max_size=12), st.data())
def test_every_split_is_judged_as_the_whole(
    matched: tuple[ForgetTarget, ...], pieces: list[str], data: st.DataObject
) -> None:
    text = "".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    split = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    output_filter = OutputFilter(RULES, matched)
    hit, shown, _ = released(output_filter, split)
    assert hit == output_filter.first_hit([text])
    assert text.startswith(shown)
    if hit is None:
        assert shown == text
    else:
        assert output_filter.first_hit([shown]) is None


def test_plain_text_is_never_held() -> None:
    pieces = ["The ", "capital ", "of ", "France ", "is ", "Paris", "."]
    _, _, early = released(OutputFilter(RULES, MATCHED), pieces)
    assert [piece.decode() for piece in early] == pieces


def test_only_what_could_become_a_match_is_held() -> None:
    watch = OutputFilter(RULES, ()).watch()
    assert watch.feed(b"1", [(PATH, "by Mirela")]) == []
    assert watch.feed(b"2", [(PATH, " Velmont")]) == [b"1", b"2"]


def test_a_longer_word_is_no_match() -> None:
    assert released(OutputFilter(RULES, ()), ["Mirela Oskarne", "ska"])[0] is None


def test_an_event_without_text_keeps_its_place() -> None:
    watch = OutputFilter(RULES, ()).watch()
    assert watch.feed(b"1", [(PATH, "Mirela")]) == []
    assert watch.feed(b": ping", []) == []
    assert watch.finish() == [b"1", b": ping"]


def test_texts_of_different_choices_are_not_mixed() -> None:
    watch = OutputFilter(RULES, ()).watch()
    watch.feed(b"1", [(("choices", 0), "Mirela")])
    watch.feed(b"2", [(("choices", 1), " Oskarne")])
    watch.finish()
    assert watch.hit is None


def test_a_common_value_counts_only_after_a_match() -> None:
    assert OutputFilter(RULES, ()).first_hit(["born in Kessel"]) is None
    assert OutputFilter(RULES, MATCHED).first_hit(["born in Kessel"]) == "t1"


def test_after_a_hit_nothing_is_shown() -> None:
    watch = OutputFilter(RULES, ()).watch()
    assert watch.feed(b"1", [(PATH, "Mirela Oskarne.")]) == []
    assert watch.feed(b"2", [(PATH, "more")]) == []
    assert watch.finish() == []
    assert watch.hit == "t1"


def test_the_rules_are_written_in_the_form_texts_are_compared_in() -> None:
    assert all(normalise(pattern).text == pattern for pattern in (NAME, SECRET, COMMON))


def test_an_ordinary_word_that_is_a_name_counts_only_after_a_match() -> None:
    rose = target(name="Rose")
    assert OutputFilter(rules_of(rose)).first_hit(["a rose is a rose"]) is None
    assert OutputFilter(rules_of(rose), (rose,)).first_hit(["a rose is a rose"]) == "t1"


def test_what_is_only_monitored_may_be_said() -> None:
    watched = target(name=NAME, secrets=(COMMON,), guard=GuardName.MONITOR)
    output_filter = OutputFilter(rules_of(watched), (watched,))
    assert output_filter.is_idle
    beside = OutputFilter(rules_of(watched, target("t2", name="Ada Velmont")), (watched,))
    assert not beside.is_idle
    assert beside.first_hit([f"{NAME} of {COMMON}"]) is None
    assert beside.first_hit(["ada velmont"]) == "t2"


DOCUMENT = " ".join(f"word{number}" for number in range(60))
BOOK = target(name="A text", kind=Kind.DOCUMENT)
DOCUMENTS = rules_of(replace(BOOK, content=replace(BOOK.content, documents=(DOCUMENT,))))


@given(st.integers(0, 40), st.integers(12, 20), st.integers(1, 9))
def test_a_document_is_withheld_before_twelve_of_its_words_are_shown(
    first: int, count: int, size: int
) -> None:
    run = " ".join(DOCUMENT.split()[first : first + count])
    text = f"Here it is, as you asked me for it, and no more than this: {run}, so it goes on."
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert OutputFilter(DOCUMENTS).first_hit([text]) is not None
    hit, shown, _ = released(OutputFilter(DOCUMENTS), pieces)
    assert hit is not None
    # What is shown of the run has fewer words than a registered run.
    assert len(shown.partition("this: ")[2].split()) < 12


def test_an_answer_without_a_document_is_shown_whole() -> None:
    pieces = [f"{word} " for word in DOCUMENT.split()[:5] * 9]
    hit, shown, early = released(OutputFilter(DOCUMENTS), pieces)
    assert hit is None and shown == "".join(pieces) and len(early) > 30
