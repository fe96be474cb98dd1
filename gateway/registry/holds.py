"""Legal holds: what is registered may not be lost while somebody must be able to produce it.

A hold keeps the data and not the effect: a target on hold may be withdrawn, may expire, and may be
added to. It knows contents and the log; it does not know who asks for a hold, or why.
"""

from __future__ import annotations

from gateway.errors import ConflictError
from gateway.registry.transactions import Transaction
from gateway.registry.values import Actor
from gateway.target import TargetContent

HELD = "target.held"
RELEASED = "target.released"
"""What the log calls the change of a hold; beside the event of the change that it came with."""

_ONE = ("kind", "name", "description", "reason")
_MANY = ("aliases", "examples", "secrets", "documents")


def refuse_loss(
    id: str, before: TargetContent, after: TargetContent | None, *, may_release: bool = True
) -> None:
    """Raise if a change would destroy what a hold keeps.

    Args:
        id: of the target.
        before: what is registered.
        after: what takes its place; None to erase it.
        may_release: whether whoever changes it means to lift the hold, where it is lifted.

    Raises:
        ConflictError: the target is on hold before and after, or would be erased.
    """
    if not before.legal_hold:
        return
    if after is not None and not after.legal_hold and not may_release:
        raise _conflict(
            f"Target {id} is under a legal hold, which no replacement lifts: repeat "
            '`"legal_hold": true`, or lift the hold first, with `PATCH` and '
            '`{"legal_hold": false}`.'
        )
    if after is None:
        raise _conflict(
            f"Target {id} is under a legal hold and cannot be erased: lift the hold first, with "
            '`PATCH` and `{"legal_hold": false}`. To take it out of effect and keep it, set its '
            "`state` to `withdrawn`."
        )
    lost = _lost(before, after) if after.legal_hold else None
    if lost:
        raise _conflict(
            f"Target {id} is under a legal hold, and `{lost}` would lose what it says: add to it, "
            'or lift the hold first, with `PATCH` and `{"legal_hold": false}`.'
        )


def record_hold(
    transaction: Transaction,
    actor: Actor,
    *,
    id: str,
    version: int,
    before: TargetContent | None,
    after: TargetContent,
) -> None:
    """Log that a hold was set or lifted, if it was; before the event of the change itself."""
    was_held = before is not None and before.legal_hold
    if was_held != after.legal_hold:
        action = HELD if after.legal_hold else RELEASED
        transaction.record(action, actor, target_id=id, target_version=version)


def _lost(before: TargetContent, after: TargetContent) -> str | None:
    """Return the field that would say less than before, or None."""
    for field in _ONE:
        if getattr(before, field) not in ("", getattr(after, field)):
            return field
    for field in _MANY:
        if not set(getattr(before, field)) <= set(getattr(after, field)):
            return field
    return None


def _conflict(message: str) -> ConflictError:
    return ConflictError(message, param="legal_hold", code="legal_hold")
