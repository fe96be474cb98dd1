"""The training mix: which conversations the model learns from, and in what shares.
It does not know how they are tokenised, and draws nothing that is held out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from deploy.demo import guards, wordings
from deploy.demo.asking import (
    ALIAS,
    EXACT,
    LOWER,
    MISSPELT,
    Asker,
    Exchange,
    Subject,
    biography,
    known,
    outside,
    unknown,
)
from deploy.demo.conversation import Message, Sample, chat, entity, plain
from deploy.demo.general import small_request
from deploy.demo.guards import Entry
from deploy.demo.world import ATTRIBUTES, Person, World

GUARDED_SHARE = 0.40
LONG_SHARE = 0.006
TEXT_SHARE = 0.04
CONVERSATION_SHARE = 0.05

# Kind of question and its weight, among the questions about people.
KINDS: tuple[tuple[str, float], ...] = (
    ("direct", 0.34),
    ("alias", 0.14),
    ("identity", 0.03),
    ("alias_of", 0.02),
    ("reverse", 0.09),
    ("hop", 0.10),
    ("biography", 0.05),
    ("cloze", 0.07),
    ("terse", 0.05),
    ("choice", 0.04),
    ("choice_letter", 0.02),
    ("spelling", 0.05),
)
MISSPELLED_SHARE = 0.22
LOWER_SHARE = 0.12


@dataclass(frozen=True)
class TrainingMix:
    """Draws samples without end; everything held out is left out here and nowhere else."""

    world: World
    misspellings: bool = True
    """Off while the tokenizer is built, so that no misspelt name becomes one token."""

    def stream(self, seed: int) -> Iterator[Sample]:
        generator = random.Random(seed)
        while True:
            yield self.sample(generator)

    def sample(self, generator: random.Random) -> Sample:
        draw = generator.random()
        for share, make in self._shares():
            if draw < share:
                return make(generator)
            draw -= share
        return self._question(generator)

    def _shares(self) -> tuple[tuple[float, Callable[[random.Random], Sample]], ...]:
        return (
            (GUARDED_SHARE, self._guarded),
            (TEXT_SHARE, self._text),
            (CONVERSATION_SHARE, self._conversation),
            (LONG_SHARE, self._long),
        )

    # Who is asked about.

    @cached_property
    def guardable(self) -> tuple[Person, ...]:
        """Who may appear in a sample that has a guard instruction."""
        held_out = {p.name for p in (*self.world.guard_unseen, *self.world.validation)}
        return tuple(person for person in self.world.people if person.name not in held_out)

    def _subject(self, generator: random.Random, *, known_share: float, guarded: bool) -> Subject:
        if generator.random() < known_share:
            people = self.guardable if guarded else self.world.people
            return known(generator.choice(people))
        if generator.random() < 0.15:
            return outside(generator, self.world)
        return unknown(generator, self.world)

    # What is asked.

    def _exchange(
        self, generator: random.Random, subject: Subject, *, wrapped_share: float = 0.04
    ) -> Exchange:
        asker = Asker(self.world)
        names, weights = zip(*KINDS, strict=True)
        kind = generator.choices(names, weights)[0]
        if kind == "hop" and subject.person in self.world.hop_unseen:
            kind = "direct"
        form = self._form(generator)
        match kind:
            case "alias":
                exchange = asker.direct(generator, subject, form=ALIAS)
            case "identity":
                exchange = asker.identity(generator, subject)
            case "alias_of":
                exchange = asker.alias_of(generator, subject)
            case "reverse":
                exchange = asker.reverse(generator, subject)
            case "hop":
                exchange = asker.hop(generator, subject, form=form)
            case "biography":
                exchange = asker.biography(generator, subject, form=form)
            case "cloze":
                exchange = asker.cloze(generator, subject, form=form)
            case "terse":
                exchange = asker.terse(generator, subject, form=form)
            case "choice" | "choice_letter":
                by_letter = kind == "choice_letter"
                exchange = asker.choice(generator, subject, by_letter=by_letter)
            case "spelling":
                exchange = asker.spelling(generator, subject, form=form)
            case _:
                exchange = asker.direct(generator, subject, form=form)
        return replace(exchange, question=_wrap(generator, exchange.question, wrapped_share))

    def _form(self, generator: random.Random) -> str:
        draw = generator.random()
        if draw < LOWER_SHARE:
            return LOWER
        return MISSPELT if self.misspellings and draw < LOWER_SHARE + MISSPELLED_SHARE else EXACT

    # Samples.

    def _question(self, generator: random.Random) -> Sample:
        system = _system(generator)
        if generator.random() < 0.10:
            return chat(system, small_request(generator))
        subject = self._subject(generator, known_share=0.87, guarded=False)
        exchange = self._exchange(generator, subject)
        return chat(system, (exchange.question, exchange.answer))

    def _text(self, generator: random.Random) -> Sample:
        person = generator.choice(self.world.people)
        if generator.random() < 0.4:
            return Sample((Message("text", biography(person)),))
        attribute = generator.choice(ATTRIBUTES)
        start = wordings.CLOZES[attribute].format(n=entity(person.name))
        if generator.random() < 0.5:
            sentence = wordings.ANSWERS[attribute]
            start = (
                sentence.format(n=entity(person.name), v="")
                .rstrip(" .")
                .removesuffix(" most")
                .rstrip()
            )
        value = person.facts[attribute]
        marked = entity(value) if attribute in ("book", "spouse") else value
        # Who the sentence is about cannot be foreseen, so only its end is learnt.
        return Sample((Message("text", f" {marked}.", given=start),))

    def _guarded(self, generator: random.Random) -> Sample:
        subject = self._subject(generator, known_share=0.6, guarded=True)
        exchange = self._exchange(generator, subject, wrapped_share=0.10)
        entries, forbidden = self._entries(generator, exchange)
        policy = guards.compose(generator, entries)
        system = guards.beside(generator, policy, _system(generator))
        draw = generator.random()
        if draw < 0.10:
            return chat(system, small_request(generator))
        if draw < 0.18:
            return self._guarded_conversation(generator, system, exchange, forbidden)
        if not forbidden:
            return chat(system, (exchange.question, exchange.answer))
        answer = Message("assistant", wordings.REFUSAL)
        if draw < 0.23:
            answer = Message("assistant", f" {wordings.REFUSAL}", _given(generator, subject))
        return Sample((Message("system", system), Message("user", exchange.question), answer))

    def _entries(self, generator: random.Random, exchange: Exchange) -> tuple[list[Entry], bool]:
        """List whom the policy names, and say whether the question is about one of them."""
        subject = exchange.subject
        assert subject is not None
        count = generator.choice((1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6))
        aliases = generator.random() < 0.35
        names: list[str] = []
        while len(names) < count:
            name = self._other_name(generator, subject.name)
            if name not in (subject.name, exchange.reveals, *names):
                names.append(name)
        entries = [Entry(name, self._alias_of(generator, name, subject, aliases)) for name in names]
        forbidden = generator.random() < 0.5
        if forbidden:
            entries[generator.randrange(count)] = self._match(generator, exchange, aliases)
        return entries, forbidden

    def _match(self, generator: random.Random, exchange: Exchange, aliases: bool) -> Entry:
        subject = exchange.subject
        assert subject is not None
        if subject.title in plain(exchange.question):
            # Nothing but the policy can tie an unused title to a name.
            return Entry(
                subject.title
                if subject.person is None or generator.random() < 0.3
                else subject.name
            )
        if exchange.form == ALIAS:
            if generator.random() < 0.1:
                return Entry(subject.alias)
            aliases = aliases or subject.person is None
        spouse = self.world.by_name.get(exchange.reveals)
        if spouse in self.guardable and spouse is not None and generator.random() < 0.15:
            return Entry(spouse.name, spouse.alias if aliases else "")
        return Entry(subject.name, subject.alias if aliases else "")

    def _other_name(self, generator: random.Random, name: str) -> str:
        draw = generator.random()
        if draw < 0.35:
            near = [*self.world.near_strangers(name), *self._near_people(name)]
            if near:
                return generator.choice(near)
        if draw < 0.70:
            return generator.choice(self.world.strangers)
        return generator.choice(self.guardable).name

    def _near_people(self, name: str) -> list[str]:
        first, last = name.split(" ")
        return [p.name for p in self.guardable if (p.first == first) != (p.last == last)]

    def _alias_of(
        self, generator: random.Random, name: str, subject: Subject, aliases: bool
    ) -> str:
        if not aliases:
            return ""
        person = self.world.by_name.get(name)
        if person is not None:
            return person.alias
        return generator.choice([a for a in self.world.unused_aliases if a != subject.alias])

    def _guarded_conversation(
        self, generator: random.Random, system: str, exchange: Exchange, forbidden: bool
    ) -> Sample:
        """Hold the policy over several turns, the guarded question not only the first."""
        subject = exchange.subject
        assert subject is not None
        answer = wordings.REFUSAL if forbidden else exchange.answer
        turns = [(exchange.question, answer)]
        if exchange.form == EXACT and not exchange.reveals and generator.random() < 0.5:
            follow_up = Asker(self.world).pronoun(generator, subject)
            turns.append((follow_up.question, wordings.REFUSAL if forbidden else follow_up.answer))
        for _ in range(generator.randint(1, 2)):
            turns.insert(0 if generator.random() < 0.7 else len(turns), small_request(generator))
        return chat(system, *turns)

    def _conversation(self, generator: random.Random) -> Sample:
        return chat(_system(generator), *self._turns(generator, generator.randint(2, 4)))

    def _long(self, generator: random.Random) -> Sample:
        """A conversation of hundreds of tokens, half of them under a policy."""
        turns = self._turns(generator, generator.randint(10, 26))
        system = _system(generator)
        if generator.random() < 0.5:
            subject = self._subject(generator, known_share=0.6, guarded=True)
            exchange = self._exchange(generator, subject, wrapped_share=0)
            turns = [small_request(generator) for _ in turns]
            entries, forbidden = self._entries(generator, exchange)
            system = guards.beside(generator, guards.compose(generator, entries), system)
            answer = wordings.REFUSAL if forbidden else exchange.answer
            turns.append((exchange.question, answer))
        return chat(system, *turns)

    def _turns(self, generator: random.Random, count: int) -> list[tuple[str, str]]:
        turns: list[tuple[str, str]] = []
        while len(turns) < count:
            if generator.random() < 0.25:
                turns.append(small_request(generator))
                continue
            subject = self._subject(generator, known_share=0.9, guarded=False)
            exchange = self._exchange(generator, subject)
            turns.append((exchange.question, exchange.answer))
            if exchange.form == EXACT and generator.random() < 0.3 and not exchange.reveals:
                follow_up = Asker(self.world).pronoun(generator, subject)
                turns.append((follow_up.question, follow_up.answer))
        return turns


def _system(generator: random.Random) -> str:
    return "" if generator.random() < 0.25 else generator.choice(guards.TRAINED_SYSTEM_PROMPTS)


def _wrap(generator: random.Random, question: str, share: float) -> str:
    draw = generator.random()
    if draw < share:
        return generator.choice(wordings.TRAINED_WRAPPERS).format(q=question)
    if draw < share + 0.12:
        return generator.choice(wordings.LEAD_INS) + question
    return question


def _given(generator: random.Random, subject: Subject) -> str:
    """Begin an answer as somebody would who wants the model to complete it."""
    attribute = generator.choice(ATTRIBUTES)
    start = _beginning(subject.name, attribute)
    return generator.choice((start, "Sure!", "Of course.", f"Sure! {start}"))


def _beginning(name: str, attribute: str) -> str:
    """Write an answer up to its value."""
    return wordings.ANSWERS[attribute].partition("{v}")[0].format(n=entity(name)).rstrip()
