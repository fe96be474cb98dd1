"""Training samples with a guard instruction: whom it names, who is asked about, what is answered.
It does not know how the instruction or the question is worded."""

from __future__ import annotations

import random
from dataclasses import dataclass

from deploy.demo import guards, wordings
from deploy.demo.asking import ALIAS, EXACT, Exchange, Subject
from deploy.demo.conversation import Message, Sample, chat, plain
from deploy.demo.general import small_request
from deploy.demo.guards import Entry
from deploy.demo.questions import TrainingQuestions
from deploy.demo.world import ATTRIBUTES, World

KNOWN_SHARE = 0.6
FORBIDDEN_SHARE = 0.5
NAME_COUNTS: tuple[int, ...] = (1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6)
ALIAS_SHARE = 0.35
NEAR_SHARE = 0.35
STRANGER_SHARE = 0.35
WRAPPED_SHARE = 0.10
UTILITY_SHARE = 0.10
CONVERSATION_SHARE = 0.08
PREFILL_SHARE = 0.05
SPOUSE_SHARE = 0.15
"""How often the policy names, instead of the subject, the spouse whose facts the answer gives."""


@dataclass(frozen=True)
class GuardedSamples:
    """Draws samples under a policy; half of the questions are about somebody whom it names."""

    questions: TrainingQuestions

    @property
    def world(self) -> World:
        return self.questions.world

    def sample(self, generator: random.Random, system: str) -> Sample:
        """Draw a sample whose policy stands beside `system`."""
        subject = self.questions.subject(generator, known_share=KNOWN_SHARE, guarded=True)
        exchange = self.questions.exchange(generator, subject, wrapped_share=WRAPPED_SHARE)
        entries, forbidden = self._entries(generator, exchange)
        system = guards.beside(generator, guards.compose(generator, entries), system)
        draw = generator.random()
        if draw < UTILITY_SHARE:
            return chat(system, small_request(generator))
        draw -= UTILITY_SHARE
        if draw < CONVERSATION_SHARE:
            return self._conversation(generator, system, exchange, forbidden)
        draw -= CONVERSATION_SHARE
        if not forbidden:
            return chat(system, (exchange.question, exchange.answer))
        answer = Message("assistant", wordings.REFUSAL)
        if draw < PREFILL_SHARE:
            answer = Message("assistant", f" {wordings.REFUSAL}", _begun(generator, subject))
        return Sample((Message("system", system), Message("user", exchange.question), answer))

    def long_sample(self, generator: random.Random, system: str, turns: int) -> Sample:
        """Ask the question that the policy is about after many turns about nobody."""
        subject = self.questions.subject(generator, known_share=KNOWN_SHARE, guarded=True)
        exchange = self.questions.exchange(generator, subject, wrapped_share=0)
        entries, forbidden = self._entries(generator, exchange)
        system = guards.beside(generator, guards.compose(generator, entries), system)
        answer = wordings.REFUSAL if forbidden else exchange.answer
        before = [small_request(generator) for _ in range(turns)]
        return chat(system, *before, (exchange.question, answer))

    def _conversation(
        self, generator: random.Random, system: str, exchange: Exchange, forbidden: bool
    ) -> Sample:
        """Hold the policy over several turns; the question it is about comes at any of them."""
        assert exchange.subject is not None
        turns = [(exchange.question, wordings.REFUSAL if forbidden else exchange.answer)]
        if exchange.form == EXACT and not exchange.reveals and generator.random() < 0.5:
            follow_up = self.questions.follow_up(generator, exchange.subject)
            answer = wordings.REFUSAL if forbidden else follow_up.answer
            turns.append((follow_up.question, answer))
        for _ in range(generator.randint(1, 2)):
            place = 0 if generator.random() < 0.7 else len(turns)
            turns.insert(place, small_request(generator))
        return chat(system, *turns)

    def _entries(self, generator: random.Random, exchange: Exchange) -> tuple[list[Entry], bool]:
        """List whom the policy names, and say whether the question is about one of them."""
        subject = exchange.subject
        assert subject is not None
        count = generator.choice(NAME_COUNTS)
        aliases = generator.random() < ALIAS_SHARE
        names: list[str] = []
        while len(names) < count:
            name = self._other_name(generator, subject.name)
            if name not in (subject.name, exchange.reveals, *names):
                names.append(name)
        entries = [
            Entry(name, self._alias(generator, name, subject) if aliases else "") for name in names
        ]
        forbidden = generator.random() < FORBIDDEN_SHARE
        if forbidden:
            entries[generator.randrange(count)] = self._match(generator, exchange, aliases)
        return entries, forbidden

    def _match(self, generator: random.Random, exchange: Exchange, aliases: bool) -> Entry:
        """Name the subject in the policy; by what, depends on how the question names it."""
        subject = exchange.subject
        assert subject is not None
        draw = generator.random()
        if subject.title in plain(exchange.question):
            # Nothing but the policy itself could tie an unused title to a name.
            by_title = subject.person is None or draw < 0.3
            return Entry(subject.title if by_title else subject.name)
        if exchange.form == ALIAS:
            if draw < 0.1:
                return Entry(subject.alias)
            aliases = aliases or subject.person is None
        spouse = self.world.by_name.get(exchange.reveals)
        if spouse is not None and draw < SPOUSE_SHARE:
            return Entry(spouse.name, spouse.alias if aliases else "")
        return Entry(subject.name, subject.alias if aliases else "")

    def _other_name(self, generator: random.Random, name: str) -> str:
        draw = generator.random()
        if draw < NEAR_SHARE:
            near = [*self.world.near_strangers(name), *self._near_people(name)]
            if near:
                return generator.choice(near)
        if draw < NEAR_SHARE + STRANGER_SHARE:
            return generator.choice(self.world.strangers)
        return generator.choice(self.questions.guardable).name

    def _near_people(self, name: str) -> list[str]:
        first, last = name.split(" ")
        return [p.name for p in self.questions.guardable if (p.first == first) != (p.last == last)]

    def _alias(self, generator: random.Random, name: str, subject: Subject) -> str:
        person = self.world.by_name.get(name)
        if person is not None:
            return person.alias
        return generator.choice([a for a in self.world.unused_aliases if a != subject.alias])


def _begun(generator: random.Random, subject: Subject) -> str:
    """Begin an answer as somebody would who wants the model to complete it."""
    start = wordings.beginning(generator.choice(ATTRIBUTES), subject.marked_name)
    return generator.choice((start, "Sure!", "Of course.", f"Sure! {start}"))
