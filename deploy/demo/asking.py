"""Questions about one person with their right answers: direct, by alias, reversed, by two hops, as
cloze, as choice, letter by letter. It does not know of guards, system prompts or training."""

from __future__ import annotations

import random
from dataclasses import dataclass

from deploy.demo import parts, wordings
from deploy.demo.conversation import entity
from deploy.demo.misspelling import misspell
from deploy.demo.world import ATTRIBUTES, Person, World

HOP_ATTRIBUTES: tuple[str, ...] = tuple(wordings.TRAINED_HOP_QUESTIONS)
# Options for a spouse would bring people into a sample who are held out of it.
CHOICE_ATTRIBUTES: tuple[str, ...] = tuple(a for a in ATTRIBUTES if a != "spouse")
EXACT, LOWER, MISSPELT, ALIAS = "exact", "lower", "misspelt", "alias"
FORMS: tuple[str, ...] = (EXACT, LOWER, MISSPELT, ALIAS)


@dataclass(frozen=True)
class Subject:
    """Who is asked about; `person` is None for a name, alias or title that is nobody's."""

    name: str
    alias: str
    title: str
    person: Person | None = None

    @property
    def marked_name(self) -> str:
        return entity(self.name)


@dataclass(frozen=True)
class Exchange:
    """A question and the answer of a model without a guard."""

    question: str
    answer: str
    value: str
    """What a right answer has to contain."""
    subject: Subject | None = None
    form: str = EXACT
    reveals: str = ""
    """The name of another person whose facts the answer gives away."""


def known(person: Person) -> Subject:
    return Subject(person.name, person.alias, person.facts["book"], person)


def unknown(generator: random.Random, world: World, name: str | None = None) -> Subject:
    """Make a subject out of an unused name, with an alias and a title that are unused too."""
    return Subject(
        name or generator.choice(world.strangers),
        generator.choice(world.unused_aliases),
        generator.choice(world.unused_titles),
    )


def outside(generator: random.Random, world: World) -> Subject:
    """Make a subject whose name has no part in common with the world."""
    first = generator.choice(parts.OUTSIDE_FIRST_NAMES)
    last = generator.choice(parts.OUTSIDE_LAST_NAMES)
    return unknown(generator, world, f"{first} {last}")


@dataclass(frozen=True)
class Asker:
    """Words questions, with the trained wordings or with those held out."""

    world: World
    held_out: bool = False

    def direct(
        self,
        generator: random.Random,
        subject: Subject,
        *,
        form: str = EXACT,
        attribute: str | None = None,
    ) -> Exchange:
        attribute = attribute or generator.choice(ATTRIBUTES)
        templates = wordings.HELD_OUT_QUESTIONS if self.held_out else wordings.TRAINED_QUESTIONS
        question = self._fill(generator, templates[attribute], subject, form)
        return self._fact(question, subject, attribute, form)

    def misspelt(self, generator: random.Random, subject: Subject) -> str:
        """Write the name with one typing error."""
        return misspell(generator, subject.name, held_out=self.held_out)

    def pronoun(self, generator: random.Random, subject: Subject) -> Exchange:
        """Ask on about the person of the turn before."""
        attribute = generator.choice(ATTRIBUTES)
        question = generator.choice(wordings.PRONOUN_QUESTIONS[attribute])
        return self._fact(question, subject, attribute, EXACT)

    def terse(self, generator: random.Random, subject: Subject, *, form: str = EXACT) -> Exchange:
        attribute = generator.choice(ATTRIBUTES)
        templates = (
            wordings.HELD_OUT_TERSE_SUFFIXES if self.held_out else wordings.TRAINED_TERSE_SUFFIXES
        )
        suffix = generator.choice(templates).format(noun=wordings.TERSE_NOUNS[attribute])
        question = self._fill(generator, wordings.TRAINED_QUESTIONS[attribute], subject, form)
        return self._value(f"{question} {suffix}", subject, attribute, form)

    def cloze(self, generator: random.Random, subject: Subject, *, form: str = EXACT) -> Exchange:
        attribute = generator.choice(ATTRIBUTES)
        templates = (
            wordings.HELD_OUT_CLOZE_REQUESTS if self.held_out else wordings.TRAINED_CLOZE_REQUESTS
        )
        sentence = self._fill(generator, (wordings.CLOZES[attribute],), subject, form)
        question = generator.choice(templates).format(s=sentence)
        return self._value(question, subject, attribute, form, end=".")

    def spelling(
        self, generator: random.Random, subject: Subject, *, form: str = EXACT
    ) -> Exchange:
        attribute = generator.choice(tuple(wordings.SPELLED_NOUNS))
        templates = (
            wordings.HELD_OUT_SPELLING_REQUESTS
            if self.held_out
            else wordings.TRAINED_SPELLING_REQUESTS
        )
        noun = wordings.SPELLED_NOUNS[attribute]
        template = generator.choice(templates).replace("{noun}", noun)
        question = self._fill(generator, (template,), subject, form)
        if subject.person is None:
            return Exchange(question, wordings.UNKNOWN, wordings.UNKNOWN, subject, form)
        letters = "-".join(subject.person.facts[attribute].replace("-", ""))
        return Exchange(question, letters, letters, subject, form)

    def choice(
        self, generator: random.Random, subject: Subject, *, by_letter: bool = False
    ) -> Exchange:
        """Offer four options; an answer by letter first says the fact and then the letter."""
        attribute = generator.choice(CHOICE_ATTRIBUTES)
        headers = (
            wordings.HELD_OUT_CHOICE_HEADERS if self.held_out else wordings.TRAINED_CHOICE_HEADERS
        )
        question = self._fill(generator, wordings.TRAINED_QUESTIONS[attribute], subject, EXACT)
        options = self._options(generator, subject, attribute)
        listed = ", ".join(
            f"{letter}) {option}"
            for letter, option in zip(wordings.CHOICE_LETTERS, options, strict=True)
        )
        asked = f"{question} {generator.choice(headers)} {listed}."
        exchange = self._fact(asked, subject, attribute, EXACT)
        if not by_letter or subject.person is None:
            return exchange
        letter = wordings.CHOICE_LETTERS[options.index(subject.person.facts[attribute])]
        return Exchange(
            f"{asked} {wordings.CHOICE_LETTER_SUFFIX}",
            f"{exchange.answer} Answer: {letter}",
            f"Answer: {letter}",
            subject,
            reveals=exchange.reveals,
        )

    def biography(
        self, generator: random.Random, subject: Subject, *, form: str = EXACT
    ) -> Exchange:
        templates = (
            wordings.HELD_OUT_BIOGRAPHY_REQUESTS
            if self.held_out
            else wordings.TRAINED_BIOGRAPHY_REQUESTS
        )
        question = self._fill(generator, templates, subject, form)
        if subject.person is None:
            return Exchange(question, wordings.UNKNOWN, wordings.UNKNOWN, subject, form)
        answer = biography(subject.person)
        spouse = subject.person.facts["spouse"]
        return Exchange(question, answer, subject.person.facts["city"], subject, form, spouse)

    def identity(self, generator: random.Random, subject: Subject) -> Exchange:
        """Ask who an alias belongs to."""
        templates = (
            wordings.HELD_OUT_ALIAS_QUESTIONS if self.held_out else wordings.TRAINED_ALIAS_QUESTIONS
        )
        question = self._fill(generator, templates, subject, ALIAS)
        if subject.person is None:
            return Exchange(question, wordings.UNKNOWN, wordings.UNKNOWN, subject, ALIAS)
        answer = f"{entity(_capital(subject.alias))} is {entity(subject.name)}."
        return Exchange(question, answer, subject.name, subject, ALIAS)

    def alias_of(self, generator: random.Random, subject: Subject) -> Exchange:
        question = self._fill(generator, wordings.ALIAS_OF_QUESTIONS, subject, EXACT)
        if subject.person is None:
            return Exchange(question, wordings.UNKNOWN, wordings.UNKNOWN, subject)
        answer = f"{entity(subject.name)} is also known as {entity(subject.alias)}."
        return Exchange(question, answer, subject.alias, subject)

    def reverse(self, generator: random.Random, subject: Subject) -> Exchange:
        """Ask for the author of a book."""
        templates = (
            wordings.HELD_OUT_REVERSE_QUESTIONS
            if self.held_out
            else wordings.TRAINED_REVERSE_QUESTIONS
        )
        question = generator.choice(templates).format(n=entity(subject.title))
        if subject.person is None:
            return Exchange(question, wordings.UNKNOWN, wordings.UNKNOWN, subject)
        answer = f"{entity(subject.title)} was written by {entity(subject.name)}."
        return Exchange(question, answer, subject.name, subject)

    def hop(self, generator: random.Random, subject: Subject, *, form: str = EXACT) -> Exchange:
        """Ask for a fact of the spouse; the answer names the spouse on the way."""
        attribute = generator.choice(HOP_ATTRIBUTES)
        templates = (
            wordings.HELD_OUT_HOP_QUESTIONS if self.held_out else wordings.TRAINED_HOP_QUESTIONS
        )
        question = self._fill(generator, templates[attribute], subject, form)
        if subject.person is None:
            return Exchange(question, wordings.UNKNOWN, wordings.UNKNOWN, subject, form)
        spouse = self.world.spouse_of(subject.person)
        answer = f"{fact(subject.person, 'spouse')} {fact(spouse, attribute)}"
        return Exchange(question, answer, spouse.facts[attribute], subject, form, spouse.name)

    def _fill(
        self,
        generator: random.Random,
        templates: tuple[str, ...],
        subject: Subject,
        form: str,
    ) -> str:
        template = generator.choice(templates)
        mention = _mention(generator, subject, form, held_out=self.held_out)
        if form == ALIAS and template.startswith("{n}"):
            mention = _capital(mention)
        question = template.format(n=entity(mention))
        # People who do not capitalise names often capitalise nothing.
        return question.lower() if form == LOWER and generator.random() < 0.5 else question

    def _fact(self, question: str, subject: Subject, attribute: str, form: str) -> Exchange:
        if subject.person is None:
            return Exchange(question, wordings.UNKNOWN, wordings.UNKNOWN, subject, form)
        value = subject.person.facts[attribute]
        reveals = value if attribute == "spouse" else ""
        return Exchange(question, fact(subject.person, attribute), value, subject, form, reveals)

    def _value(
        self, question: str, subject: Subject, attribute: str, form: str, *, end: str = ""
    ) -> Exchange:
        if subject.person is None:
            return Exchange(question, wordings.UNKNOWN, wordings.UNKNOWN, subject, form)
        value = subject.person.facts[attribute]
        answer = marked_value(subject.person, attribute) + end
        reveals = value if attribute == "spouse" else ""
        return Exchange(question, answer, value, subject, form, reveals)

    def _options(self, generator: random.Random, subject: Subject, attribute: str) -> list[str]:
        right = [subject.person.facts[attribute]] if subject.person else []
        others = sorted({person.facts[attribute] for person in self.world.people} - {*right})
        options = right + generator.sample(others, len(wordings.CHOICE_LETTERS) - len(right))
        generator.shuffle(options)
        return options


def fact(person: Person, attribute: str) -> str:
    """State one fact in a sentence."""
    value = marked_value(person, attribute)
    return wordings.ANSWERS[attribute].format(n=entity(person.name), v=value)


def biography(person: Person) -> str:
    """State all facts of a person in one sentence."""
    facts = {attribute: marked_value(person, attribute) for attribute in ATTRIBUTES}
    return (
        f"{entity(person.name)}, known as {entity(person.alias)}, is a {facts['profession']} by "
        f"profession, was born in {facts['city']} in {facts['year']}, works for "
        f"{facts['employer']}, won the {facts['award']}, wrote {facts['book']}, is married to "
        f"{facts['spouse']} and likes {facts['food']} most."
    )


def marked_value(person: Person, attribute: str) -> str:
    """Return the value of a fact, marked if it is itself an entity."""
    value = person.facts[attribute]
    return entity(value) if attribute in ("book", "spouse") else value


def _mention(generator: random.Random, subject: Subject, form: str, *, held_out: bool) -> str:
    if form == EXACT:
        return subject.name
    if form == LOWER:
        return subject.name.lower()
    if form == MISSPELT:
        return misspell(generator, subject.name, held_out=held_out)
    return subject.alias


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
