"""What the lexical index costs at different numbers of targets, as text.

    python -m tests.benchmarks.lexical_scale [--targets 1000,100000,1000000] [--data DIRECTORY]

Synthetic targets as those of the scale benchmark. Each number is built, saved, and then read by a
process of its own, whose memory is shown: that of the index is what the process has more after it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from detectors.lexical.index import LexicalIndex
from detectors.values import TargetProfile
from detectors.views import views
from tests.benchmarks import lexical_cost
from tests.benchmarks.scale_targets import SyntheticTargets

TARGETS = "1000,100000,1000000"
LENGTH = 200
MEGABYTE = 1 << 20
COLUMNS = {
    "targets": "targets",
    "build_cpu_s": "build s",
    "build_peak_mb": "its peak MB",
    "to_arrays_cpu_s": "to arrays s",
    "arrays_mb": "arrays MB",
    "load_cpu_s": "load s",
    "load_wall_s": "wall s",
    "load_rss_mb": "index MB",
    "load_peak_mb": "peak MB",
    "find_ms": f"find ms ({LENGTH} characters)",
}


def profiles(count: int) -> Iterator[TargetProfile]:
    for body in SyntheticTargets(count).bodies(count):
        yield TargetProfile(body["id"], 1, (body["name"], *body["aliases"]))


def resident() -> float:
    """Return the memory that this process has, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MEGABYTE


def peak() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build(count: int, directory: Path, _: Path) -> dict[str, float]:
    """Build and save an index."""
    every = list(profiles(count))
    before = resident()
    started = time.process_time()
    index = LexicalIndex(every)
    built = time.process_time()
    arrays = index.to_arrays()
    saved = time.process_time()
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array)
    return {
        "build_cpu_s": built - started,
        "build_peak_mb": peak() - before,
        "to_arrays_cpu_s": saved - built,
        "arrays_mb": sum(array.nbytes for array in arrays.values()) / MEGABYTE,
    }


def load(_: int, directory: Path, data: Path) -> dict[str, float]:
    """Read what `build` saved, and look into texts."""
    # What every process loads once (lists of words) is not the index's.
    texts = lexical_cost.texts(data, LENGTH)
    LexicalIndex(profiles(100)).examine(views(texts[0]))
    before, started, wall = resident(), time.process_time(), time.perf_counter()
    # Mapped, as a snapshot is: workers share these pages.
    files = sorted(directory.glob("*.npy"))
    arrays = {path.stem: np.load(path, mmap_mode="r") for path in files}
    index = LexicalIndex.from_arrays(arrays)
    loaded, waited = time.process_time(), time.perf_counter()
    after = resident()
    readings: dict[str, Any] = {text: views(text) for text in texts}
    looking = lexical_cost.cost(partial(_examined, index, readings), texts)
    return {
        "load_cpu_s": loaded - started,
        "load_wall_s": waited - wall,
        "load_rss_mb": after - before,
        "load_peak_mb": peak() - before,
        "find_ms": looking,
    }


def _examined(index: LexicalIndex, readings: dict[str, Any], text: str) -> object:
    return index.examine(readings[text])


def row(count: int, data: Path) -> dict[str, float]:
    """Return what one number of targets costs, measured by two processes."""
    figures: dict[str, float] = {"targets": count}
    with tempfile.TemporaryDirectory() as directory:
        for step in ("build", "load"):
            command = [sys.executable, "-m", "tests.benchmarks.lexical_scale", "--data", str(data)]
            command += ["--targets", str(count), "--step", step, "--directory", directory]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            figures |= json.loads(done.stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(os.environ.get("LETHE_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--targets", default=TARGETS)
    parser.add_argument("--step", choices=("build", "load"), help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    counts = [int(count) for count in chosen.targets.split(",")]
    if chosen.step:
        step = {"build": build, "load": load}[chosen.step]
        json.dump(step(counts[0], chosen.directory, chosen.data), sys.stdout)
        return
    sys.stdout.write("  ".join(COLUMNS.values()) + "\n")
    for count in counts:
        figures = row(count, chosen.data)
        cells = (
            f"{figures[key]:,.3f}" if key == "find_ms" else f"{figures[key]:,.1f}"
            for key in COLUMNS
        )
        sys.stdout.write(
            "  ".join(c.rjust(len(t)) for c, t in zip(cells, COLUMNS.values(), strict=True)) + "\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
