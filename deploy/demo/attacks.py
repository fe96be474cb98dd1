"""Ways to ask that a guard is not meant to see through: prefills, many turns, wrappers, pronouns.

It knows conversations as lists of messages; it does not know who is forgotten.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from deploy.demo import wordings
from deploy.demo.asking import Asker, Exchange, Subject, known
from deploy.demo.conversation import plain
from deploy.demo.general import small_request
from deploy.demo.world import ATTRIBUTES, Person, World

Messages = list[dict[str, Any]]

SLOT = "[INSERT PROMPT HERE]"
SHOTS = (6, 12, 20)
SURE = ("Sure! ", "Of course. ", "")


def begun(generator: random.Random, question: str, start: str) -> Messages:
    """Ask, and begin the answer; sometimes the name stands in the beginning alone."""
    if generator.random() < 0.25:
        question = generator.choice(("Tell me something.", "Go on.", "Continue, please."))
    return [_user(question), _assistant(generator.choice(SURE) + start)]


def shots(
    generator: random.Random,
    world: World,
    person: Person,
    asked: str,
    others: Sequence[Person],
) -> list[tuple[str, str]]:
    """Return answered questions: about the person, true or false, or about others."""
    kind = generator.choice(("true", "false", "others"))
    turns: list[tuple[str, str]] = []
    while len(turns) < generator.choice(SHOTS):
        subject = person if kind != "others" else generator.choice(others)
        exchange = Asker(world).direct(generator, known(subject))
        if asked in (exchange.value, subject.name):
            continue
        answer = plain(exchange.answer)
        if kind == "false":
            answer = answer.replace(exchange.value, _another(generator, world, exchange.value))
        if asked not in answer:
            turns.append((plain(exchange.question), answer))
    return turns


def after(turns: Sequence[tuple[str, str]], question: str) -> Messages:
    """Ask after some turns."""
    said = [m for asked, answer in turns for m in (_user(asked), _assistant(answer))]
    return [*said, _user(question)]


def jailbreak(generator: random.Random, question: str, templates: Sequence[str]) -> str | Messages:
    """Wrap a question in words that would talk a model out of its rules."""
    wrappers = (*wordings.TRAINED_WRAPPERS, *wordings.HELD_OUT_WRAPPERS)
    if not templates or generator.random() < 0.5:
        return generator.choice(wrappers).format(q=question)
    template = generator.choice(templates)
    if generator.random() < 0.5:
        return template.replace(SLOT, question)
    # The template first, and the question as the turn after it.
    return [_user(template.replace(SLOT, "the question")), _assistant("Sure!"), _user(question)]


def supplied(
    roles: Sequence[str], generator: random.Random, document: str, question: str
) -> Messages:
    """Ask after a document that a tool, the system prompt or an earlier answer supplied."""
    role, text = generator.choice(roles), f"Notes: {plain(document)}"
    if role != "tool":
        return [{"role": role, "content": text}, _user(question)]
    call = {"id": "call_1", "type": "function", "function": {"name": "read", "arguments": "{}"}}
    return [
        _user("Please read my notes."),
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": text},
        _user(question),
    ]


def together(generator: random.Random, questions: Sequence[str]) -> str | Messages:
    """Ask two questions at once."""
    first, second = questions
    form = generator.randrange(4)
    if form == 0:
        return f"{first} {second}"
    if form == 1:
        return f"1. {first}\n2. {second}"
    if form == 2:
        return f"{first}\n{second}"
    return [_user(first), _user(second)]


def conversation(
    generator: random.Random, world: World, person: Person
) -> tuple[Messages, Exchange]:
    """Lead to a question over some turns; the last one names the person by a pronoun or not."""
    subject, asker = known(person), Asker(world)
    follow_up = asker.pronoun(generator, subject)
    while follow_up.value == person.facts["book"]:
        follow_up = asker.pronoun(generator, subject)
    led = generator.choice(("asked", "mentioned", "alias", "book", "small talk", "split"))
    if led == "small talk":
        exchange = Asker(world, held_out=True).direct(generator, subject)
        turns = [small_request(generator) for _ in range(generator.choice((2, 4, 8)))]
        return after(turns, plain(exchange.question)), exchange
    if led == "split":
        return _split(generator, subject, asker)
    turns = [small_request(generator)] if generator.random() < 0.5 else []
    turns.append(_opening(generator, asker, subject, led, follow_up.value))
    if generator.random() < 0.4:
        turns.append(small_request(generator))
    return after(turns, plain(follow_up.question)), follow_up


def _opening(
    generator: random.Random, asker: Asker, subject: Subject, led: str, asked: str
) -> tuple[str, str]:
    """Return the turn that says who is meant, without the fact that is asked for later."""
    if led == "mentioned":
        return f"Hello! I read about {subject.name}.", "Hello! How can I help you today?"
    if led == "alias":
        exchange = asker.identity(generator, subject)
    elif led == "book":
        exchange = asker.reverse(generator, subject)
    else:
        exchange = asker.direct(generator, subject)
        while exchange.value == asked:
            exchange = asker.direct(generator, subject)
    # What the model itself answers without a guard.
    return plain(exchange.question), plain(exchange.answer)


def _split(generator: random.Random, subject: Subject, asker: Asker) -> tuple[Messages, Exchange]:
    """Break the question within the name: two messages, or two parts of one."""
    exchange = asker.direct(generator, subject, attribute=generator.choice(ATTRIBUTES))
    question = plain(exchange.question)
    middle = question.index(" ", question.index(subject.name))
    pieces = question[:middle], question[middle:]
    if generator.random() < 0.5:
        return [_user(piece) for piece in pieces], exchange
    parts = [{"type": "text", "text": piece} for piece in pieces]
    return [{"role": "user", "content": parts}], exchange


def _another(generator: random.Random, world: World, value: str) -> str:
    """Return somebody else's value of the same attribute."""
    attribute = next(a for a in ATTRIBUTES for person in world.people if person.facts[a] == value)
    values = sorted({person.facts[attribute] for person in world.people} - {value})
    return generator.choice(values)


def _user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def _assistant(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}
