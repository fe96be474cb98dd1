"""Registrations as the admin API accepts them, as the profiles that detectors take.

It knows the admin API's form and what a worker makes of it; it does not know any detector.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from detectors.values import TargetProfile
from gateway.admin.target_form import NewTargetForm
from gateway.evaluation.values import TargetBody
from gateway.profiles import profile_of
from gateway.target import ForgetTarget, State

# When something was registered has no bearing on detection.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def registered(body: TargetBody, sequence: int) -> ForgetTarget:
    """Return the target that `body` would register; without an id it is known by its name.

    Raises:
        RequestError: the admin API would refuse it; the error names the field and the fix.
    """
    form = NewTargetForm.read(dict(body))
    return ForgetTarget(
        id=form.id or form.name,
        version=1,
        sequence=sequence,
        content=form.content(),
        created_at=EPOCH,
        updated_at=EPOCH,
    )


def profiles(bodies: Iterable[TargetBody]) -> tuple[TargetProfile, ...]:
    """Return what the detectors are given of the active targets.

    Raises:
        RequestError: the admin API would refuse one.
    """
    targets = (registered(body, sequence) for sequence, body in enumerate(bodies, start=1))
    return tuple(profile_of(target) for target in targets if target.content.state is State.ACTIVE)
