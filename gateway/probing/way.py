"""What the tables of ways in are made of: a way, what is asked, and pieces of requests.

It knows the shapes of the APIs' requests; it does not know which ways there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]

ONWARD = "Please answer my first question."
HELLO = "Hello. Please look at what I sent."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a way in puts into a request.

    Attributes:
        text: one string of the target.
        question: a question that holds it.
        ids: the tokens of the question, none where nothing tokenises.
        words: the tokens of each word of the string.
    """

    text: str
    question: str
    ids: tuple[int, ...] = ()
    words: tuple[int, ...] = ()

    @property
    def halves(self) -> tuple[str, str]:
        """The question in two pieces, cut within the string."""
        at = self.question.index(self.text) + max(1, len(self.text) // 2)
        return self.question[:at], self.question[at:]


@dataclass(frozen=True, slots=True)
class WayIn:
    """One way.

    Attributes:
        name: of the way.
        path: the endpoint.
        body: the request's members beside the model.
        needs_ids: whether it cannot be tried without a tokenizer.
        reaches_model: whether what is said so gets to the model, so that it has to be noticed.
    """

    name: str
    path: str
    body: Callable[[Asked], Body]
    needs_ids: bool = False
    reaches_model: bool = True


def user_says(text: Any) -> Body:
    return {"role": "user", "content": text}


def chat(*messages: Body, **members: Any) -> Body:
    return {"messages": list(messages), "max_tokens": 24, "temperature": 0, **members}


def hello(**members: Any) -> Body:
    return chat(user_says(HELLO), **members)


def tool(**function: Any) -> list[Body]:
    return [{"type": "function", "function": {"name": "look", "parameters": {}, **function}}]


def schema_format(schema: Body) -> Body:
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}


def enum_schema(text: str) -> Body:
    return {"type": "object", "properties": {"who": {"type": "string", "enum": [text, "nobody"]}}}


def called(text: str) -> list[Body]:
    function = {"name": "look", "arguments": f'{{"query": "{text}"}}'}
    return [{"id": "call_1", "type": "function", "function": function}]


def text_part(text: str) -> Body:
    return {"type": "text", "text": text}


def grammar(text: str) -> str:
    return f'root ::= "{text}" | "nobody"'


def blocks(text: str) -> list[Body]:
    return [text_part(text)]


def claude(*messages: Body, **members: Any) -> Body:
    return {"messages": list(messages), "max_tokens": 24, **members}


Make = Callable[[Asked], Body]
Ways = tuple[tuple[str, Make], ...]
