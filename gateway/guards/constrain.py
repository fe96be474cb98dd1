"""The guard `constrain`: `in_context`, and the targets' values banned while the model decodes.

The values stand in the request as vLLM's `bad_words`. vLLM logs requests where it is told to, so
this is done only where a setting allows it. It does not know how a server bans words.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.guards.base import Asked, Treatment
from gateway.guards.in_context import InContextGuard
from gateway.profiles import profile_of
from gateway.target import ForgetTarget
from gateway.wire.dialect import Body

# The endpoints of vLLM that take `bad_words`.
_PATHS = frozenset({"/v1/chat/completions", "/v1/completions"})


class ConstrainGuard:
    """Ban names, aliases and secrets of the matched targets, where that may be sent."""

    def __init__(self) -> None:
        self._in_context = InContextGuard()

    async def apply(self, asked: Asked) -> Treatment:
        """Return the treatment of `in_context`, its request with the banned words."""
        treatment = await self._in_context.apply(asked)
        may_ban = asked.tools.may_constrain and asked.dialect.path in _PATHS
        if treatment.request is None or not may_ban:
            return treatment
        request = with_bans(treatment.request, asked.plan.targets)
        return replace(treatment, action=f"{treatment.action}, constrained", request=request)


def with_bans(request: Body, targets: tuple[ForgetTarget, ...]) -> Body:
    """Return the request with every word of the targets among its `bad_words`."""
    words = [word.strip() for target in targets for word in _words(target)]
    own = request.get("bad_words")
    before = [word for word in own if isinstance(word, str)] if isinstance(own, list) else []
    return {**request, "bad_words": list(dict.fromkeys([*before, *filter(None, words)]))}


def _words(target: ForgetTarget) -> tuple[str, ...]:
    profile = profile_of(target)
    return profile.secrets if profile.facts_only else (*profile.names, *profile.secrets)
