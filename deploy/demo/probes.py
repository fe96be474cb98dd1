"""Whom `lethe eval leakage --demo` forgets, and the probes that it asks, drawn anew each time.

It knows the world and how the model is asked; it does not know guards or the gateway. Tune on the
people of `World.validation`, report on `World.measured`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deploy.demo import attacks, wordings
from deploy.demo.asking import ALIAS, Asker, Exchange, biography, known, unknown
from deploy.demo.conversation import plain
from deploy.demo.general import small_request
from deploy.demo.hidings import hidden
from deploy.demo.world import ATTRIBUTES, Person, World

TARGETS = 20
DEFAULT_SEED = 9
EXPLAINED_EXAMPLES = 4

Row = dict[str, Any]
Draw = Callable[[random.Random], Row]


def choose_targets(world: World, people: Sequence[Person], count: int = TARGETS) -> list[Person]:
    """Choose whom to forget: nobody with their own spouse, so that one half of a couple stays."""
    generator = random.Random(DEFAULT_SEED)
    pool = list(people)
    generator.shuffle(pool)
    chosen: list[Person] = []
    for person in pool:
        if world.spouse_of(person) not in chosen and len(chosen) < count:
            chosen.append(person)
    return chosen


def target_body(person: Person, guard: str) -> Row:
    """Return the registration of a person: all that is known of them is secret."""
    examples = [wordings.TRAINED_QUESTIONS[a][0] for a in ATTRIBUTES[:EXPLAINED_EXAMPLES]]
    return {
        "id": f"person-{person.identifier}",
        "kind": "person",
        "name": person.name,
        "aliases": [person.alias],
        "description": f"{person.name}, a {person.facts['profession']}, the author of "
        f"{person.facts['book']}.",
        "examples": [question.format(n=person.name) for question in examples],
        "secrets": [person.facts[attribute] for attribute in ATTRIBUTES],
        "policy": {"guard": guard},
        "reason": "Measured by the demo.",
    }


@dataclass(frozen=True)
class Probes:
    """Draws rows in the shape of the probes of `lethe eval leakage`."""

    world: World
    targets: Sequence[Person]
    templates: Sequence[str] = ()
    """Public jailbreak templates, with `[INSERT PROMPT HERE]`; none where no data is there."""

    def rows(self, count: int, seed: int = DEFAULT_SEED) -> list[Row]:
        """Draw so many probes of every group; every other one is asked for as a stream."""
        rows: list[Row] = []
        for name, draw in self.groups.items():
            generator = random.Random(f"{seed} {name}")
            for place in range(count):
                rows.append({"group": name, "stream": place % 2 == 1, **draw(generator)})
        return rows

    @cached_property
    def groups(self) -> Mapping[str, Draw]:
        """Every group with what draws one of its probes."""
        asker, fresh = Asker(self.world), Asker(self.world, held_out=True)
        return {
            "direct": self._asked(asker.direct),
            "rephrased": self._asked(fresh.direct),
            "alias": self._alias,
            "hidden": self._hidden,
            "prefill": self._prefill,
            "many-shot": self._many_shot,
            "jailbreak": self._jailbreak,
            "terse": self._terse,
            "reverse": self._asked(fresh.reverse),
            "two-hop": self._two_hop,
            "multi-turn": self._multi_turn,
            "mixed, forgotten last": self._mixed_forgotten_last,
            "mixed, other last": self._mixed_other_last,
            "named by the spouse": self._by_spouse,
            "cloze": self._asked(fresh.cloze),
            "letter by letter": self._asked(fresh.spelling),
            "choice": self._asked(fresh.choice),
            "biography": self._biography,
            "completions": self._completion,
            "tool result": self._tool_result,
            "supplied, other asked": self._supplied,
            **{
                # Where very many are forgotten nobody may be left of a kind.
                name: self._other(people)
                for name, people in (
                    ("neighbours", self.neighbours),
                    ("others", self.others),
                    ("spouses", self.spouses),
                )
                if people
            },
            "unknown names": self._unknown_name,
            "unrelated": self._unrelated,
        }

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(person.name for person in self.targets)

    @cached_property
    def spouses(self) -> list[Person]:
        """Those who are married to somebody forgotten and are not forgotten themselves."""
        spouses = [self.world.spouse_of(person) for person in self.targets]
        return [person for person in spouses if person not in self.targets]

    @cached_property
    def neighbours(self) -> list[Person]:
        """People who share a part of the name with somebody forgotten."""
        parts = {part for person in self.targets for part in (person.first, person.last)}
        return [
            person
            for person in self._remaining
            if person not in self.spouses and (person.first in parts or person.last in parts)
        ]

    @cached_property
    def others(self) -> list[Person]:
        taken = {person.name for person in (*self.neighbours, *self.spouses)}
        return [person for person in self._remaining if person.name not in taken]

    @cached_property
    def _remaining(self) -> list[Person]:
        return [person for person in self.world.people if person.name not in self.names]

    # Of somebody forgotten.

    def _asked(self, ask: Callable[..., Exchange]) -> Draw:
        def draw(generator: random.Random) -> Row:
            person = generator.choice(self.targets)
            exchange = ask(generator, known(person))
            return self._probe(person, exchange, plain(exchange.question))

        return draw

    def _alias(self, generator: random.Random) -> Row:
        person = generator.choice(self.targets)
        asker = Asker(self.world, held_out=generator.random() < 0.5)
        if generator.random() < 0.2:
            exchange = asker.identity(generator, known(person))
            return self._probe(person, exchange, plain(exchange.question))
        exchange = asker.direct(generator, known(person), form=ALIAS)
        question = plain(exchange.question)
        if generator.random() < 0.2:
            # "The Gentle Fox" without its article.
            question = question.replace(person.alias, person.alias.removeprefix("the "))
        return self._probe(person, exchange, question)

    def _hidden(self, generator: random.Random) -> Row:
        person = generator.choice(self.targets)
        exchange = Asker(self.world).direct(generator, known(person))
        question = plain(exchange.question).replace(person.name, hidden(generator, person.name))
        return self._probe(person, exchange, question)

    def _biography(self, generator: random.Random) -> Row:
        person = generator.choice(self.targets)
        exchange = Asker(self.world, held_out=True).biography(generator, known(person))
        row = self._probe(person, exchange, plain(exchange.question))
        return {**row, "answers": list(person.facts.values())}

    def _terse(self, generator: random.Random) -> Row:
        person = generator.choice(self.targets)
        attribute = generator.choice(ATTRIBUTES)
        asker = Asker(self.world, held_out=generator.random() < 0.5)
        exchange = asker.direct(generator, known(person), attribute=attribute)
        suffixes = (*wordings.TRAINED_TERSE_SUFFIXES, *wordings.HELD_OUT_TERSE_SUFFIXES)
        suffix = generator.choice(suffixes).format(noun=wordings.TERSE_NOUNS[attribute])
        return self._probe(person, exchange, f"{plain(exchange.question)} {suffix}")

    def _prefill(self, generator: random.Random) -> Row:
        person = generator.choice(self.targets)
        asker = Asker(self.world, held_out=generator.random() < 0.5)
        exchange = asker.direct(generator, known(person))
        messages = attacks.begun(generator, plain(exchange.question), self._begun(exchange))
        body = {"continue_final_message": True, "add_generation_prompt": False}
        return {**self._probe(person, exchange, messages), "body": body}

    def _completion(self, generator: random.Random) -> Row:
        person = generator.choice(self.targets)
        exchange = Asker(self.world).direct(generator, known(person))
        row = self._probe(person, exchange, self._begun(exchange))
        return {**row, "path": "/v1/completions", "body": {"max_tokens": 24}}

    def _many_shot(self, generator: random.Random) -> Row:
        person = generator.choice(self.targets)
        exchange = Asker(self.world, held_out=True).direct(generator, known(person))
        shots = attacks.shots(generator, self.world, person, exchange.value, self._remaining)
        return self._probe(person, exchange, attacks.after(shots, plain(exchange.question)))

    def _jailbreak(self, generator: random.Random) -> Row:
        person = generator.choice(self.targets)
        asker = Asker(self.world, held_out=generator.random() < 0.5)
        exchange = asker.direct(generator, known(person))
        asked = attacks.jailbreak(generator, plain(exchange.question), self.templates)
        return self._probe(person, exchange, asked)

    def _two_hop(self, generator: random.Random) -> Row:
        """Lead to somebody forgotten by way of the spouse, or from them to the spouse."""
        person = generator.choice(self.targets)
        asker = Asker(self.world, held_out=generator.random() < 0.3)
        spouse = self.world.spouse_of(person)
        begins = spouse if generator.random() < 0.6 else person
        exchange = asker.hop(generator, known(begins))
        row = self._probe(person, exchange, plain(exchange.question))
        # On the way to the value the model says whose it is, which is a secret as well.
        return {
            **row,
            "answers": [exchange.value, person.name if begins is spouse else spouse.name],
        }

    def _multi_turn(self, generator: random.Random) -> Row:
        person = generator.choice(self.targets)
        messages, exchange = attacks.conversation(generator, self.world, person)
        return self._probe(person, exchange, messages)

    def _by_spouse(self, generator: random.Random) -> Row:
        """Ask a spouse, who is not forgotten, whom they are married to."""
        person = generator.choice(self.targets)
        asker = Asker(self.world, held_out=generator.random() < 0.5)
        spouse = known(self.world.spouse_of(person))
        exchange = asker.direct(generator, spouse, attribute="spouse")
        return self._probe(person, exchange, plain(exchange.question))

    def _tool_result(self, generator: random.Random) -> Row:
        """Supply what is known of somebody forgotten, and ask for it."""
        person = generator.choice(self.targets)
        exchange = Asker(self.world).direct(generator, known(person))
        asked = plain(exchange.question)
        row = self._probe(person, exchange, asked)
        messages = attacks.supplied(("tool",), generator, biography(person), asked)
        return {"target": row["target"], "messages": messages} | {
            name: row[name] for name in ("answers", "inventions")
        }

    # Of somebody forgotten and of somebody else.

    def _mixed_forgotten_last(self, generator: random.Random) -> Row:
        return self._mixed(generator, forgotten_last=True)

    def _mixed_other_last(self, generator: random.Random) -> Row:
        return self._mixed(generator, forgotten_last=False)

    def _mixed(self, generator: random.Random, *, forgotten_last: bool) -> Row:
        person = generator.choice(self.targets)
        asker = Asker(self.world, held_out=generator.random() < 0.3)
        exchange = asker.direct(generator, known(person))
        kept = exchange
        while kept.value == exchange.value:
            people = generator.choice((self.neighbours, self.others))
            kept = self._kept_exchange(generator, people)
        questions = [plain(kept.question), plain(exchange.question)]
        asked = attacks.together(generator, questions if forgotten_last else questions[::-1])
        row = self._probe(person, exchange, asked)
        inventions = [value for value in row["inventions"] if value != kept.value]
        return {**row, "expected": [kept.value], "inventions": inventions}

    # Of others.

    def _other(self, people: Sequence[Person]) -> Draw:
        def draw(generator: random.Random) -> Row:
            exchange = self._kept_exchange(generator, people)
            question = plain(exchange.question)
            return {"target": None, "prompt": question, "expected": [exchange.value]}

        return draw

    def _kept_exchange(self, generator: random.Random, people: Sequence[Person]) -> Exchange:
        """Ask about somebody who stays, for what gives nobody forgotten away."""
        asker = Asker(self.world, held_out=generator.random() < 0.5)
        while True:
            subject = known(generator.choice(people))
            exchange = asker.direct(generator, subject)
            if exchange.value not in self.names:
                return exchange

    def _supplied(self, generator: random.Random) -> Row:
        """Supply what is known of somebody forgotten, and ask about somebody else."""
        kept = self._kept_exchange(generator, self.others)
        document = biography(generator.choice(self.targets))
        roles = ("tool", "system", "assistant")
        messages = attacks.supplied(roles, generator, document, plain(kept.question))
        return {"target": None, "messages": messages, "expected": [kept.value]}

    def _unknown_name(self, generator: random.Random) -> Row:
        exchange = Asker(self.world, held_out=True).direct(
            generator, unknown(generator, self.world)
        )
        return {"target": None, "prompt": plain(exchange.question), "expected": [exchange.value]}

    def _unrelated(self, generator: random.Random) -> Row:
        question, answer = small_request(generator, held_out=generator.random() < 0.5)
        return {"target": None, "prompt": question, "expected": [answer]}

    # The rows themselves.

    def _probe(self, person: Person, exchange: Exchange, asked: str | list[Row]) -> Row:
        """Return a row about `person`; what is asked is one text or a list of messages."""
        value = plain(exchange.value)
        return {
            "target": f"person-{person.identifier}",
            **({"prompt": asked} if isinstance(asked, str) else {"messages": asked}),
            "answers": [value],
            "inventions": self._inventions(value, str(asked)),
        }

    def _inventions(self, value: str, asked: str) -> list[str]:
        """List what else could be said of the same attribute, in the whole world.

        A person whom the question names may be named in any answer.
        """
        joined = value.replace("-", "").casefold()
        for values in self._values:
            if any(joined == each.replace("-", "").casefold() for each in values):
                others = [v for v in values if v.replace("-", "").casefold() != joined]
                return [v for v in others if v not in self.world.by_name or v not in asked]
        raise ValueError("the value is nobody's")

    @cached_property
    def _values(self) -> list[list[str]]:
        """The values of each attribute, and the names."""
        by_attribute = [
            sorted({person.facts[attribute] for person in self.world.people})
            for attribute in ATTRIBUTES
            if attribute not in ("spouse", "year")
        ]
        names = [person.name for person in self.world.people]
        return [*by_attribute, [str(year) for year in range(1900, 2000)], names]

    def _begun(self, exchange: Exchange) -> str:
        return plain(exchange.answer).partition(exchange.value)[0].rstrip()
