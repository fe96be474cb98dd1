"""Measures the vector index with up to a million targets: memory, latency, freshness, start.

    python -m tests.benchmarks.vector_scale --targets 1000,100000,1000000

The vectors are synthetic: two a target, around one centre for every 50 targets, as passages about
similar people are; the texts are as long as descriptions. For each size, in a process of its own:

- fill: seconds of CPU until everything is in place, and the longest that one search waited;
- search: milliseconds of CPU, best of several windows, for 32 candidates of one vector that is near
  to a passage; `found` is how often that passage comes first, `missed` which share of the true
  nearest ten, by comparing with all vectors, is not among the candidates;
- new: milliseconds from putting a target to a search that finds it, while others are merged;
- snapshot: seconds to save and load, its size, and the memory of a process that loaded it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import Passage
from detectors.vectors.index import VectorIndex

DIMENSION = 384
PER_CENTRE = 50
SPREAD = 0.6
BATCH = 2000
QUERIES = 200
WINDOWS = 5
COUNT = 32
NEAREST = 10
KEY = bytes(32)


def main() -> int:
    """Print one JSON object a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", default="1000,100000,1000000")
    parser.add_argument("--only", choices=["fill", "load"], help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=Path, help="where snapshots are put; temporary")
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.targets.split(",")]
    if chosen.only:
        result = (
            _fill(sizes[0], chosen.directory) if chosen.only == "fill" else _load(chosen.directory)
        )
        sys.stdout.write(json.dumps(result) + "\n")
        return 0
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=chosen.directory) as directory:
            parts = [_in_process(size, part, directory) for part in ("fill", "load")]
        sys.stdout.write(json.dumps({"targets": size} | parts[0] | parts[1]) + "\n")
        sys.stdout.flush()
    return 0


def _in_process(size: int, part: str, directory: str) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.benchmarks.vector_scale", "--targets", str(size)]
    done = subprocess.run(
        [*command, "--only", part, "--directory", directory],
        stdout=subprocess.PIPE,
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    result: dict[str, object] = json.loads(done.stdout)
    return result


class Synthetic:
    """Vectors that a number determines."""

    def __init__(self, size: int) -> None:
        centres = np.random.default_rng(1).standard_normal((max(1, size // PER_CENTRE), DIMENSION))
        self._centres = centres.astype(np.float32)

    def vectors(self, batch: int, count: int) -> Vectors:
        """Return two unit vectors for each of the targets of a batch."""
        random = np.random.default_rng((2, batch))
        centres = self._centres[random.integers(0, len(self._centres), count)]
        noise = random.standard_normal((count, 2, DIMENSION)).astype(np.float32)
        rows = (centres[:, None] + SPREAD * noise).reshape(-1, DIMENSION)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _passages(target: int) -> list[Passage]:
    text = f"is a glassblower of number {target} who has lived in a town by the river since"
    return [
        Passage(f"{text} 1987", frozenset({"1987", str(target)})),
        Passage(f"What did number {target} make in the town by the river?"),
    ]


def _fill(size: int, directory: Path) -> dict[str, object]:
    synthetic, index = Synthetic(size), VectorIndex(DIMENSION)
    probe = synthetic.vectors(0, 1)[:1]
    longest, started, cpu = 0.0, time.monotonic(), time.process_time()
    for first in range(0, size, BATCH):
        vectors = synthetic.vectors(first, min(BATCH, size - first))
        for number in range(min(BATCH, size - first)):
            rows = vectors[2 * number : 2 * number + 2]
            index.put(
                f"target-{first + number:07d}", 1, passages=_passages(first + number), vectors=rows
            )
            if number % 100 == 0:
                asked = time.monotonic()
                index.candidates(probe, COUNT)
                longest = max(longest, time.monotonic() - asked)
        if index.pending_rows > 20_000:
            # An encoder is slower than this loop; it would not run so far ahead.
            index.wait()
    index.wait()
    filled = {
        "fill_s": round(time.monotonic() - started, 1),
        "fill_cpu_s": round(time.process_time() - cpu, 1),
        "longest_search_ms": round(longest * 1000, 1),
    }
    held = index.statistics()
    result = filled | {"kind": held.kind, "reason": held.reason, "rss_mb": _memory("VmRSS")}
    result |= _searched(index, synthetic, size)
    result["new_ms"] = _freshness(index, synthetic)
    index.wait()
    result["peak_mb"] = _memory("VmHWM")
    started = time.monotonic()
    index.save(directory, KEY, encoder="synthetic", sequence=1)
    result["save_s"] = round(time.monotonic() - started, 1)
    result["snapshot_mb"] = sum(file.stat().st_size for file in directory.iterdir()) // 2**20
    return result


def _searched(index: VectorIndex, synthetic: Synthetic, size: int) -> dict[str, object]:
    own = synthetic.vectors(0, min(BATCH, size))[::2][:QUERIES]
    noise = np.random.default_rng(3).standard_normal(own.shape).astype(np.float32)
    queries = own + 0.02 * noise
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    best = float("inf")
    for _ in range(WINDOWS):
        cpu = time.process_time()
        found = [index.candidates(query[None], COUNT)[0] for query in queries]
        best = min(best, (time.process_time() - cpu) / len(queries))
    first = [near[0].target == f"target-{number:07d}" for number, near in enumerate(found)]
    truth = _true_nearest(synthetic, size, queries[:50])
    missed = [
        len(of_query - {near.target for near in found[number]}) / len(of_query)
        for number, of_query in enumerate(truth)
    ]
    return {
        "search_cpu_ms": round(best * 1000, 3),
        "found": round(float(np.mean(first)), 3),
        "missed": round(float(np.mean(missed)), 4),
    }


def _true_nearest(synthetic: Synthetic, size: int, queries: Vectors) -> list[set[str]]:
    best: list[list[tuple[float, int]]] = [[] for _ in queries]
    for first in range(0, size, BATCH):
        scores = queries @ synthetic.vectors(first, min(BATCH, size - first)).T
        for row, of_query in enumerate(scores):
            places = np.argsort(-of_query)[:NEAREST]
            best[row] += [(float(of_query[place]), first + int(place) // 2) for place in places]
            best[row] = sorted(best[row], reverse=True)[:NEAREST]
    return [{f"target-{number:07d}" for _, number in of_query} for of_query in best]


def _freshness(index: VectorIndex, synthetic: Synthetic) -> float:
    longest = 0.0
    vectors = synthetic.vectors(-1 % 2**31, 3000)
    for number in range(3000):
        rows = vectors[2 * number : 2 * number + 2]
        started = time.monotonic()
        index.put(f"new-{number}", 1, passages=_passages(number), vectors=rows)
        (near,) = index.candidates(rows[:1], 1)
        assert near[0].target == f"new-{number}"
        longest = max(longest, time.monotonic() - started)
    return round(longest * 1000, 1)


def _load(directory: Path) -> dict[str, object]:
    before, started = _memory("VmRSS"), time.monotonic()
    loaded = VectorIndex.load(directory, KEY, encoder="synthetic", dimension=DIMENSION)
    assert loaded is not None
    seconds = time.monotonic() - started
    gc.collect()
    return {
        "load_s": round(seconds, 1),
        "loaded_rss_mb": _memory("VmRSS"),
        "loaded_peak_mb": _memory("VmHWM"),
        "process_mb": before,
    }


def _memory(name: str) -> int:
    with Path("/proc/self/status").open() as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 1024


if __name__ == "__main__":
    sys.exit(main())
