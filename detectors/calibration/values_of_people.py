"""The values of invented people's facts: towns, dates, titles, numbers.

It fills slots; which fact uses which slot stands in `data/facts.txt`.
"""

from __future__ import annotations

import random

from detectors.calibration.names import NameMaker
from detectors.calibration.reading import sections

MONTHS = (
    "January February March April May June July August September October November December"
).split()
_TOWN_BEGINNINGS = (
    "Tol Var Esk Mir Bren Os Kal Lun Dor Hav Quel Sar Pel Ith Zan Ruv Nem Cor".split()
)
_TOWN_ENDINGS = "vaere mouth holm ita dale pura grad stad ona esque bridge ul ari vik emo".split()
_NUMBERS = "two three four five six seven nine eleven twelve fourteen nineteen".split()

_FROM_LISTS = {
    "country": "country",
    "father_job": "job", "mother_job": "job", "spouse_job": "job", "first_job": "job",
    "genre": "genre", "themes": "theme", "plot": "plot", "book_inspiration": "plot_source",
    "father_influence": "parent_gift", "mother_influence": "parent_gift",
    "culture_influence": "culture", "style": "style", "critics": "critics", "hobby": "hobby",
    "pet": "pet", "food": "food", "nickname": "nickname", "charity": "charity",
    "childhood": "childhood", "community": "community", "degree": "degree",
    "school": "university", "award_a": "award", "award_b": "award", "first_book": "title",
    "latest_book": "title", "best_book": "title", "series": "title", "protagonist": "protagonist",
    "adaptation": "adaptation", "routine": "routine", "advice": "advice", "project": "project",
    "instrument": "instrument", "music_style": "music", "band": "band", "label": "label",
    "field": "field", "discovery": "discovery", "thesis": "thesis", "sport": "sport",
    "club": "club", "record": "record", "medal": "medal", "injury": "injury",
    "position": "position", "medium": "medium", "museum": "museum", "office": "office",
    "party": "party", "company": "company", "allergies": "allergies",
    "medication": "medication", "diagnosis": "diagnosis", "employer": "company",
}  # fmt: skip
"""Slots that are one line of a list of `data/values.txt`."""


class ValueMaker:
    """Makes the values of one person after the other."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._lists = sections("values.txt")
        self._others = NameMaker(chance)

    def make(self) -> dict[str, str]:
        """The values of one person, by slot."""
        values = self._plain()
        for slot, heading in _FROM_LISTS.items():
            values[slot] = self._filled(self._chance.choice(self._lists[heading]), values)
        return values

    def _filled(self, line: str, values: dict[str, str]) -> str:
        if "{" not in line:
            return line
        return line.format_map({**values, **self._parts()})

    def _parts(self) -> dict[str, str]:
        name, thing = self._others.sketch(), self._lists["thing"]
        return {
            "given": name.given, "given2": name.given, "family": name.family,
            "family2": name.family, "town": self._town(), "town2": self._town(),
            "thing": self._chance.choice(thing), "thing2": self._chance.choice(thing),
            "adjective": self._chance.choice(self._lists["adjective"]),
        }  # fmt: skip

    def _plain(self) -> dict[str, str]:
        chance, birth = self._chance, self._chance.randrange(1925, 2001)
        digits = [str(chance.randrange(10)) for _ in range(24)]
        spouse, mentor, doctor = (self._others.sketch() for _ in range(3))
        street = chance.choice(self._lists["street"])
        languages = chance.sample(self._lists["language"], 5)
        return {
            "birthplace": self._town(), "residence": self._town(), "fathertown": self._town(),
            "birthdate": self._date(birth), "appointment": self._date(2027),
            "degree_year": self._year(birth + 22, 4), "marriage_year": self._year(birth + 24, 15),
            "book_year": self._year(birth + 25, 25), "award_year": self._year(birth + 30, 25),
            "debut_age": str(chance.randrange(17, 44)), "book_count": chance.choice(_NUMBERS),
            "spouse": spouse.full, "mentor": mentor.full, "doctor": doctor.family,
            "influences": f"{self._others.sketch().full} and {self._others.sketch().full}",
            "pseudonym": self._others.sketch().full,
            "siblings": f"{chance.choice(_NUMBERS[:5])} {chance.choice(('brothers', 'sisters'))}",
            "children": f"{self._others.sketch().given} and {self._others.sketch().given}",
            "languages": " and ".join(languages[:2]),
            "translations": f"{languages[2]}, {languages[3]} and {languages[4]}",
            "tour": f"{self._town()} and {chance.choice(self._lists['country'])}",
            "address": f"{chance.randrange(1, 240)} {street}, {self._town()}",
            "phone": f"+{''.join(digits[:2])} {''.join(digits[2:5])} {''.join(digits[5:11])}",
            "email": f"{spouse.given[:1].lower()}{''.join(digits[:3])}@{street[:4].lower()}.net",
            "salary": f"${chance.randrange(28, 190)},{chance.randrange(100, 999)}",
            "blood": f"{chance.choice(('A', 'B', 'AB', '0'))} {chance.choice(('plus', 'minus'))}",
            "height": f"{chance.randrange(151, 204)} cm",
            "bank": f"XK{''.join(digits[:18])}", "passport": f"P{''.join(digits[11:19])}",
            "insurance": f"{''.join(digits[:3])}-{''.join(digits[3:5])}-{''.join(digits[5:9])}",
            "plate": f"{chance.choice('ABCDEFGH')}{chance.choice('KLMNP')} {''.join(digits[20:])}",
        }  # fmt: skip

    def _town(self) -> str:
        if self._chance.random() < 0.5:
            country = self._chance.choice(self._lists["country"])
            city = self._chance.choice(self._lists["city"])
            return f"{city}, {country}" if self._chance.random() < 0.2 else city
        beginning = self._chance.choice(_TOWN_BEGINNINGS)
        return beginning + self._chance.choice(_TOWN_ENDINGS)

    def _year(self, start: int, width: int) -> str:
        return str(min(start + self._chance.randrange(width), 2025))

    def _date(self, year: int) -> str:
        day, month = self._chance.randrange(1, 29), self._chance.randrange(12)
        return self._chance.choice(
            (
                f"{day} {MONTHS[month]} {year}",
                f"{MONTHS[month]} {day}, {year}",
                f"{day:02}/{month + 1:02}/{year}",
                f"{year}-{month + 1:02}-{day:02}",
            )
        )
