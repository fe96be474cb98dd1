"""The guard `in_context`: put a policy and a reasoning instruction in front of the request.

A message that asks for something else too is asked without its sentences about the targets, and
so needs no policy. The prompt holds names and aliases, never a secret value.
"""

from __future__ import annotations

from gateway.guards.base import Asked, Treatment
from gateway.guards.instruction import policy_for
from gateway.guards.remainder import remainder


class InContextGuard:
    """Instruct the model, in the one ordinary call, or ask it for the other half only."""

    async def apply(self, asked: Asked) -> Treatment:
        """Return the request without its sentences about targets, or with the policy in front."""
        rest = await remainder(asked)
        if rest is not None:
            return Treatment("part_withheld", request=rest)
        policy = await policy_for(asked)
        return Treatment(
            "instructed",
            request=asked.dialect.with_policy(asked.request, policy),
            own_texts=(policy,),
            cost=asked.tools.model.cost,
        )
