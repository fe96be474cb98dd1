"""What a guard is: a matched request in, what to do with it out.

A guard knows the wording of its treatment, and asks for all else through `GuardTools`; it does
not know sockets, storage or detectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from detectors.values import Verdict
from gateway.guards.costs import Cost
from gateway.guards.model import GuardModel
from gateway.policy import Plan
from gateway.target import ForgetTarget
from gateway.unknown import Swap
from gateway.upstream import Headers
from gateway.wire.dialect import Body, Dialect
from gateway.wire.text import Channel

__all__ = ["Asked", "Cost", "Draft", "Guard", "GuardTools", "Treatment"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole answer of the upstream, held back until a guard has read it.

    Attributes:
        status: of HTTP.
        headers: end to end.
        body: as it came: one JSON value, or a whole event stream.
        is_event_stream: which of the two.
        prose: what the answer says, all choices; empty where it is an error.
        other: what it says elsewhere: reasoning, arguments of tools.
    """

    status: int
    headers: Headers
    body: bytes
    is_event_stream: bool
    prose: str
    other: str = ""


class GuardTools(Protocol):
    """What a guard may ask for while it treats one request."""

    @property
    def model(self) -> GuardModel:
        """The guard model, with what this request may still spend on it."""

    @property
    def may_constrain(self) -> bool:
        """Whether secrets may be sent to the upstream as `bad_words`."""

    async def draft(self, request: Body | None = None) -> Draft:
        """Ask the upstream once and return its whole answer; by default with the client's bytes.

        Raises:
            UpstreamError: the exchange failed.
        """

    async def candidates(self, texts: Sequence[str]) -> tuple[ForgetTarget, ...]:
        """Return the targets in force that texts may speak of, best first, by name and by meaning.

        The names come first, then the nearest few by embedding. How many there are in the
        registry does not change how many are returned, which the caller bounds.
        """

    async def is_clear(self, request: Body) -> bool:
        """Return whether detection finds no target that is in force in a request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A matched request as its guard gets it; no guard changes any of it.

    Attributes:
        request: what the client asked, or that with its context redacted.
        dialect: of its endpoint.
        channels: its texts.
        verdict: what was found in them; the index of a match is that of a channel.
        plan: what is to be done.
        tools: what may be asked for.
        is_changed: whether `request` is no longer what the client sent.
    """

    request: Body
    dialect: Dialect
    channels: tuple[Channel, ...]
    verdict: Verdict
    plan: Plan
    tools: GuardTools
    is_changed: bool = False

    def with_request(self, request: Body) -> Asked:
        """Return this with another request in the place of the client's."""
        return replace(self, request=request, is_changed=True)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a guard decided.

    At most one of `answer`, `request` and `draft` is set, but for an answer with its draft.

    Attributes:
        action: what is recorded: `refused`, `instructed`, `monitored`, `audited`, `rewritten` ...
        answer: the text that answers at once; None to send what the upstream says. Where `draft`
            is set too, a model wrote it in the place of what the draft says, and the output
            filter is to read it; otherwise it is the gateway's own wording.
        request: the request to send upstream in place of the client's; None for its own bytes.
        draft: an answer of the upstream that is to be sent, through the output filter.
        swap: what disclosure `unknown` did to the request, to be undone in the answer.
        may_name: targets that an audit found the answer not to speak of, though it holds their
            names; their secrets still count.
        own_texts: prompts of the guard, of which no longer run may stand in the answer.
        cost: what the guard model was asked for.
    """

    action: str
    answer: str | None = None
    request: Body | None = None
    draft: Draft | None = None
    swap: Swap | None = None
    may_name: frozenset[str] = frozenset()
    own_texts: tuple[str, ...] = ()
    cost: Cost = Cost()


class Guard(Protocol):
    """One way to treat a matched request."""

    async def apply(self, asked: Asked) -> Treatment:
        """Return what becomes of a request."""
