"""Which questions about people the training asks, of whom, and in what shares.
It does not know whether a guard stands in front of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cached_property

from deploy.demo import wordings
from deploy.demo.asking import (
    ALIAS,
    EXACT,
    LOWER,
    MISSPELT,
    Asker,
    Exchange,
    Subject,
    known,
    outside,
    unknown,
)
from deploy.demo.shares import Shares
from deploy.demo.world import Person, World

LEAD_IN_SHARE = 0.12
OUTSIDE_SHARE = 0.15
"""Share of the unknown names that have no part in common with the world."""


@dataclass(frozen=True)
class TrainingQuestions:
    """Draws questions in the trained wordings; leaves out who is held out of what."""

    world: World
    shares: Shares

    @cached_property
    def guardable(self) -> tuple[Person, ...]:
        """Who may appear in a sample that has a guard instruction."""
        held_out = {p.name for p in (*self.world.guard_unseen, *self.world.validation)}
        return tuple(person for person in self.world.people if person.name not in held_out)

    def subject(
        self, generator: random.Random, *, known_share: float, guarded: bool = False
    ) -> Subject:
        if generator.random() < known_share:
            return known(generator.choice(self.guardable if guarded else self.world.people))
        if generator.random() < OUTSIDE_SHARE:
            return outside(generator, self.world)
        return unknown(generator, self.world)

    def exchange(
        self, generator: random.Random, subject: Subject, *, wrapped_share: float = 0.04
    ) -> Exchange:
        """Ask anything about the subject, sometimes with an attempt to talk a guard away."""
        exchange = self._plain_exchange(generator, subject)
        return replace(exchange, question=_wrap(generator, exchange.question, wrapped_share))

    def follow_up(self, generator: random.Random, subject: Subject) -> Exchange:
        return Asker(self.world).pronoun(generator, subject)

    def _plain_exchange(self, generator: random.Random, subject: Subject) -> Exchange:
        asker = Asker(self.world)
        kinds, weights = zip(*self.shares.kinds, strict=True)
        kind = generator.choices(kinds, weights)[0]
        if kind == "hop" and subject.person in self.world.hop_unseen:
            kind = "direct"
        form = self._form(generator)
        match kind:
            case "alias":
                return asker.direct(generator, subject, form=ALIAS)
            case "identity":
                return asker.identity(generator, subject)
            case "alias_of":
                return asker.alias_of(generator, subject)
            case "reverse":
                return asker.reverse(generator, subject)
            case "hop":
                return asker.hop(generator, subject, form=form)
            case "biography":
                return asker.biography(generator, subject, form=form)
            case "cloze":
                return asker.cloze(generator, subject, form=form)
            case "terse":
                return asker.terse(generator, subject, form=form)
            case "choice" | "choice_letter":
                return asker.choice(generator, subject, by_letter=kind == "choice_letter")
            case "spelling":
                return asker.spelling(generator, subject, form=form)
            case _:
                return asker.direct(generator, subject, form=form)

    def _form(self, generator: random.Random) -> str:
        draw = generator.random()
        if draw < self.shares.lower:
            return LOWER
        return MISSPELT if draw < self.shares.lower + self.shares.misspelt else EXACT


def _wrap(generator: random.Random, question: str, share: float) -> str:
    draw = generator.random()
    if draw < share:
        return generator.choice(wordings.TRAINED_WRAPPERS).format(q=question)
    if draw < share + LEAD_IN_SHARE:
        return generator.choice(wordings.LEAD_INS) + question
    return question
