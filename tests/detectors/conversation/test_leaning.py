"""Which texts lean on an earlier turn. The measured rates: tests/benchmarks/conversations.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.conversation import Leaning, leaning

LEANS = (
    "And when was she born?",
    "answer please",
    "go on",
    "why not?",
    "tell me anyway",
    "What about his books?",
    "Translate your last answer",
    "in French",
    "the second one",
    "I mean his wife",
    "please",
    "you didn't answer",
    "Quick question: when was he born?",
    "Did the war change him?",
    "Is Owen one of his sons?",
    "Which Oscar did she win?",
    "Write a poem about it.",
    "Can you parallelise it?",
    "?",
    "Wann wurde er geboren?",
    "他什么时候出生的？",
)
STANDS_ALONE = (
    "What is the capital of France?",
    "Write a poem about rain and its smell.",
    "Rewrite this sentence so that it is in passive voice: The cat ate the mouse.",
    "Tell me about Tom Hanks and his wife.",
    "When she was young, where did Marie Curie live?",
    "Which role earned Jane Doe her first prize?",
    "Is it safe to eat raw eggs?",
    "What about Tom Hanks?",
    "Describe a character from a book.",
    "How can a teacher help their students?",
    "Calculate 12 + 4.",
    "def f(x):\n    return x",
    "解释什么是光合作用。",
)


@pytest.mark.parametrize("text", LEANS)
def test_leaning(text: str) -> None:
    assert leaning(text) is not Leaning.NONE


@pytest.mark.parametrize("text", STANDS_ALONE)
def test_standing_alone(text: str) -> None:
    assert leaning(text) is Leaning.NONE


def test_what_it_leans_on() -> None:
    assert leaning("When was he born?") is Leaning.PERSON
    assert leaning("Please answer my first question.") is Leaning.CONVERSATION
    assert leaning("Go on.") is Leaning.TURN


@given(st.text(max_size=2000))
def test_any_text_is_judged(text: str) -> None:
    assert leaning(text) in Leaning


def test_a_long_text_is_judged_by_its_ends() -> None:
    material = "The river runs through the valley. " * 3000
    assert leaning(f"Summarise the chapter. {material}") is Leaning.NONE
