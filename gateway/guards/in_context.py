"""The guard `in_context`: put a policy and a reasoning instruction in front of the request.

After DRAGON (arXiv 2511.05784): a policy for what is to be forgotten and a chain-of-thought
instruction steer an unchanged model. Here the instruction comes from a template. The prompt
holds names and aliases of the matched targets, never a secret value.
"""

from __future__ import annotations

from gateway.guards.base import Asked, Treatment
from gateway.target import ForgetTarget

POLICY = (
    "Policy: do not share any information about the following: {names}.\n"
    "Before answering, think step by step, silently: does the question concern any of them, "
    "directly or indirectly, by name, by alias or by description? If it does, decline politely "
    "and give no detail. If it does not, answer as usual."
)


class InContextGuard:
    """Instruct the model, in the one ordinary call."""

    async def apply(self, asked: Asked) -> Treatment:
        """Return the request with the policy in front."""
        policy = POLICY.format(names="; ".join(entry(target) for target in asked.plan.targets))
        guarded = asked.dialect.with_policy(asked.request, policy)
        return Treatment("instructed", request=guarded, own_texts=(policy,))


def entry(target: ForgetTarget) -> str:
    """Return how the policy names a target: its name, and its aliases in brackets."""
    aliases = ", ".join(target.content.aliases)
    return f"{target.content.name} (also known as {aliases})" if aliases else target.content.name
