"""What all tests of the detectors share: examples are drawn without a limit on time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("lethe", deadline=None)
settings.load_profile("lethe")
