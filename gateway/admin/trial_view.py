"""What a dry run answers: the target as it would be, and what it would flag.

It knows how a trial is shown; the trial knows what is flagged.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from gateway.admin.target_view import SecretRule, TargetView, secret_rules
from gateway.target import TargetContent
from gateway.trial import MOST, Flagged

EXAMPLES = 10


class FlaggedView(BaseModel):
    """An ordinary prompt that the target would flag."""

    prompt: str = Field(description="A prompt of the generated corpus.")
    stage: str = Field(description="The stage that would flag it.", examples=["exact"])
    reason: str = Field(description="Why.")


class BenignView(BaseModel):
    """What the target would flag of ordinary prompts, by its names, secrets and documents."""

    prompts: int = Field(description="How many prompts were tried.")
    flagged: int = Field(description="How many of them would be flagged.")
    rate: float = Field(
        description=f"Their share. Above {MOST} a registration needs `override=true`."
    )
    examples: list[FlaggedView] = Field(description="The first ten of them.")


class TrialView(BaseModel):
    """The answer of a dry run; nothing was registered."""

    dry_run: bool = Field(True, description="Always true.")
    benign: BenignView = Field(description="What it would flag of ordinary prompts.")
    secrets: list[SecretRule] = Field(description="How each secret would count.")
    target: TargetView = Field(
        description="The target as it would be shown; version 0, and without an id unless one "
        "was given."
    )


def trial_view(
    content: TargetContent, prompts: int, flagged: list[Flagged], target: TargetView
) -> TrialView:
    """Return what a dry run of a content answers."""
    examples = [
        FlaggedView(prompt=each.prompt, stage=each.match.stage.value, reason=each.match.reason)
        for each in flagged[:EXAMPLES]
    ]
    benign = BenignView(
        prompts=prompts, flagged=len(flagged), rate=len(flagged) / prompts, examples=examples
    )
    return TrialView(dry_run=True, benign=benign, secrets=secret_rules(content), target=target)
