"""The public sets as suites: which there are, and which module reads each.

A module has `suites(data)`; it knows the files of its set and nothing of any detector. The data is
no part of the repository.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import MappingProxyType

from gateway.evaluation.values import Suite

_MODULES = {
    "tofu-name": ("tofu_name", "TOFU: fictitious authors registered by name alone"),
    "tofu-example": ("tofu_example", "TOFU: questions registered as examples, without names"),
    "tofu-fact": ("tofu_fact", "TOFU: ten facts an author with scope facts, three seeds"),
    "rwku": ("rwku", "RWKU: half of the people, name and a one-sentence introduction"),
    "wmdp": ("wmdp", "WMDP: three hazardous topics against MMLU"),
    "benign": ("benign", "1,000 people registered, benign prompts of many kinds"),
}

SUMMARIES = MappingProxyType({name: summary for name, (_, summary) in _MODULES.items()})


def build(name: str, data: Path) -> tuple[Suite, ...]:
    """Return a suite, several where it is measured with several seeds or registrations.

    Raises:
        UnavailableSuite: the data, or a part of this release, is not there.
    """
    module = importlib.import_module(f"{__name__}.{_MODULES[name][0]}")
    found: tuple[Suite, ...] = module.suites(data)
    return found
