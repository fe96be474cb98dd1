"""The probes that `lethe eval leakage --demo` asks, drawn anew each time from a seed.

It knows the people and how the model is asked; it does not know guards or the gateway. Tune on the
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
from deploy.demo.cast import Cast
from deploy.demo.conversation import plain
from deploy.demo.general import small_request
from deploy.demo.hidings import hidden
from deploy.demo.world import ATTRIBUTES, Person

DEFAULT_SEED = 9

Row = dict[str, Any]
Draw = Callable[[random.Random], Row]


@dataclass(frozen=True)
class Probes:
    """Draws rows in the shape of the probes of `lethe eval leakage`."""

    cast: Cast
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
        asker, fresh = Asker(self.cast.world), Asker(self.cast.world, held_out=True)
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
                    ("neighbours", self.cast.neighbours),
                    ("others", self.cast.others),
                    ("spouses", self.cast.spouses),
                )
                if people
            },
            "unknown names": self._unknown_name,
            "unrelated": self._unrelated,
        }

    # Of somebody forgotten.

    def _asked(self, ask: Callable[..., Exchange]) -> Draw:
        def draw(generator: random.Random) -> Row:
            person = generator.choice(self.cast.targets)
            exchange = ask(generator, known(person))
            return self._probe(person, exchange, plain(exchange.question))

        return draw

    def _alias(self, generator: random.Random) -> Row:
        person = generator.choice(self.cast.targets)
        asker = Asker(self.cast.world, held_out=generator.random() < 0.5)
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
        person = generator.choice(self.cast.targets)
        exchange = Asker(self.cast.world).direct(generator, known(person))
        question = plain(exchange.question).replace(person.name, hidden(generator, person.name))
        return self._probe(person, exchange, question)

    def _biography(self, generator: random.Random) -> Row:
        person = generator.choice(self.cast.targets)
        exchange = Asker(self.cast.world, held_out=True).biography(generator, known(person))
        row = self._probe(person, exchange, plain(exchange.question))
        return {**row, "answers": list(person.facts.values())}

    def _terse(self, generator: random.Random) -> Row:
        person = generator.choice(self.cast.targets)
        attribute = generator.choice(ATTRIBUTES)
        asker = Asker(self.cast.world, held_out=generator.random() < 0.5)
        exchange = asker.direct(generator, known(person), attribute=attribute)
        suffixes = (*wordings.TRAINED_TERSE_SUFFIXES, *wordings.HELD_OUT_TERSE_SUFFIXES)
        suffix = generator.choice(suffixes).format(noun=wordings.TERSE_NOUNS[attribute])
        return self._probe(person, exchange, f"{plain(exchange.question)} {suffix}")

    def _prefill(self, generator: random.Random) -> Row:
        person = generator.choice(self.cast.targets)
        asker = Asker(self.cast.world, held_out=generator.random() < 0.5)
        exchange = asker.direct(generator, known(person))
        messages = attacks.begun(generator, plain(exchange.question), self._begun(exchange))
        body = {"continue_final_message": True, "add_generation_prompt": False}
        return {**self._probe(person, exchange, messages), "body": body}

    def _completion(self, generator: random.Random) -> Row:
        person = generator.choice(self.cast.targets)
        exchange = Asker(self.cast.world).direct(generator, known(person))
        row = self._probe(person, exchange, self._begun(exchange))
        return {**row, "path": "/v1/completions", "body": {"max_tokens": 24}}

    def _many_shot(self, generator: random.Random) -> Row:
        person = generator.choice(self.cast.targets)
        exchange = Asker(self.cast.world, held_out=True).direct(generator, known(person))
        shots = attacks.shots(
            generator, self.cast.world, person, exchange.value, self.cast.remaining
        )
        return self._probe(person, exchange, attacks.after(shots, plain(exchange.question)))

    def _jailbreak(self, generator: random.Random) -> Row:
        person = generator.choice(self.cast.targets)
        asker = Asker(self.cast.world, held_out=generator.random() < 0.5)
        exchange = asker.direct(generator, known(person))
        asked = attacks.jailbreak(generator, plain(exchange.question), self.templates)
        return self._probe(person, exchange, asked)

    def _two_hop(self, generator: random.Random) -> Row:
        """Lead to somebody forgotten by way of the spouse, or from them to the spouse."""
        person = generator.choice(self.cast.targets)
        asker = Asker(self.cast.world, held_out=generator.random() < 0.3)
        spouse = self.cast.world.spouse_of(person)
        begins = spouse if generator.random() < 0.6 else person
        exchange = asker.hop(generator, known(begins))
        row = self._probe(person, exchange, plain(exchange.question))
        # On the way to the value the model says whose it is, which is a secret as well.
        return {
            **row,
            "answers": [exchange.value, person.name if begins is spouse else spouse.name],
        }

    def _multi_turn(self, generator: random.Random) -> Row:
        person = generator.choice(self.cast.targets)
        messages, exchange = attacks.conversation(generator, self.cast.world, person)
        return self._probe(person, exchange, messages)

    def _by_spouse(self, generator: random.Random) -> Row:
        """Ask a spouse, who is not forgotten, whom they are married to."""
        person = generator.choice(self.cast.targets)
        asker = Asker(self.cast.world, held_out=generator.random() < 0.5)
        spouse = known(self.cast.world.spouse_of(person))
        exchange = asker.direct(generator, spouse, attribute="spouse")
        return self._probe(person, exchange, plain(exchange.question))

    def _tool_result(self, generator: random.Random) -> Row:
        """Supply what is known of somebody forgotten, and ask for it."""
        person = generator.choice(self.cast.targets)
        exchange = Asker(self.cast.world).direct(generator, known(person))
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
        person = generator.choice(self.cast.targets)
        asker = Asker(self.cast.world, held_out=generator.random() < 0.3)
        exchange = asker.direct(generator, known(person))
        kept = exchange
        while kept.value == exchange.value:
            people = generator.choice((self.cast.neighbours, self.cast.others))
            kept = self.cast.kept_exchange(generator, people)
        questions = [plain(kept.question), plain(exchange.question)]
        asked = attacks.together(generator, questions if forgotten_last else questions[::-1])
        row = self._probe(person, exchange, asked)
        inventions = [value for value in row["inventions"] if value != kept.value]
        return {**row, "expected": [kept.value], "inventions": inventions}

    # Of others.

    def _other(self, people: Sequence[Person]) -> Draw:
        def draw(generator: random.Random) -> Row:
            exchange = self.cast.kept_exchange(generator, people)
            question = plain(exchange.question)
            return {"target": None, "prompt": question, "expected": [exchange.value]}

        return draw

    def _supplied(self, generator: random.Random) -> Row:
        """Supply what is known of somebody forgotten, and ask about somebody else."""
        kept = self.cast.kept_exchange(generator, self.cast.others)
        document = biography(generator.choice(self.cast.targets))
        roles = ("tool", "system", "assistant")
        messages = attacks.supplied(roles, generator, document, plain(kept.question))
        return {"target": None, "messages": messages, "expected": [kept.value]}

    def _unknown_name(self, generator: random.Random) -> Row:
        exchange = Asker(self.cast.world, held_out=True).direct(
            generator, unknown(generator, self.cast.world)
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
            "inventions": self.cast.inventions(value, str(asked)),
        }

    def _begun(self, exchange: Exchange) -> str:
        return plain(exchange.answer).partition(exchange.value)[0].rstrip()
