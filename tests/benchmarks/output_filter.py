"""What the output filter costs a stream of ordinary text: delay in tokens, and CPU time, as text.

    python -m tests.benchmarks.output_filter [--names 10000] [--answers 1000] [--data DIRECTORY]

Answers nobody objects to (code, JSON, tables, prose of several languages) are streamed as chat
events, a word piece of the default encoder's tokenizer each. Of each stream: by how many tokens
its first text is shown later than it came, and how many tokens came at most while one was held.
CPU time is that of `StreamWatch` alone, the best of several passes, beside a pass that only reads
the texts of the events. What is wanted stands beside what is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tokenizers import Tokenizer

from detectors.encoding.protocol import DEFAULT_ENCODER
from detectors.encoding.source import source_of
from detectors.lexical.index import LexicalIndex
from detectors.lexical.segments import SegmentedLexicalIndex
from detectors.values import TargetProfile
from gateway.known_targets import Columns, KnownTarget, KnownTargets
from gateway.output import OutputFilter, OutputRules
from gateway.target import Disclosure, GuardName
from gateway.wire.chat_stream import ChatStream
from gateway.wire.events import Event
from tests.benchmarks import lexical_data
from tests.benchmarks.answers_benign import answers
from tests.benchmarks.scale_targets import SyntheticTargets

SEED = 5
PASSES = 5
MOST_TOKENS = 200
KNOWN = KnownTarget(1, 1, GuardName.REFUSE, Disclosure.GENERIC, has_passages=False)
WANTED_DELAY, WANTED_STALL = 1, 3


class Delay(NamedTuple):
    """How late a stream was shown, in tokens."""

    first: int
    stall: int
    held: str


class Streamed(NamedTuple):
    """A stream as the upstream sends it."""

    kind: str
    events: list[tuple[Event, Any]]


def names(count: int, data: Path, *, real: bool) -> Iterator[str]:
    """Yield so many names: real ones of people first, where they are wanted."""
    people = lexical_data.thousand_people(data, SEED) if real else []
    yield from people[:count]
    yield from (body["name"] for body in SyntheticTargets(count).bodies(count - len(people)))


def rules(count: int, data: Path, *, real: bool) -> OutputRules:
    profiles = (
        TargetProfile(f"t{number}", 1, (name,), (), (f"+43 664 {number:07d}",))
        for number, name in enumerate(names(count, data, real=real))
    )
    index = LexicalIndex(profiles)
    known = Columns.of((f"t{number}", KNOWN) for number in range(len(index)))
    return OutputRules(SegmentedLexicalIndex(index), KnownTargets(known))


def streams(data: Path, count: int) -> list[Streamed]:
    every = answers(data)
    tokenizer = Tokenizer.from_file(str(Path(source_of(DEFAULT_ENCODER)) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    step = max(1, len(every) // count)
    return [
        Streamed(answer.kind, [_event(piece) for piece in pieces(answer.text, tokenizer)])
        for answer in every[::step][:count]
    ]


def pieces(text: str, tokenizer: Tokenizer) -> list[str]:
    """Return the word pieces of a text, each with the blanks before it."""
    ends = [end for _, end in tokenizer.encode(text, add_special_tokens=False).offsets]
    ends = sorted(set(ends))[:MOST_TOKENS]
    return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]


def _event(piece: str) -> tuple[Event, Any]:
    choice = {"index": 0, "delta": {"content": piece}, "logprobs": None, "finish_reason": None}
    opening = {"id": "chatcmpl-0a1b2c3d4e5f6a7b", "object": "chat.completion.chunk", "created": 1}
    data = json.dumps({**opening, "model": "demo", "choices": [choice]}).encode()
    return Event(b"data: " + data + b"\n\n", data), json.loads(data)


def delay(output_filter: OutputFilter, stream: Streamed) -> Delay | None:
    """Return the delay of one stream, None for one that was cut."""
    watch = output_filter.watch()
    format = ChatStream({"stream": True})
    shown, first, stall, held = 0, -1, 0, ""
    for number, (event, value) in enumerate(stream.events):
        watch.take(event, value, format.texts(value))
        shown += len(watch.release())
        if first < 0 and shown:
            first = number
        if number + 1 - shown > stall:
            stall = number + 1 - shown
            held = "".join(
                each["choices"][0]["delta"]["content"]
                for _, each in stream.events[shown : number + 1]
            )
    return None if watch.hit else Delay(max(first, 0), stall, held)


def cpu(output_filter: OutputFilter | None, some: Sequence[Streamed]) -> float:
    """Return the CPU time of an event in microseconds; without a filter, of reading it."""
    best = float("inf")
    for _ in range(PASSES):
        started = time.process_time()
        for stream in some:
            watch = output_filter.watch() if output_filter else None
            format = ChatStream({"stream": True})
            for event, value in stream.events:
                texts = format.texts(value)
                if watch is None:
                    list(texts)
                else:
                    watch.take(event, value, texts)
                    watch.release()
            if watch is not None:
                watch.finish()
        best = min(best, time.process_time() - started)
    return best / sum(len(stream.events) for stream in some) * 1e6


def report(output_filter: OutputFilter, some: Sequence[Streamed]) -> Iterator[str]:
    found = [(stream.kind, delay(output_filter, stream)) for stream in some]
    kinds = sorted({kind for kind, _ in found})
    head = ("answers", "streams", "cut", "first p50", "p99", "stall p50", "p99", "longest")
    yield "{:12}{:>8}{:>6}{:>11}{:>6}{:>11}{:>6}{:>9}\n".format(*head)
    for kind in [*kinds, "all"]:
        of_kind = [each for name, each in found if kind in (name, "all")]
        delays = [each for each in of_kind if each is not None]
        first, stall = ([each[place] for each in delays] for place in (0, 1))
        yield (
            f"{kind:12}{len(of_kind):8}{len(of_kind) - len(delays):6}"
            f"{statistics.median(first):11.0f}{_p99(first):6}"
            f"{statistics.median(stall):11.0f}{_p99(stall):6}{max(stall):9}\n"
        )
    delays = [each for _, each in found if each is not None]
    yield f"wanted: first text at most {WANTED_DELAY} token later at p50, "
    yield f"the longest stall at most {WANTED_STALL} tokens\n"
    worst = Counter(each.held for each in delays if each.stall > WANTED_STALL)
    yield f"held longer: {worst.most_common(12)}\n"
    yield f"CPU of an event: {cpu(output_filter, some):.1f} us, "
    yield f"of which {cpu(None, some):.1f} us to find its texts\n"


def _p99(values: list[int]) -> int:
    return sorted(values)[int(0.99 * (len(values) - 1))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(os.environ.get("LETHE_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--answers", type=int, default=1000)
    parser.add_argument("--real", action="store_true", help="1,000 real people among them")
    chosen = parser.parse_args()
    if not chosen.data.is_dir():
        parser.error(f"{chosen.data} is not there: set LETHE_DATA or --data")
    some = streams(chosen.data, chosen.answers)
    output_filter = OutputFilter(rules(chosen.names, chosen.data, real=chosen.real))
    tokens = sum(len(stream.events) for stream in some)
    sys.stdout.write(f"{chosen.names} names, {len(some)} answers, {tokens} tokens\n")
    for line in report(output_filter, some):
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
