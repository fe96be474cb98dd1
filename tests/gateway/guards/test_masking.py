"""What is masked in supplied texts, and what stays."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.guards.masking import MASK, Masker, secrets_in
from gateway.guards.sentences import sentences
from gateway.target import Kind
from tests.gateway.targets import target

ONE = target(name="Odile Sorrel", aliases=("the Gray Fox",), secrets=("Kessel", "QX-77-1290"))
MASKER = Masker([ONE])
HIDDEN = base64.b64encode(b"Odile Sorrel lives in Kessel, on the hill").decode()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "The weather is nice. Odile Sorrel was born in Kessel. The harbour froze in March.",
            f"The weather is nice. {MASK} The harbour froze in March.",
        ),
        (
            "Odile Sorrel was born in Tal. She works at Norrin. Her book is old.\n\nThe bank fell.",
            f"{MASK}\n\nThe bank fell.",
        ),
        ("The Gray Fox wrote to Dr. Smith of St. Albans. The bank fell.", f"{MASK} The bank fell."),
        ("# Odile Sorrel\n- born: 1920\n- in: Tal\n\n# Bram Toll\n- born: 1930",
         f"{MASK}\n\n# Bram Toll\n- born: 1930"),
        ("Name: Odile Sorrel\nBorn: 1930\nJob: poet\n", f"{MASK}\n"),
        ("| name | city |\n| Odile Sorrel | Tal |\n| Bram Toll | Ghent |",
         f"| name | city |\n{MASK}\n| Bram Toll | Ghent |"),
        ("- Bram Toll\n- Odile Sorrel\n- Joren Hull", f"- Bram Toll\n{MASK}\n- Joren Hull"),
        (f"Look here: {HIDDEN}\nThe bank fell.", f"{MASK}\nThe bank fell."),
        ("0d1le S0rrel was there. The bank fell.", f"{MASK} The bank fell."),
        ("O d i l e  S o r r e l was there. The bank fell.", f"{MASK} The bank fell."),
        ("The bank fell.\n\nThere was Odile\nSorrel.\nBram came.", f"The bank fell.\n\n{MASK}"),
        ("Bram Toll lives in Kessel. The bank fell.", f"{MASK} The bank fell."),
    ],
)  # fmt: skip
def test_sentences_about_a_target_are_masked(text: str, wanted: str) -> None:
    assert MASKER.masked(text) == wanted


def test_spans_of_detection_are_masked_where_no_word_shows_why() -> None:
    text = "The bank fell. The poet of the north wrote it there. The sun shone."
    assert MASKER.masked(text, [(20, 30)]) == f"The bank fell. {MASK} The sun shone."


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (
            {"title": "News", "body": "The cat sat. Odile Sorrel was born. The sun shone.", "n": 3},
            {"title": "News", "body": f"The cat sat. {MASK} The sun shone.", "n": 3},
        ),
        (
            [{"name": "Odile Sorrel", "born": 1930, "tags": ["a"], "ok": True}, {"name": "Bram"}],
            [{"name": MASK, "born": MASK, "tags": [MASK], "ok": True}, {"name": "Bram"}],
        ),
        (
            {"rows": [["Odile Sorrel", 1930], ["Bram", 1]], "names": ["Odile Sorrel", "Bram"]},
            {"rows": [[MASK, MASK], ["Bram", 1]], "names": [MASK, "Bram"]},
        ),
        ({"Odile Sorrel": {"born": 1930}, "x": 1}, {MASK: {"born": MASK}, "x": 1}),
        ({"inner": json.dumps({"name": "Odile Sorrel"})}, {"inner": json.dumps({"name": MASK})}),
        ({"said": "She is \u201cOdile\nSorrel\u201d."}, {"said": MASK}),
    ],
)  # fmt: skip
def test_json_stays_json(value: Any, wanted: Any) -> None:
    assert json.loads(MASKER.masked(json.dumps(value))) == wanted


def test_json_in_which_no_string_shows_what_was_found_says_nothing() -> None:
    assert json.loads(MASKER.masked('{"a": ["x", 1]}', [(3, 5)])) == {"a": [MASK, MASK]}


words = st.sampled_from(
    ["Odile Sorrel", "Bram Toll", "was born in", "Kessel", "She wrote.", "Mr.", "\n", "\n\n", ". ",
     "! ", "the Gray Fox", "| ", "- ", ": ", "QX-77-1290", "{", '"', "1930", "。"]
)  # fmt: skip
texts = st.lists(words, max_size=25).map(" ".join)
values = st.recursive(
    texts | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(texts)
def test_no_name_and_no_secret_is_left(text: str) -> None:
    masked = MASKER.masked(text)
    assert "Odile Sorrel" not in masked and "Gray Fox" not in masked
    assert "Kessel" not in masked and "QX-77" not in masked
    assert MASKER.masked(text) == masked, "the prefix cache wants the same bytes"


@settings(deadline=None)
@given(values)
def test_masked_json_parses_and_says_nothing(value: Any) -> None:
    text = json.dumps(value)
    masked = MASKER.masked(text)
    if isinstance(value, dict | list):
        assert type(json.loads(masked)) is type(value)
    assert "Odile Sorrel" not in masked and "Kessel" not in masked


@settings(deadline=None)
@given(st.text(st.sampled_from("aB. \n!?。Mr"), max_size=80))
def test_sentences_are_all_of_a_text(text: str) -> None:
    assert "".join(part.of(text) for part in sentences(text)) == text


def test_the_label_of_a_record_may_stand_in_a_text() -> None:
    masker = Masker([target(name="Prices", secrets=("QX-77-1290",), kind=Kind.RECORD)])
    text = "Prices rose. It is QX-77-1290. The sun shone."
    assert masker.masked(text) == f"Prices rose. {MASK} The sun shone."


def test_a_secret_is_seen_whoever_shares_it() -> None:
    assert secrets_in("It lies near KESSEL.", [ONE])
    assert not secrets_in("It lies near Tal.", [ONE])
