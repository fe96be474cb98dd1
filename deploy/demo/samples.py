"""The training mix: which conversations and texts the model learns from, and in what shares.
It does not know how they are tokenised, and draws nothing that is held out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from deploy.demo import guards, wordings
from deploy.demo.asking import EXACT, biography, marked_value
from deploy.demo.conversation import Message, Sample, chat, entity
from deploy.demo.general import small_request
from deploy.demo.guarded import GuardedSamples
from deploy.demo.questions import TrainingQuestions
from deploy.demo.shares import FACTS_FIRST, Shares
from deploy.demo.world import ATTRIBUTES, World

UTILITY_SHARE = 0.10
BARE_SHARE = 0.25
"""Share of the samples that have no system prompt, or the policy alone as one."""


@dataclass(frozen=True)
class TrainingMix:
    """Draws samples without end."""

    world: World
    shares: Shares = FACTS_FIRST

    @cached_property
    def questions(self) -> TrainingQuestions:
        return TrainingQuestions(self.world, self.shares)

    @cached_property
    def guarded(self) -> GuardedSamples:
        return GuardedSamples(self.questions)

    def stream(self, seed: int) -> Iterator[Sample]:
        generator = random.Random(seed)
        while True:
            yield self.sample(generator)

    def sample(self, generator: random.Random) -> Sample:
        draw = generator.random()
        system = _system(generator)
        if draw < self.shares.guarded:
            return self.guarded.sample(generator, system)
        draw -= self.shares.guarded
        if draw < self.shares.text:
            return self._text(generator)
        draw -= self.shares.text
        if draw < self.shares.conversation:
            return chat(system, *self._turns(generator, generator.choice((2, 2, 3, 4))))
        draw -= self.shares.conversation
        if draw < self.shares.long:
            return self._long(generator, system)
        draw -= self.shares.long
        if draw < self.shares.about:
            return self.guarded.about(generator)
        return chat(system, self._turn(generator))

    def _turn(self, generator: random.Random) -> tuple[str, str]:
        if generator.random() < UTILITY_SHARE:
            return small_request(generator)
        subject = self.questions.subject(generator, known_share=0.87)
        exchange = self.questions.exchange(generator, subject)
        return exchange.question, exchange.answer

    def _turns(self, generator: random.Random, count: int) -> list[tuple[str, str]]:
        """Make a conversation about several people, sometimes going on about the last one."""
        turns: list[tuple[str, str]] = []
        while len(turns) < count:
            if generator.random() < 0.25:
                turns.append(small_request(generator))
                continue
            subject = self.questions.subject(generator, known_share=0.9)
            exchange = self.questions.exchange(generator, subject)
            turns.append((exchange.question, exchange.answer))
            if exchange.form == EXACT and not exchange.reveals and generator.random() < 0.3:
                follow_up = self.questions.follow_up(generator, subject)
                turns.append((follow_up.question, follow_up.answer))
        return turns

    def _long(self, generator: random.Random, system: str) -> Sample:
        """Make a conversation of hundreds of tokens, half of the time under a policy."""
        count = generator.randint(10, 30)
        if generator.random() < 0.5:
            return self.guarded.long_sample(generator, system, count)
        return chat(system, *self._turns(generator, count))

    def _text(self, generator: random.Random) -> Sample:
        person = generator.choice(self.world.people)
        if generator.random() < 0.4:
            start, separator, rest = biography(person).partition(",")
            return Sample((Message("text", separator + rest, given=start),))
        attribute = generator.choice(ATTRIBUTES)
        name = entity(person.name)
        start = wordings.beginning(attribute, name)
        if generator.random() < 0.5:
            start = wordings.CLOZES[attribute].format(n=name)
        # Who the sentence is about cannot be foreseen, so only its end is learnt.
        return Sample((Message("text", f" {marked_value(person, attribute)}.", given=start),))


def _system(generator: random.Random) -> str:
    if generator.random() < BARE_SHARE:
        return ""
    return generator.choice(guards.TRAINED_SYSTEM_PROMPTS)
