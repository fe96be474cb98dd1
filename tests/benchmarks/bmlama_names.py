"""The rows of bmlama17 about people, with the name as each language writes it.

It knows the file and its templates; it knows nothing of detection. A row carries its subject in
English only, so the written name is what remains of a prompt when what its template's prompts
have in common is taken away at both ends.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SELECTOR = Path(__file__).parent / "selectors" / "bmlama17_people.json"

# What so large a part of a template's prompts begin (or end) with belongs to the template. Some
# languages fill two or three templates in turn ("The", "Pope"); the most frequent first name of
# the largest group (Innocent, among 55 popes) stands in fewer.
SHARED = 0.3
SHARED_UNSPACED = 0.9
_UNSPACED = frozenset(("zh", "ja", "ko"))
_AROUND = " \t,.:-־·'’\"„“«»،"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact about one person, asked in every language.

    Attributes:
        id: the row's number in the set.
        subject: the person's name in English.
        template: the English prompt with `[X]` in the place of the subject.
        prompts: the question by language.
        written: the name as the prompt writes it, by language.
    """

    id: int
    subject: str
    template: str
    prompts: dict[str, str]
    written: dict[str, str]


def read_rows(path: Path, selector: Path = SELECTOR) -> list[Row]:
    """Return the rows of the file that the selector names."""
    chosen = json.loads(selector.read_text())
    items = [json.loads(line) for line in path.read_text().splitlines()]
    wanted = {id for first, last in chosen["rows"] for id in range(first, last + 1)}
    wanted -= set(chosen["but"])
    return list(_rows([item for item in items if item["id"] in wanted]))


def _rows(items: Sequence[dict[str, object]]) -> Iterator[Row]:
    groups: dict[str, list[dict[str, object]]] = defaultdict(list)
    for item in items:
        groups[_template(item)].append(item)
    for template, group in groups.items():
        languages = list(_prompts(group[0]))
        columns = {
            language: written_names([_prompts(item)[language] for item in group], language)
            for language in languages
        }
        for position, item in enumerate(group):
            written = {language: columns[language][position] for language in languages}
            written["en"] = str(item["subject"])
            yield Row(int(str(item["id"])), written["en"], template, _prompts(item), written)


def _prompts(item: dict[str, object]) -> dict[str, str]:
    prompts = item["prompt"]
    assert isinstance(prompts, dict)
    return prompts


def _template(item: dict[str, object]) -> str:
    return _prompts(item)["en"].replace(str(item["subject"]), "[X]")


def written_names(prompts: Sequence[str], language: str) -> list[str]:
    """Return what is left of each prompt of one template without its shared ends.

    The shared beginning of a prompt is its longest one that `SHARED` of all prompts have; in
    languages with spaces it ends at one. Its shared ending likewise, of what is left. Blanks and
    punctuation at the ends of a name are no part of it.
    """
    whole = language not in _UNSPACED
    left = _without_shared(prompts, whole)
    right = _without_shared([text[::-1] for text in left], whole)
    return [text[::-1].strip(_AROUND) for text in right]


def _without_shared(prompts: Sequence[str], whole_words: bool) -> list[str]:
    counts = Counter(text[:length] for text in prompts for length in range(len(text) + 1))
    share = SHARED if whole_words else SHARED_UNSPACED
    enough = max(2, share * len(prompts))
    return [text[_shared(text, counts, enough, whole_words) :] for text in prompts]


def _shared(text: str, counts: Counter[str], enough: float, whole_words: bool) -> int:
    length = max(n for n in range(len(text) + 1) if counts[text[:n]] >= enough or not n)
    if whole_words:
        length = text.rfind(" ", 0, length) + 1
    return length
