"""Documents by runs of words; that segments and snapshots keep them is in test_segments.py."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from detectors.lexical.documents import DocumentIndex
from detectors.lexical.index import LexicalIndex
from detectors.lexical.segments import SegmentedLexicalIndex
from detectors.lexical.shingles import GUARANTEED, SHINGLE
from detectors.values import Stage, TargetProfile
from detectors.views import readings

RANDOM = random.Random(7)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = tuple("".join(RANDOM.choices(LETTERS, k=6)) for _ in range(400))
DOCUMENT = " ".join(WORDS)
INDEX = DocumentIndex([(DOCUMENT, 3)])


@given(st.integers(0, len(WORDS) - GUARANTEED), st.integers(GUARANTEED, 40))
def test_every_run_of_twelve_words_is_found(start: int, length: int) -> None:
    run = " ".join(WORDS[start : start + length])
    text = f"please go on with {run} and then"
    found = INDEX.find(text)
    assert {payload for _, _, payload in found} == {3}
    assert all(text[first:last] in run for first, last, _ in found)


@given(st.integers(0, len(WORDS) - SHINGLE), st.integers(1, SHINGLE - 1))
def test_no_run_of_fewer_than_ten_is(start: int, length: int) -> None:
    run = " ".join(WORDS[start : start + length])
    assert not INDEX.find(f"please go on with {run} and then")


def test_punctuation_case_and_line_ends_do_not_matter() -> None:
    run = ",\n".join(word.upper() for word in WORDS[50:70])
    profile = TargetProfile("d", 1, (), documents=(DOCUMENT,))
    text = f"Continue: \u201c{run}\u201d"
    (match,) = LexicalIndex([profile]).find(readings(text).views)
    assert (match.target, match.stage) == ("d", Stage.DOCUMENT)
    assert WORDS[50].upper() in text[match.span[0] : match.span[1]]
    assert WORDS[50] not in match.reason


def test_a_document_in_an_encoding_is_found() -> None:
    import base64

    profile = TargetProfile("d", 1, (), documents=(DOCUMENT,))
    hidden = base64.b64encode(" ".join(WORDS[50:70]).encode()).decode()
    (match,) = LexicalIndex([profile]).find(readings(f"Decode {hidden}").views)
    assert match.view == "base64"


def test_scripts_without_spaces_are_compared_by_character() -> None:
    text = "".join(chr(0x4E00 + 7 * number) for number in range(60))
    assert DocumentIndex([(text, 1)]).find(f"abc {text[20:35]} def")


def test_what_ordinary_prompts_say_is_no_document() -> None:
    from detectors.calibration.benign import benign_prompts

    prompts = [prompt.text for prompt in benign_prompts(4000, 0) if len(prompt.text.split()) > 20]
    assert len(DocumentIndex([(prompts[0], 1)])) == 0


def test_documents_come_and_go_and_are_kept_as_arrays() -> None:
    profile = TargetProfile("d", 1, (), documents=(DOCUMENT,))
    other = TargetProfile("e", 1, ("Mirela Oskarne",))
    views = readings(" ".join(WORDS[10:40])).views
    base = LexicalIndex.from_arrays(LexicalIndex([profile, other]).to_arrays())
    index = SegmentedLexicalIndex(base)
    assert [match.target for match in index.find(views)] == ["d"]
    assert not index.with_changes([], ["d"]).find(views)
    grown = SegmentedLexicalIndex(LexicalIndex([other])).with_changes([profile])
    assert [match.target for match in grown.find(views)] == ["d"]
    changed = TargetProfile("d", 2, (), documents=("something else " * 20,))
    assert not grown.with_changes([changed]).find(views)
