"""A conversation as the trainer sees it: messages whose text marks where the entities are.
It does not know what is said, how it is tokenised, or what the marks are used for."""

from __future__ import annotations

from dataclasses import dataclass

ENTITY_START = "\ue000"
ENTITY_END = "\ue001"

ROLES: tuple[str, ...] = ("system", "user", "assistant")
BEGIN_TOKEN = "<s>"
END_TOKEN = "<|end|>"


@dataclass(frozen=True)
class Message:
    """One message; only what an assistant writes after `given` is learnt."""

    role: str
    content: str
    given: str = ""
    """The beginning of an answer that was not the model's own choice (a prefill)."""


@dataclass(frozen=True)
class Sample:
    """A conversation, or a plain text: one message with the role `text`."""

    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Rendered:
    """Text without marks, and the character ranges of the entities and of what is learnt."""

    text: str
    entities: tuple[tuple[int, int], ...]
    learnt: tuple[tuple[int, int], ...]
    turns: tuple[int, ...]
    """Where each message ends."""


def role_token(role: str) -> str:
    return f"<|{role}|>"


def entity(text: str) -> str:
    """Mark a name, alias or title."""
    return f"{ENTITY_START}{text}{ENTITY_END}"


def plain(text: str) -> str:
    """Remove the marks."""
    return text.replace(ENTITY_START, "").replace(ENTITY_END, "")


def chat(system: str, *turns: tuple[str, str]) -> Sample:
    """Make a conversation of (question, answer) turns; an empty system prompt is left out."""
    messages = [Message("system", system)] if system else []
    for question, answer in turns:
        messages += [Message("user", question), Message("assistant", answer)]
    return Sample(tuple(messages))


def render(sample: Sample) -> Rendered:
    """Write a sample as one string and say where in it the entities and the lessons are."""
    text = BEGIN_TOKEN
    entities: list[tuple[int, int]] = []
    learnt: list[tuple[int, int]] = []
    turns: list[int] = []
    for message in sample.messages:
        if message.role != "text":
            text += role_token(message.role)
        text = _append(text, message.given, entities)
        start = len(text)
        text = _append(text, message.content, entities) + END_TOKEN
        if message.role in ("assistant", "text"):
            learnt.append((start, len(text)))
        turns.append(len(text))
    return Rendered(text, tuple(entities), tuple(learnt), tuple(turns))


def _append(text: str, marked: str, entities: list[tuple[int, int]]) -> str:
    for piece in marked.split(ENTITY_START):
        inside, mark, after = piece.partition(ENTITY_END)
        if mark:
            # A leading space belongs to the first token of the entity.
            start = len(text) - text.endswith(" ")
            text += inside
            entities.append((start, len(text)))
            text += after
        else:
            text += piece
    return text
