"""Asks one question with the official client, whole and streamed, and times it.

It does not know whether it talks to vLLM or to the gateway.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from openai import OpenAI
from openai.types.chat import ChatCompletionUserMessageParam

from deploy.demo.running import MODEL

LONGEST_ANSWER = 48
TIMED_RUNS = 7


@dataclass(frozen=True)
class Answer:
    """What came back: the text, the text when streamed, and the gateway's id of the request."""

    text: str
    streamed: str
    request_id: str


@dataclass(frozen=True)
class Added:
    """Milliseconds that the gateway adds to an answer (medians), whole and streamed."""

    whole: float
    streamed: float


class Chat:
    """One server that is asked; a context manager over its connections."""

    def __init__(self, url: str) -> None:
        self._client = OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
        self._completions = self._client.chat.completions

    def ask(self, question: str) -> Answer:
        """Ask twice, whole and streamed."""
        text, request_id = self.whole(question)
        return Answer(text, self.streamed(question), request_id)

    def whole(self, question: str) -> tuple[str, str]:
        """Ask for the answer in one piece; return it with the gateway's id of the request."""
        answer = self._completions.with_raw_response.create(
            model=MODEL, messages=[_user(question)], temperature=0, max_tokens=LONGEST_ANSWER
        )
        text = answer.parse().choices[0].message.content or ""
        return text, answer.headers.get("x-lethe-request-id", "")

    def streamed(self, question: str) -> str:
        """Ask for the answer as it is written, and join it."""
        events = self._completions.create(
            model=MODEL,
            messages=[_user(question)],
            temperature=0,
            max_tokens=LONGEST_ANSWER,
            stream=True,
        )
        return "".join(choice.delta.content or "" for event in events for choice in event.choices)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()


def added_milliseconds(direct: Chat, through: Chat, question: str) -> Added:
    """Time the question at the server itself and through the gateway, by turns."""
    return Added(
        _median_difference(lambda: direct.whole(question), lambda: through.whole(question)),
        _median_difference(lambda: direct.streamed(question), lambda: through.streamed(question)),
    )


def _median_difference(direct: Callable[[], object], through: Callable[[], object]) -> float:
    direct_ms, through_ms = [], []
    for _ in range(TIMED_RUNS):
        direct_ms.append(_milliseconds(direct))
        through_ms.append(_milliseconds(through))
    return statistics.median(through_ms) - statistics.median(direct_ms)


def _milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _user(question: str) -> ChatCompletionUserMessageParam:
    return {"role": "user", "content": question}
