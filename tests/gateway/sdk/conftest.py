"""A gateway that forgets one person, in front of an upstream that says what it is told."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.sdk.speaking import NAME, Speaker


@pytest.fixture
def speaker() -> Speaker:
    """Return what the gateway forwards to."""
    return Speaker()


@pytest.fixture
async def rig(make_rig: MakeRig, speaker: Speaker) -> Rig:
    """Return a gateway that forgets one person."""
    rig = await make_rig(speaker)
    await rig.forget(NAME)
    return rig
