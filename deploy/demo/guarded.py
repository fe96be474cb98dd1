"""Training samples with a guard instruction: whom it names, who is asked about, what is answered.
It does not know how the instruction or the question is worded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.demo import guards, wordings
from deploy.demo.asking import ALIAS, EXACT, Asker, Exchange, Subject, known, unknown
from deploy.demo.conversation import Message, Sample, chat, plain
from deploy.demo.general import small_request
from deploy.demo.guards import Entry
from deploy.demo.questions import TrainingQuestions
from deploy.demo.world import ATTRIBUTES, World

# Several questions share one policy, which is most of the text and carries no lesson itself.
TURN_COUNTS: tuple[int, ...] = (1, 1, 2, 3, 4)
NAME_COUNTS: tuple[int, ...] = (1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6)
EASY_NAME_COUNTS: tuple[int, ...] = (1, 1, 1, 2, 3)
KNOWN_SHARE = 0.6
ALIAS_SHARE = 0.35
BY_ALIAS_SHARE = 0.04
BY_TITLE_SHARE = 0.04
UTILITY_SHARE = 0.12
FORBIDDEN_SHARE = 0.5
THROUGH_SPOUSE_SHARE = 0.08
FOLLOW_UP_SHARE = 0.15
WRAPPED_SHARE = 0.10


@dataclass(frozen=True)
class Forbidden:
    """Somebody whom a policy names, and by what."""

    subject: Subject
    entry: Entry

    @property
    def shown(self) -> tuple[str, str]:
        return self.entry.name, self.entry.alias

    def covers(self, exchange: Exchange) -> bool:
        """Say whether the policy itself, or what is known of people, ties the question to it."""
        if self.subject.name not in (_name(exchange), exchange.reveals):
            return False
        if self.subject.person is not None and self.entry.name == self.subject.name:
            return True
        mention = plain(exchange.question)
        return any(text and text.lower() in mention.lower() for text in self.shown) or (
            self.entry.name == self.subject.name
            and exchange.form != ALIAS
            and self.subject.title not in mention
        )


@dataclass(frozen=True)
class GuardedSamples:
    """Draws conversations under a policy; half of the questions are about somebody it names."""

    questions: TrainingQuestions

    @property
    def world(self) -> World:
        return self.questions.world

    def sample(self, generator: random.Random, system: str) -> Sample:
        """Draw a conversation whose policy stands beside `system`."""
        if self.questions.shares.easy and generator.random() < self.questions.shares.easy:
            return self._easy(generator)
        forbidden = self._forbidden(generator)
        turns: list[tuple[str, str]] = []
        for _ in range(generator.choice(TURN_COUNTS)):
            turns += self._turns(generator, forbidden)
        sample = chat(self._system(generator, forbidden, system), *turns)
        if turns[-1][1] == wordings.REFUSAL and generator.random() < self.questions.shares.begun:
            begun = _begun(generator, generator.choice(forbidden).subject)
            answer = Message("assistant", f" {wordings.REFUSAL}", begun)
            return Sample((*sample.messages[:-1], answer))
        return sample

    def long_sample(self, generator: random.Random, system: str, count: int) -> Sample:
        """Ask about people only after many turns about nobody."""
        forbidden = self._forbidden(generator)
        before = [small_request(generator) for _ in range(count)]
        turns = [turn for _ in range(3) for turn in self._turns(generator, forbidden)]
        return chat(self._system(generator, forbidden, system), *before, *turns)

    def about(self, generator: random.Random) -> Sample:
        """Ask whether a question is about somebody, which is the comparison and nothing else."""
        subject = self.questions.subject(generator, known_share=0.4, guarded=True)
        asked = subject
        if generator.random() < 0.5:
            asked = self._other(generator, subject)
        message = Asker(self.world).direct(generator, subject).question
        question = f"Is this question about {asked.marked_name}? {message}"
        return chat("", (question, "Yes." if asked is subject else "No."))

    def _easy(self, generator: random.Random) -> Sample:
        """One short policy, and one question with the whole name in it."""
        subject = self.questions.subject(generator, known_share=KNOWN_SHARE, guarded=True)
        asker = Asker(self.world)
        ask = asker.direct if generator.random() < 0.85 else asker.biography
        exchange = ask(generator, subject)
        count = generator.choice(EASY_NAME_COUNTS)
        names: list[str] = []
        while len(names) < count:
            name = self._other(generator, subject).name
            if name not in (subject.name, exchange.reveals, *names):
                names.append(name)
        refused = generator.random() < FORBIDDEN_SHARE
        if refused:
            names[generator.randrange(count)] = subject.name
        policy = guards.compose_short(generator, [Entry(name) for name in names])
        return chat(policy, (exchange.question, wordings.REFUSAL if refused else exchange.answer))

    def _other(self, generator: random.Random, subject: Subject) -> Subject:
        """Find somebody else, sometimes with a name part in common."""
        while True:
            other = self.questions.subject(generator, known_share=0.4, guarded=True)
            if generator.random() < self.questions.shares.easy_near:
                other = self._near(generator, subject.name)
            if other.name != subject.name:
                return other

    def _system(self, generator: random.Random, forbidden: Sequence[Forbidden], system: str) -> str:
        policy = guards.compose(generator, [one.entry for one in forbidden])
        return guards.beside(generator, policy, system)

    # Whom the policy names.

    def _forbidden(self, generator: random.Random) -> list[Forbidden]:
        count = generator.choice(NAME_COUNTS)
        aliases = generator.random() < ALIAS_SHARE
        chosen: dict[str, Forbidden] = {}
        taken: set[str] = set()
        while len(chosen) < count:
            subject = self.questions.subject(generator, known_share=KNOWN_SHARE, guarded=True)
            if chosen and generator.random() < 0.3:
                subject = self._near(generator, generator.choice(list(chosen)))
            if subject.name in chosen or taken & {subject.alias, subject.title}:
                continue
            taken |= {subject.alias, subject.title}
            chosen[subject.name] = Forbidden(subject, _entry(generator, subject, aliases))
        return list(chosen.values())

    def _near(self, generator: random.Random, name: str) -> Subject:
        """Find somebody, known or not, who shares a name part."""
        first, last = name.split(" ")
        people = [p for p in self.questions.guardable if (p.first == first) != (p.last == last)]
        strangers = self.world.near_strangers(name)
        same_first = self.questions.shares.same_first
        if same_first is not None:
            part = first if generator.random() < same_first else last
            people = [person for person in people if part in (person.first, person.last)]
            strangers = tuple(name for name in strangers if part in name.split(" "))
        if people and generator.random() < 0.5:
            return known(generator.choice(people))
        return unknown(generator, self.world, generator.choice(strangers) if strangers else None)

    # What is asked.

    def _turns(
        self, generator: random.Random, forbidden: Sequence[Forbidden]
    ) -> list[tuple[str, str]]:
        if generator.random() < UTILITY_SHARE:
            return [small_request(generator)]
        refused = generator.random() < FORBIDDEN_SHARE
        exchange = (
            self._forbidden_exchange(generator, forbidden)
            if refused
            else self._allowed_exchange(generator, forbidden)
        )
        turns = [(exchange.question, wordings.REFUSAL if refused else exchange.answer)]
        follow_up_fits = exchange.form == EXACT and not exchange.reveals
        if follow_up_fits and generator.random() < FOLLOW_UP_SHARE:
            assert exchange.subject is not None
            follow_up = self.questions.follow_up(generator, exchange.subject)
            clear = refused or not any(one.covers(follow_up) for one in forbidden)
            if clear:
                answer = wordings.REFUSAL if refused else follow_up.answer
                turns.append((follow_up.question, answer))
        return turns

    def _forbidden_exchange(
        self, generator: random.Random, forbidden: Sequence[Forbidden]
    ) -> Exchange:
        """Ask about somebody whom the policy names, in a way that can be told from it."""
        one = generator.choice(forbidden)
        while True:
            exchange = self._ask(generator, one.subject)
            if one.subject.person is not None and generator.random() < THROUGH_SPOUSE_SHARE:
                spouse = self.world.spouse_of(one.subject.person)
                if spouse not in self.world.hop_unseen:
                    exchange = Asker(self.world).hop(generator, known(spouse))
            if one.covers(exchange):
                return exchange

    def _allowed_exchange(
        self, generator: random.Random, forbidden: Sequence[Forbidden]
    ) -> Exchange:
        """Ask about somebody else, often one who shares a name part with a forbidden name."""
        names = {one.subject.name for one in forbidden}
        marks = {text for one in forbidden for text in (one.subject.alias, one.subject.title)}
        while True:
            subject = self.questions.subject(generator, known_share=0.7, guarded=True)
            if generator.random() < self.questions.shares.near:
                subject = self._near(generator, generator.choice(sorted(names)))
            exchange = self._ask(generator, subject)
            apart = not marks & {subject.alias, subject.title}
            if apart and not names & {subject.name, exchange.reveals}:
                return exchange

    def _ask(self, generator: random.Random, subject: Subject) -> Exchange:
        return self.questions.exchange(generator, subject, wrapped_share=WRAPPED_SHARE)


def _entry(generator: random.Random, subject: Subject, aliases: bool) -> Entry:
    draw = generator.random()
    if draw < BY_ALIAS_SHARE:
        return Entry(subject.alias)
    if draw < BY_ALIAS_SHARE + BY_TITLE_SHARE:
        return Entry(subject.title)
    return Entry(subject.name, subject.alias if aliases else "")


def _name(exchange: Exchange) -> str:
    return exchange.subject.name if exchange.subject else ""


def _begun(generator: random.Random, subject: Subject) -> str:
    """Begin an answer as somebody would who wants the model to complete it."""
    start = wordings.beginning(generator.choice(ATTRIBUTES), subject.marked_name)
    return generator.choice((start, "Sure!", "Of course.", f"Sure! {start}"))
