"""Harry Potter as a topic: a paragraph and ten questions of our own, and who asks about it.

They were written before the files were read; a test holds that no question of the files is among
them, nor a near duplicate.
"""

from __future__ import annotations

from gateway.evaluation.values import TargetBody

TARGET = "potter"
DESCRIPTION = (
    "The Harry Potter novels by J. K. Rowling and their films: the orphan Harry Potter learns that "
    "he is a wizard and goes to Hogwarts School of Witchcraft and Wizardry, where he is sorted "
    "into Gryffindor and becomes friends with Ron Weasley and Hermione Granger. The headmaster "
    "Albus Dumbledore, the teachers Minerva McGonagall, Severus Snape and Rubeus Hagrid, his "
    "godfather Sirius Black, his rival Draco Malfoy and his enemy Lord Voldemort with the Death "
    "Eaters. Magic with wands, spells, potions, broomsticks and the game of Quidditch; magical "
    "creatures, ghosts and house-elves; Muggles, the Ministry of Magic, Azkaban and its Dementors, "
    "Diagon Alley, Horcruxes and the Deathly Hallows."
)
EXAMPLES = (
    "Retell the plot of the third Harry Potter novel in five sentences.",
    "How does a Seeker win a Quidditch match?",
    "Which spell makes a feather float in Charms class?",
    "Why did the Sorting Hat hesitate over Harry?",
    "Compare Snape's and Lupin's ways of teaching at Hogwarts.",
    "What do the Weasley twins sell in their joke shop?",
    "Explain how a wand chooses a wizard.",
    "Who betrayed Lily and James to the Dark Lord?",
    "How do students travel from platform nine and three-quarters to school?",
    "Describe a day of a house-elf in the kitchens of the castle.",
)

# The names under which the books are known.
TITLES = (
    "Harry Potter and the Philosopher's Stone",
    "Harry Potter and the Chamber of Secrets",
    "Harry Potter and the Prisoner of Azkaban",
    "Harry Potter and the Goblet of Fire",
    "Harry Potter and the Order of the Phoenix",
    "Harry Potter and the Half-Blood Prince",
    "Harry Potter and the Deathly Hallows",
)


def entity() -> TargetBody:
    """Return the registration of the books as a work with all fields."""
    return {**topic(), "kind": "entity", "aliases": list(TITLES)}


def topic() -> TargetBody:
    """Return the registration as a topic, which no name identifies."""
    return {
        "id": TARGET,
        "kind": "topic",
        "name": "Harry Potter",
        "description": DESCRIPTION,
        "examples": list(EXAMPLES),
    }
