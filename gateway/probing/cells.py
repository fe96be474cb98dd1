"""The cells of the matrix: each one request, with what an answer to it may not do.

It lays out endpoint, streaming, channel or way in, and disguise; it does not know how a cell is
run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from gateway.probing import channels, ways_raw
from gateway.probing.hidings import HIDINGS, PLAIN, hidden
from gateway.probing.instruction import CONTENT, ECHO, Instruction
from gateway.probing.target import NAME, ProbedTarget
from gateway.probing.way import Asked, WayIn
from gateway.probing.ways_in import ways_in

Headers = tuple[tuple[str, str], ...]

LONGEST_ANSWER = 24
# Of a stream: into how many pieces the string is cut at least, and how many are single letters.
_FEW_PIECES = 4
_MANY_PIECES = 60
_QUICK = (PLAIN, "homoglyph", "upper case")


class Direction(StrEnum):
    """Whether a cell tries to bring the target in or to get it out."""

    REQUEST = "request"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        direction: what it tries.
        path: the endpoint.
        name: the way in, or the channel of the answer.
        hiding: how the string is disguised.
        streamed: whether a stream is asked for.
        method: of the request.
        body: of the request.
        headers: beside the client's own.
        instruction: what an upstream that leaks on demand is asked to do.
        is_about_target: whether the request speaks of the target.
        must_be_noticed: whether the gateway has to see that it does.
        must_be_refused: whether any answer but a refusal is a hole.
        repeats_request: whether answers hold nothing but what was sent, in another form.
        cannot: why it cannot be tried; empty where it can.
    """

    direction: Direction
    path: str
    name: str
    hiding: str = PLAIN
    streamed: bool = False
    method: str = "POST"
    body: bytes = b""
    headers: Headers = field(default=(ways_raw.JSON_TYPE,))
    instruction: Instruction = Instruction()
    is_about_target: bool = False
    must_be_noticed: bool = False
    must_be_refused: bool = False
    repeats_request: bool = False
    cannot: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """What the cells are made for.

    Attributes:
        target: whose strings are tried.
        model: the model to ask.
        asked: the question that each way in asks.
        is_thorough: whether every disguise is tried on every channel.
    """

    target: ProbedTarget
    model: str
    asked: Asked
    is_thorough: bool = False

    def cells(self) -> list[Cell]:
        """Return every cell, numbered by the seeds of their instructions."""
        cells = [
            *self._of_answers(),
            *self._of_asked_answers(),
            *self._of_requests(),
            *self._of_raw_requests(),
        ]
        return [
            replace(cell, instruction=replace(cell.instruction, seed=seed))
            for seed, cell in enumerate(cells)
        ]

    def _of_answers(self) -> Iterator[Cell]:
        for path, table in channels.CHANNELS.items():
            for streamed in _forms(path):
                for name, members in table.items():
                    if name in (channels.ONLY_WHOLE if streamed else channels.ONLY_STREAMED):
                        continue
                    for hiding, pieces in self._disguises(name, streamed):
                        yield self._leak(path, name, members, hiding, pieces, streamed)
                yield from self._of_other_strings(path, streamed)

    def _of_other_strings(self, path: str, streamed: bool) -> Iterator[Cell]:
        """Yield a plain leak of each sort of string beside the chief one."""
        for sort in list(self.target.strings)[1:]:
            cell = self._leak(path, "content", {}, PLAIN, _FEW_PIECES, streamed)
            if "content" in channels.CHANNELS[path]:
                instruction = replace(cell.instruction, sort=sort)
                yield replace(cell, name=f"content, a {sort}", instruction=instruction)

    def _of_asked_answers(self) -> Iterator[Cell]:
        """Yield each channel after a question about the target: any upstream can answer that."""
        for path, table in channels.CHANNELS.items():
            for streamed in _forms(path):
                for name, members in table.items():
                    if name in (channels.ONLY_WHOLE if streamed else channels.ONLY_STREAMED):
                        continue
                    cell = self._leak(path, name, members, PLAIN, 1, streamed)
                    body = channels.question(path, self.asked.question, LONGEST_ANSWER)
                    yield replace(
                        cell,
                        name=f"{name}, asked",
                        body=self._body(path, body | dict(members), streamed),
                        is_about_target=True,
                        must_be_noticed=path != channels.TOKENIZE,
                        repeats_request=path == channels.TOKENIZE,
                    )

    def _disguises(self, name: str, streamed: bool) -> Iterator[tuple[str, int]]:
        every = self.is_thorough or name in channels.DISGUISED
        is_cut = streamed and name not in channels.NEVER_JOINED
        for hiding in HIDINGS if every else _QUICK:
            yield hiding, _FEW_PIECES if is_cut else 1
        if is_cut:
            yield PLAIN, 1
            yield PLAIN, _MANY_PIECES

    def _leak(
        self,
        path: str,
        name: str,
        members: Mapping[str, Any],
        hiding: str,
        pieces: int,
        streamed: bool,
    ) -> Cell:
        body = channels.question(path, channels.NEUTRAL, LONGEST_ANSWER) | dict(members)
        sort = next(iter(self.target.strings), NAME)
        return Cell(
            Direction.ANSWER,
            path,
            name,
            hiding,
            streamed,
            body=self._body(path, body, streamed),
            instruction=Instruction(name, hiding, sort, pieces),
        )

    def _of_requests(self) -> Iterator[Cell]:
        for way in ways_in():
            for streamed in _forms(way.path):
                yield self._way(way, PLAIN, streamed)
        for way in ways_in():
            if way.name in ("user turn", "prompt", "input", "last of two conversations"):
                for hiding in list(HIDINGS)[1:]:
                    yield self._way(way, hiding, streamed=False)

    def _way(self, way: WayIn, hiding: str, streamed: bool) -> Cell:
        cannot = ""
        body = b""
        if way.needs_ids and not self.asked.ids:
            cannot = "nothing tokenises"
        elif way.name in _OF_WORDS and not self.asked.words:
            cannot = "one word is no set of words"
        else:
            members = way.body(_disguised(self.asked, hiding))
            body = self._body(way.path, members, streamed)
        return Cell(
            Direction.REQUEST,
            way.path,
            way.name,
            hiding,
            streamed,
            body=body,
            instruction=Instruction(ECHO, pieces=_FEW_PIECES if streamed else 1),
            is_about_target=True,
            must_be_noticed=way.reaches_model,
            repeats_request=way.path == channels.TOKENIZE,
            cannot=cannot,
        )

    def _of_raw_requests(self) -> Iterator[Cell]:
        for way in (*ways_raw.BODIES, *ways_raw.PATHS):
            body = way.body(self.asked).replace(b'"demo"', json.dumps(self.model).encode())
            yield Cell(
                Direction.REQUEST,
                way.path,
                way.name,
                method=way.method,
                body=way.body(self.asked) if way.name in _ENCODED else body,
                headers=way.headers,
                instruction=Instruction(ECHO if body else CONTENT),
                is_about_target=True,
                must_be_noticed=bool(body),
                must_be_refused=way.must_be_refused,
            )

    def _body(self, path: str, members: Mapping[str, Any], streamed: bool) -> bytes:
        body = {"model": self.model, **members}
        if streamed:
            body["stream"] = True
        return json.dumps(body).encode()


# Their bytes are not JSON, so that the model's name cannot be put in.
_ENCODED = frozenset(("UTF-16", "gzip", "deflate"))

# What weighs tokens without an order can only tell which words there are.
_OF_WORDS = frozenset(("logit_bias", "allowed_token_ids", "logprob_token_ids"))


def _forms(path: str) -> tuple[bool, ...]:
    return (False, True) if path in channels.STREAMING else (False,)


def _disguised(asked: Asked, hiding: str) -> Asked:
    if hiding == PLAIN:
        return asked
    text = hidden(asked.text, hiding)
    return replace(asked, text=text, question=asked.question.replace(asked.text, text))
