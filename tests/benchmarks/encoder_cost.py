"""Measures the CPU time of the served encoder as a ratio to plain sentence-transformers.

    python -m tests.benchmarks.encoder_cost [--encoder NAME] [--windows 5]

Texts are of our own words, each of exactly so many tokens. Windows of both alternate in one
process with one thread each, and the CPU time of the process is compared: the least of a window's
texts, and the mean over all windows, in which a busy machine shows.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time

from detectors.encoding.protocol import DEFAULT_ENCODER, Encoder
from detectors.encoding.reference import SentenceTransformersEncoder
from detectors.encoding.samples import calibration_texts
from detectors.encoding.served import OnnxEncoder
from detectors.encoding.source import source_of
from detectors.encoding.store import exported

LENGTHS = (10, 20, 50, 128, 256)
TEXTS_IN_A_WINDOW = 12
SEED = 3


def main() -> int:
    """Print a row for each number of tokens."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    parser.add_argument("--windows", type=int, default=5)
    chosen = parser.parse_args()
    served = OnnxEncoder(exported(chosen.encoder, source_of(chosen.encoder)))
    plain = SentenceTransformersEncoder(chosen.encoder)
    sys.stdout.write(f"{served.name}, milliseconds of CPU a text: least (mean)\n")
    sys.stdout.write(f"{'tokens':>6} {'plain':>14} {'served':>14} {'ratio':>14}\n")
    for length in LENGTHS:
        texts = _texts(length, served)
        spent: dict[str, list[float]] = {"plain": [], "served": []}
        for _ in range(chosen.windows):
            spent["plain"] += _window(plain, texts)
            spent["served"] += _window(served, texts)
        cells = [_cell(spent["plain"], 1000), _cell(spent["served"], 1000)]
        ratios = [of(spent["served"]) / of(spent["plain"]) for of in (min, statistics.mean)]
        cells.append(f"{ratios[0]:.3f} ({ratios[1]:.3f})")
        sys.stdout.write(f"{length:6} " + " ".join(f"{cell:>14}" for cell in cells) + "\n")
        sys.stdout.flush()
    return 0


def _window(encoder: Encoder, texts: list[str]) -> list[float]:
    spent = []
    for text in texts:
        started = time.process_time()
        encoder.encode([text])
        spent.append(time.process_time() - started)
    return spent


def _cell(spent: list[float], unit: int) -> str:
    return f"{min(spent) * unit:.2f} ({statistics.mean(spent) * unit:.2f})"


def _texts(length: int, encoder: OnnxEncoder) -> list[str]:
    """Return texts of so many tokens, the two at the ends included."""
    chance = random.Random(SEED)
    words = " ".join(calibration_texts()).split()
    return [_text(length, encoder, words, chance) for _ in range(TEXTS_IN_A_WINDOW)]


def _text(length: int, encoder: OnnxEncoder, words: list[str], chance: random.Random) -> str:
    text = chance.choice(words)
    while (count := encoder.tokens(text).shape[1]) != length:
        # A word of too many tokens makes place for another one.
        text = text.rpartition(" ")[0] if count > length else f"{text} {chance.choice(words)}"
    return text


if __name__ == "__main__":
    sys.exit(main())
