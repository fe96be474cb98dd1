"""CPU time of reading texts and looking for names in them, as text.

    python -m tests.benchmarks.lexical_cost [--targets 10000] [--data DIRECTORY]

Every text is another one: instructions of Alpaca, put together until they are long enough. Names
are made of syllables, or real ones with `--real`. Of several passes, each over other texts, the
best is shown, after one that fills the caches as traffic does.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from detectors.lexical.index import Findings, LexicalIndex
from detectors.values import TargetProfile
from detectors.views import View, views
from tests.benchmarks import lexical_data

NAMES_OF_A_TARGET = 3
SEED = 11
PASSES = 5
LENGTHS = (200, 1000, 4000)
TEXTS = {200: 500, 1000: 150, 4000: 60}
_SYLLABLES = (
    "ba bel bor cas chi da del dor el en fa fen gar gil ha hol in jo ka kel kri la len lo ma mel "
    "mi mo na nel no o par pe ra ren ri ro sa sel shi so ta ten to u va vel vo wen ya yo za zel"
).split()


def made_up(count: int) -> list[str]:
    """Return different names of two words, each of two to four syllables."""
    chance = random.Random(SEED)
    names: dict[str, None] = {}
    while len(names) < count:
        words = ("".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3, 4)))) for _ in "ab")
        names[" ".join(words).title()] = None
    return list(names)


def profiles(names: Sequence[str]) -> Iterator[TargetProfile]:
    for number in range(len(names) // NAMES_OF_A_TARGET):
        first = number * NAMES_OF_A_TARGET
        yield TargetProfile(f"t{number}", 1, tuple(names[first : first + NAMES_OF_A_TARGET]))


def texts(directory: Path, length: int) -> list[str]:
    """Return texts of about so many characters for all passes, each instruction in one of them."""
    instructions = lexical_data.alpaca(directory)
    random.Random(SEED).shuffle(instructions)
    source = iter(instructions)
    made: list[str] = []
    while len(made) < TEXTS[length] * (1 + PASSES):
        text = ""
        while len(text) < 0.9 * length:
            text += ("\n" if text else "") + next(source)
        if 0.8 * length <= len(text) <= 1.2 * length:
            made.append(text)
    return made


def cost(work: Callable[[str], object], some: Sequence[str]) -> float:
    """Return the CPU time for one text, in milliseconds, at the best of several passes."""
    passes = [some[start :: 1 + PASSES] for start in range(1 + PASSES)]
    times: list[float] = []
    for part in passes:
        started = time.process_time()
        for text in part:
            work(text)
        times.append((time.process_time() - started) / len(part))
    return min(times[1:]) * 1000


def report(index: LexicalIndex, directory: Path) -> Iterator[str]:
    yield f"{'characters':>10} {'views ms':>9} {'lexical ms':>10} {'together ms':>11}\n"
    for length in LENGTHS:
        some = texts(directory, length)
        readings: dict[str, Sequence[View]] = {text: views(text) for text in some}
        together = cost(lambda text: index.examine(views(text)), some)
        reading = cost(views, some)
        looking = cost(partial(_examined, index, readings), some)
        yield f"{length:10} {reading:9.3f} {looking:10.3f} {together:11.3f}\n"


def _examined(index: LexicalIndex, readings: dict[str, Sequence[View]], text: str) -> Findings:
    return index.examine(readings[text])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(os.environ.get("LETHE_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--targets", type=int, default=10_000)
    parser.add_argument("--real", action="store_true", help="1,000 real people among them")
    chosen = parser.parse_args()
    if not chosen.data.is_dir():
        parser.error(f"{chosen.data} is not there: set LETHE_DATA or --data")
    real = lexical_data.thousand_people(chosen.data, SEED) if chosen.real else []
    wanted = chosen.targets * NAMES_OF_A_TARGET
    names = list(itertools.islice(itertools.chain(real, made_up(wanted)), wanted))
    started = time.process_time()
    index = LexicalIndex(profiles(names))
    seconds = time.process_time() - started
    sys.stdout.write(f"{len(index)} targets, {len(names)} names, built in {seconds:.1f} s CPU\n")
    for line in report(index, chosen.data):
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
