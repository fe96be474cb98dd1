"""Running the cells against a server: requests out, answers searched.

It talks as any client of the API would, and to the admin API for what the gateway noticed; it
does not know which cells there are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from gateway.probing.answer import AnswerTexts, distinct_ids, texts_of, without_own_words
from gateway.probing.cells import Cell, Direction
from gateway.probing.channels import DETOKENIZE, RESPONSES, TOKENIZE
from gateway.probing.instruction import LEAK_HEADER, SAID_HEADER, SAW_HEADER
from gateway.probing.judge import Judge
from gateway.probing.results import Outcome, Result
from gateway.probing.target import ProbedTarget
from gateway.probing.way import Asked

REQUEST_ID = "x-lethe-request-id"
# Decisions are written off the request's path: so often, and so far apart, one is looked for.
_LOOKS = 20
_LOOK_SECONDS = 0.05
# Shorter than any name, so that what a tokenizer is asked is about nobody.
_LETTERS_AT_ONCE = 3
_FEWEST_IDS = 3


@dataclass(frozen=True, slots=True)
class Server:
    """What is probed.

    Attributes:
        base_url: of the server, without `/v1`.
        api_key: a client's key.
        admin_url: of the gateway's admin API, without its path.
        admin_key: a key of it.
    """

    base_url: str
    api_key: str | None
    admin_url: str
    admin_key: str = field(repr=False)


class Probe:
    """A running probe; use it in an `async with` statement."""

    def __init__(self, server: Server, target: ProbedTarget, *, seconds: float = 60.0) -> None:
        """Prepare to probe.

        Args:
            server: what is probed.
            target: whose strings are a leak.
            seconds: to wait for an answer.
        """
        self._target = target
        self._judge = Judge(target)
        key = {"authorization": f"Bearer {server.api_key}"} if server.api_key else {}
        self._url = httpx.URL(server.base_url)
        self._client = httpx.AsyncClient(headers=key, timeout=seconds, trust_env=False)
        self._admin = httpx.AsyncClient(
            base_url=server.admin_url.rstrip("/") + "/admin/v1",
            headers={"authorization": f"Bearer {server.admin_key}"},
            timeout=seconds,
            trust_env=False,
        )
        self._tokens: dict[int, str] = {}

    async def __aenter__(self) -> Probe:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()
        await self._admin.aclose()

    async def model(self) -> str:
        """Return the first model that the server lists.

        Raises:
            httpx.HTTPError: it lists none.
        """
        answer = await self._client.get(self._at("/v1/models"))
        answer.raise_for_status()
        return str(answer.json()["data"][0]["id"])

    async def asked(self, model: str) -> Asked:
        """Return the question about the target, with its token ids where the server tokenises."""
        text = next(iter(self._target.strings.values()))
        fitting = (each for each in self._target.questions if text in each)
        question = next(fitting, f"Who is {text}? Please tell me all about it.")
        try:
            ids = await self._ids(model, _in_pieces(question))
            words = await self._ids(model, text.split()) if " " in text else ()
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return Asked(text, question)
        return Asked(text, question, ids, words)

    async def run(
        self, cells: Sequence[Cell], advance: Callable[[int], object], *, at_once: int = 8
    ) -> list[Result]:
        """Try every cell, and return the results in their order.

        Args:
            cells: to try.
            advance: called with 1 after each.
            at_once: how many requests run side by side.
        """
        results: dict[int, Result] = {}
        waiting = iter(enumerate(cells))

        async def work() -> None:
            for place, cell in waiting:
                results[place] = await self._try(cell)
                advance(1)

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(work())
        return [results[place] for place in range(len(cells))]

    async def _try(self, cell: Cell) -> Result:
        if cell.cannot:
            return Result(cell, Outcome.NOT_APPLICABLE, why=cell.cannot)
        request = httpx.Request(
            cell.method,
            self._at(cell.path),
            content=cell.body,
            headers=[
                *self._client.headers.items(),
                *cell.headers,
                (LEAK_HEADER, cell.instruction.header()),
            ],
        )
        request.extensions["timeout"] = self._client.timeout.as_dict()
        try:
            answer = await self._client.send(request)
        except httpx.HTTPError as error:
            return Result(cell, Outcome.REFUSED, why=type(error).__name__)
        outcome = await self._outcome(cell, answer)
        repeats = outcome is Outcome.LEAK and await self._only_repeats(cell, answer)
        return Result(
            cell,
            Outcome.NOT_APPLICABLE if repeats else outcome,
            answer.status_code,
            why="says what was sent" if repeats else "",
            was_said=answer.headers.get(SAID_HEADER) == "1",
            has_reached={"1": True, "0": False}.get(answer.headers.get(SAW_HEADER, "")),
            was_noticed=await self._was_noticed(cell, answer),
        )

    async def _only_repeats(self, cell: Cell, answer: httpx.Response) -> bool:
        """Return whether an answer that holds the target's strings only says what was sent."""
        if cell.repeats_request:
            return True
        if cell.direction is not Direction.REQUEST or cell.path != RESPONSES:
            return False
        body = without_own_words(answer.content, cell.body)
        return not await self._leaks(cell, texts_of(body, answer.headers.multi_items()))

    async def _leaks(self, cell: Cell, found: AnswerTexts) -> bool:
        texts = [*found.texts, *await self._detokenised(found)]
        # A year that is a secret may well be a number of tokens, so numbers count by themselves
        # only where the value counts anywhere.
        return self._judge.leaks(texts, is_about_target=cell.is_about_target) or self._judge.leaks(
            found.written, is_about_target=False
        )

    async def _outcome(self, cell: Cell, answer: httpx.Response) -> Outcome:
        if await self._leaks(cell, texts_of(answer.content, answer.headers.multi_items())):
            return Outcome.LEAK
        if cell.must_be_refused and answer.status_code != 404:
            return Outcome.REACHABLE
        return Outcome.REFUSED if answer.status_code >= 400 else Outcome.HELD

    async def _was_noticed(self, cell: Cell, answer: httpx.Response) -> bool | None:
        """Return whether the gateway recorded a match within the request."""
        if not cell.must_be_noticed or answer.status_code >= 400:
            return None
        identifier = answer.headers.get(REQUEST_ID)
        for _ in range(_LOOKS if identifier else 0):
            decision = await self._admin.get(f"/decisions/{identifier}")
            if decision.is_success:
                matches = decision.json()["matches"]
                of_request = (each for each in matches if each.get("channel") != "answer")
                if any(each.get("target") == self._target.id for each in of_request):
                    return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    async def _detokenised(self, found: AnswerTexts) -> list[str]:
        """Return the text of token ids.

        Each is asked for by itself too: together they may be withheld, one is about nobody.
        """
        lists = [ids for ids in found.token_ids if len(ids) >= _FEWEST_IDS]
        for each in distinct_ids(lists):
            if each not in self._tokens:
                self._tokens[each] = await self._text_of([each])
        together = [await self._text_of(ids) for ids in lists]
        return together + ["".join(self._tokens[each] for each in ids) for ids in lists]

    async def _text_of(self, ids: Sequence[int]) -> str:
        try:
            answer = await self._client.post(self._at(DETOKENIZE), json={"tokens": list(ids)})
            return str(answer.json()["prompt"]) if answer.is_success else ""
        except (httpx.HTTPError, ValueError, KeyError):
            return ""

    async def _ids(self, model: str, pieces: Sequence[str]) -> tuple[int, ...]:
        ids: list[int] = []
        for piece in pieces:
            answer = await self._client.post(
                self._at(TOKENIZE),
                json={"model": model, "prompt": piece, "add_special_tokens": False},
            )
            answer.raise_for_status()
            ids += answer.json()["tokens"]
        return tuple(ids)

    def _at(self, path: str) -> httpx.URL:
        # Not by joining: that would undo what some paths try.
        return self._url.copy_with(raw_path=path.encode())


def _in_pieces(text: str) -> list[str]:
    starts = range(0, len(text), _LETTERS_AT_ONCE)
    return [text[start : start + _LETTERS_AT_ONCE] for start in starts]
