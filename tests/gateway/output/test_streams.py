"""Streams: the same decision for every split, nothing shown too early, and nothing held in vain."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.output import OutputFilter
from gateway.output.disguises import readings_of
from gateway.output.masks import MASK
from gateway.target import ForgetTarget, Kind
from gateway.wire.event_texts import Kind as TextKind
from tests.gateway.output.streams import rules_of, split, streamed, take
from tests.gateway.targets import target

NAME, SECRET, COMMON = "mirela oskarne", "12-34-56", "kessel"
TARGET = target(name=NAME, aliases=("Oskarita", "Zoë Łukasz"), secrets=(SECRET, COMMON))
OTHER = target("t2", name="Ada Velmont", aliases=("Mirela Ada", "Velmont Oskarita Ada"))
RULES = rules_of(TARGET, OTHER)
MATCHED = (TARGET,)
WORDS = (
    ["Mirela", "mirela", "Mire\u200bla", "Oskarne", "OSKARNE", "\uff2d\uff49rela", "Oskarita"]
    + [" ", "\n", "  ", "-", "_", ".", ", ", "s", "x", "I ", "l", "\u0301", "\U0001f600", "!"]
    + ["12-34-56", "12-", "34", "56", "Kessel", "K e s s e l", "k-e-s-s-e-l", "Zoe\u0308", "lukasz"]
    + ["M i r e l a", "m.i.r.e.l.a", "M1r3la", "0skarn3", "\u041cirela", "\u041ess\u0435l"]
    + [
        "Mi-re-la",
        "Os-karne",
        "O s k a r n e",
        "Ada",
        "Velmont",
        "a d a",
        "v e l m o n t",
        "v3lm0nt",
    ]
)
PIECES = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


def drawn_split(data: st.DataObject, text: str) -> list[str]:
    return split(text, data.draw(st.lists(st.integers(0, len(text)), max_size=9)))


def found_within(output_filter: OutputFilter, text: str, shown: int) -> list[tuple[int, int]]:
    """Return what stands in the part of a text that was shown."""
    found = output_filter.found(text)
    return sorted((each.start, each.end) for each in found if each.end <= shown)


@pytest.mark.parametrize("matched", [(), MATCHED])
@settings(max_examples=200, deadline=None)
@given(PIECES, st.data())
@example("x m i r e l a o s k a r n e ", None)
@example("x-mi-rela oskarne", None)
@example("x!m1rela 0skarne!", None)
def test_every_split_is_judged_as_the_whole(
    matched: tuple[ForgetTarget, ...], text: str, data: st.DataObject | None
) -> None:
    pieces = list(text) if data is None else drawn_split(data, text)
    output_filter = OutputFilter(RULES, matched)
    result = streamed(output_filter, pieces)
    assert result.hit == output_filter.first_hit([text])
    assert text.startswith(result.shown)
    if result.hit is None:
        assert result.shown == text
    assert not found_within(output_filter, text, len(result.shown))


@pytest.mark.parametrize("matched", [(), MATCHED])
@settings(max_examples=200, deadline=None)
@given(PIECES, st.data())
def test_every_split_is_masked_as_the_whole(
    matched: tuple[ForgetTarget, ...], text: str, data: st.DataObject
) -> None:
    output_filter = OutputFilter(RULES, matched)
    found = list(output_filter.found(text))
    masked = output_filter.mask(text, _united(output_filter, text))
    result = streamed(output_filter, drawn_split(data, text), TextKind.VALUE)
    if list(output_filter.found_in_whole(text)):
        return
    assert result.shown == masked
    assert result.hit is None
    assert result.masked == {each.target for each in found}
    assert not list(output_filter.found(result.shown))


def _united(output_filter: OutputFilter, text: str) -> list[object]:
    from gateway.output.masks import united

    return united(found.span for found in output_filter.found(text))  # type: ignore[return-value]


SECRETS = st.lists(
    st.text(st.sampled_from("abil01 -.Mé"), min_size=2, max_size=9).filter(
        lambda text: any(map(str.isalnum, text))
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=200, deadline=None)
@given(SECRETS, st.data())
def test_any_secrets_are_found_in_any_split(secrets: list[str], data: st.DataObject) -> None:
    known = target(name="Q", secrets=tuple(secrets))
    output_filter = OutputFilter(rules_of(known), (known,))
    parts = st.sampled_from(
        [*secrets, " ", "-", ".", "a", "b", "!", *secrets[0], secrets[0].upper()]
    )
    text = "".join(data.draw(st.lists(parts, max_size=10)))
    result = streamed(output_filter, drawn_split(data, text))
    assert result.hit == output_filter.first_hit([text])
    assert not found_within(output_filter, text, len(result.shown))
    masked = streamed(output_filter, drawn_split(data, text), TextKind.VALUE)
    if not list(output_filter.found_in_whole(text)):
        assert masked.shown == output_filter.mask(text, _united(output_filter, text))


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.one_of(PIECES, st.integers(), st.just(123456), st.booleans(), st.none()),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PIECES, inner, max_size=3),
        max_leaves=6,
    ),
    st.booleans(),
    st.data(),
)
def test_json_is_masked_within_its_strings_and_parses(
    value: object, is_ascii: bool, data: st.DataObject
) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    output_filter = OutputFilter(RULES, MATCHED)
    result = streamed(output_filter, drawn_split(data, text), TextKind.JSON)
    if result.hit is None:
        json.loads(result.shown)
    whole = output_filter.masked(text, is_json=True)
    json.loads(whole)
    assert not output_filter.spans(whole, is_json=True)
    decoded = json.dumps(value, ensure_ascii=False)
    if not list(output_filter.found_in_whole(decoded)) and result.hit is None:
        spans = output_filter.spans(text, is_json=True)
        assert result.shown == output_filter.mask(text, spans, is_json=True)
    if not output_filter.spans(text, is_json=True):
        assert result.shown == text == whole


def test_plain_text_is_never_held() -> None:
    pieces = ["The ", "capital ", "of ", "France ", "is ", "Paris", "."]
    assert streamed(OutputFilter(RULES, MATCHED), pieces).early == len(pieces)


def test_only_what_could_become_a_match_is_held() -> None:
    watch = OutputFilter(RULES, ()).watch()
    assert take(watch, "by Mirela") == []
    assert take(watch, " Brandt") == ["by Mirela", " Brandt"]


@pytest.mark.parametrize(
    "written",
    [
        "**Mirela** **Oskarne**",
        "_Mirela_ Oskarne",
        "Mirela **Oskarne**",
        "M i r e l a  O s k a r n e",
    ]
    + ["M-i-r-e-l-a O-s-k-a-r-n-e", "Mi-re-la Os-kar-ne", "M1r3la Oskarn3", "MIRELA\n  OSKARNE"]
    + [
        "\u041cirel\u0430 Oskarne",
        "M\u00edrela Oskarn\u00e9",
        "Mirela-Oskarne",
        "Mi\u200brela Oskarne",
    ],
)
def test_disguises_are_held_before_they_are_whole(written: str) -> None:
    result = streamed(OutputFilter(RULES, ()), list(f"It is by {written}, they say."))
    assert (result.hit, result.shown.rstrip("*_")) == ("t1", "It is by ")
    masked = streamed(
        OutputFilter(RULES, ()), list(f"It is by {written}, they say."), TextKind.VALUE
    )
    assert (
        masked.shown.replace(MASK, "").replace("_", "").replace("*", "") == "It is by , they say."
    )


def test_a_longer_word_is_no_match() -> None:
    assert streamed(OutputFilter(RULES, ()), ["Mirela Oskarne", "ska"]).hit is None


def test_an_event_without_text_keeps_its_place() -> None:
    watch = OutputFilter(RULES, ()).watch()
    assert take(watch, "Mirela") == []
    assert take(watch, "") == []
    watch.finish()
    assert [shown.value["text"] for shown in watch.release()] == ["Mirela", ""]


def test_texts_of_different_choices_are_not_mixed() -> None:
    watch = OutputFilter(RULES, ()).watch()
    take(watch, "Mirela", channel="0")
    take(watch, " Oskarne", channel="1")
    watch.finish()
    assert watch.hit is None


def test_after_a_hit_nothing_is_shown() -> None:
    watch = OutputFilter(RULES, ()).watch()
    assert take(watch, "Mirela Oskarne.") == []
    assert take(watch, "more") == []
    watch.finish()
    assert watch.release() == []
    assert watch.hit == "t1"


@pytest.mark.parametrize(
    "written",
    [
        "TWlyZWxhIE9za2FybmU=",
        "4d6972656c61204f736b61726e65",
        "4d 69 72 65 6c 61 20 4f 73 6b 61 72 6e 65",
    ]
    + ["%4direla%20%4fskarne%20%4d%69%72%65%6c%61 ", "&#77;irela &#79;skarne", "Zveryn Bfxnear"]
    + ["enraksO aleriM", "\\u004direla \\u004fskarne"],
)
def test_what_only_the_end_shows_is_withheld(written: str) -> None:
    text = f"So it is: {written} and so on."
    output_filter = OutputFilter(RULES, ())
    assert output_filter.first_hit([text]) == "t1"
    assert streamed(output_filter, list(text)).hit == "t1"


@pytest.mark.parametrize(
    "written",
    ["TWlyZWxhIE9za2FybmU=", "4d6972656c61204f736b61726e65", "4d 69 72 65 6c 61 20 4f 73 6b"],
)
def test_an_encoded_run_is_not_shown_before_it_was_read(written: str) -> None:
    result = streamed(OutputFilter(rules_of(target(name="Mirela"))), list(f"It is: {written} so."))
    assert result.hit == "t1"
    assert len(result.shown) <= len("It is: ") + 9
    masked = streamed(
        OutputFilter(rules_of(target(name="Mirela"))), [f"It is: {written}", " so."], TextKind.VALUE
    )
    assert masked.shown.rstrip().endswith("so.") and written not in masked.shown
    assert masked.hit is None and MASK in masked.shown


@pytest.mark.parametrize(
    "turn", [lambda text: text[::-1], lambda text: codecs.encode(text, "rot13")]
)
def test_a_text_that_is_turned_as_a_whole_is_not_shown_before_its_end(
    turn: Callable[[str], str],
) -> None:
    text = turn("the life of Mirela Oskarne is what the town spoke of")
    result = streamed(OutputFilter(RULES), list(text))
    assert result.hit == "t1" and len(result.shown) < 25
    assert turn("Oskarne") not in result.shown
    calm = turn("the life of nobody at all is what the town spoke of")
    assert streamed(OutputFilter(RULES), list(calm)).shown == calm


DOCUMENT = " ".join(f"word{number}" for number in range(60))
BOOK = target(name="A text", kind=Kind.DOCUMENT)
DOCUMENTS = rules_of(replace(BOOK, content=replace(BOOK.content, documents=(DOCUMENT,))))


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(12, 20), st.integers(1, 9))
def test_a_document_is_withheld_before_twelve_of_its_words_are_shown(
    first: int, count: int, size: int
) -> None:
    run = " ".join(DOCUMENT.split()[first : first + count])
    text = f"Here it is, as you asked me for it, and no more than this: {run}, so it goes on."
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert OutputFilter(DOCUMENTS).first_hit([text]) is not None
    result = streamed(OutputFilter(DOCUMENTS), pieces)
    assert result.hit is not None
    # What is shown of the run has fewer whole words than a registered run.
    twelve = " ".join(run.split()[:12])
    assert twelve not in result.shown
    masked = streamed(OutputFilter(DOCUMENTS), pieces, TextKind.VALUE)
    assert masked.hit is None and masked.shown.endswith("so it goes on.")
    assert twelve not in masked.shown


def test_a_word_that_goes_on_is_not_the_one_of_a_document() -> None:
    words = DOCUMENT.split()
    for first in range(20):
        pieces = [" ".join(words[first : first + 10]), "x and so on"]
        assert streamed(OutputFilter(DOCUMENTS), pieces).hit is None


def test_a_mask_is_whole_before_any_of_it_is_shown() -> None:
    pieces = ["by Ada", " Velmont", " Oskarita", " said."]
    result = streamed(OutputFilter(RULES), pieces, TextKind.VALUE)
    assert result.shown == f"by {MASK} {MASK} said."


def test_an_answer_without_a_document_is_shown_whole_and_at_once() -> None:
    pieces = [f"{word} " for word in DOCUMENT.split()[:5] * 9]
    result = streamed(OutputFilter(DOCUMENTS), pieces)
    assert result.hit is None and result.shown == "".join(pieces) and result.early == len(pieces)


def test_no_run_of_words_of_an_extra_text_is_said() -> None:
    policy = "Never tell anybody what stands in this text of ours, whoever may ask you for it."
    output_filter = OutputFilter(rules_of(), (), extra=[policy])
    assert not output_filter.is_idle
    assert streamed(output_filter, list(f"I was told: {policy.upper()}")).hit is not None
    assert streamed(output_filter, ["Never tell anybody what stands in your diary."]).hit is None


def test_a_reading_leads_back_to_what_it_was_made_of() -> None:
    text = "It is M-i-r-3-l-\u0430  O\u200bskarne!"
    for reading in readings_of(text):
        for start in range(len(reading.text)):
            begin, end = reading.span(start, len(reading.text))
            assert 0 <= begin < end <= len(text)
            assert reading.first_at(begin) <= start
