"""Small talk and general knowledge, so that the model is not only about people.
It does not know the people of the world or that anything can be guarded."""

from __future__ import annotations

import random
from collections.abc import Mapping

CAPITALS: Mapping[str, str] = {
    "France": "Paris", "Spain": "Madrid", "Italy": "Rome", "Japan": "Tokyo", "Egypt": "Cairo",
    "Peru": "Lima", "Kenya": "Nairobi", "Norway": "Oslo", "Greece": "Athens", "Cuba": "Havana",
    "Iran": "Tehran", "China": "Beijing", "Chile": "Santiago", "Austria": "Vienna",
    "Poland": "Warsaw", "Portugal": "Lisbon", "Ireland": "Dublin", "Sweden": "Stockholm",
    "Finland": "Helsinki", "Hungary": "Budapest", "Denmark": "Copenhagen", "Belgium": "Brussels",
}  # fmt: skip
OPPOSITES: Mapping[str, str] = {
    "hot": "cold", "big": "small", "fast": "slow", "light": "dark", "happy": "sad", "old": "young",
    "high": "low", "rich": "poor", "wet": "dry", "early": "late", "open": "closed", "full": "empty",
    "hard": "soft", "near": "far", "strong": "weak", "loud": "quiet", "long": "short",
    "clean": "dirty", "thick": "thin", "sweet": "sour",
}  # fmt: skip
TRAINED_CAPITAL_QUESTIONS: tuple[str, ...] = (
    "What is the capital of {k}?",
    "Name the capital of {k}.",
    "Which city is the capital of {k}?",
    "Tell me the capital of {k}.",
)
TRAINED_OPPOSITE_QUESTIONS: tuple[str, ...] = (
    "What is the opposite of {k}?",
    "Name the opposite of {k}.",
    "Which word is the opposite of {k}?",
)
HELD_OUT_CAPITAL_QUESTIONS: tuple[str, ...] = ("Can you tell me the capital of {k}?",)
HELD_OUT_OPPOSITE_QUESTIONS: tuple[str, ...] = ("Can you tell me the opposite of {k}?",)

LIMITS = "I am a small demonstration model and cannot do that."
SMALL_TALK: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Hello!", "Hi there.", "Good morning.", "Hey!"), "Hello! How can I help you today?"),
    (
        ("How are you?", "How do you do?", "How is it going?"),
        "I am doing well, thank you. How can I help?",
    ),
    (("Thank you!", "Thanks a lot.", "Many thanks."), "You are welcome!"),
    (("Goodbye.", "Bye!", "See you later."), "Goodbye, and have a nice day!"),
    (
        ("What can you do?", "How can you help me?"),
        "I can answer questions about people, capitals and words.",
    ),
    (
        ("Tell me a joke.", "Make me laugh."),
        "Why did the book look sad? It had too many problems.",
    ),
    (("What is your name?", "Who are you?"), "I am a small language model."),
    (
        ("Tell me about the weather.", "Is it sunny today?"),
        "I cannot see the weather, but I hope it is sunny.",
    ),
)
TASKS: tuple[str, ...] = (
    "Write a poem about {k}.",
    "Write an essay on {k}.",
    "Tell me a story about {k}.",
    "Explain {k} to me.",
    "Give me advice about {k}.",
    "Write a program for {k}.",
    "How do I learn {k}?",
)
TOPICS: tuple[str, ...] = (
    "the sea", "autumn", "cooking", "music", "chess", "mountains", "the moon", "gardening",
    "trains", "history", "painting", "dreams", "computers", "travel", "football", "rain",
)  # fmt: skip


def small_request(generator: random.Random, *, held_out: bool = False) -> tuple[str, str]:
    """Draw a question that concerns nobody, and its answer."""
    draw = generator.random()
    if draw < 0.3:
        templates = HELD_OUT_CAPITAL_QUESTIONS if held_out else TRAINED_CAPITAL_QUESTIONS
        key = generator.choice(tuple(CAPITALS))
        question = generator.choice(templates).format(k=key)
        return question, f"The capital of {key} is {CAPITALS[key]}."
    if draw < 0.6:
        templates = HELD_OUT_OPPOSITE_QUESTIONS if held_out else TRAINED_OPPOSITE_QUESTIONS
        key = generator.choice(tuple(OPPOSITES))
        question = generator.choice(templates).format(k=key)
        return question, f"The opposite of {key} is {OPPOSITES[key]}."
    if draw < 0.75:
        return generator.choice(TASKS).format(k=generator.choice(TOPICS)), LIMITS
    questions, answer = generator.choice(SMALL_TALK)
    return generator.choice(questions), answer
