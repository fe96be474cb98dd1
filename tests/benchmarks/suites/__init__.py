"""The public sets as suites: which there are, and which module reads each.

A module has `suites(data)`; it knows the files of its set and nothing of any detector. The data is
no part of the repository.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import MappingProxyType

from gateway.evaluation.values import Suite

# Module, function, and what it measures.
_SUITES = {
    "tofu-name": ("tofu_name", "suites", "TOFU: fictitious authors registered by name alone"),
    "tofu-example": ("tofu_example", "suites", "TOFU: questions as examples, without names"),
    "tofu-fact": ("tofu_fact", "suites", "TOFU: ten facts an author, scope facts, three seeds"),
    "rwku": ("rwku", "suites", "RWKU: half of the people, name and one sentence"),
    "wmdp": ("wmdp", "suites", "WMDP: three hazardous topics against MMLU"),
    "blur-tofu": ("blur", "tofu_suites", "BLUR: a question about an author beside a harmless one"),
    "blur-hp": ("blur", "potter_suites", "BLUR: Harry Potter beside another story"),
    "muse": ("muse", "suites", "MUSE: questions about Harry Potter that seldom name it"),
    "hidden": ("hidden", "suites", "names in every disguise, RWKU and the demo world"),
    "typos": ("typos", "suites", "RWKU: names with one and two typing errors"),
    "jailbreak": ("jailbreak", "suites", "names and topics in every jailbreak template"),
    "spread": ("conversations", "spread_suites", "names in pieces over turns; benign chats"),
    "after-guarded": ("conversations", "after_guarded_suites", "the turn after a guarded one"),
    "described": ("described", "suites", "people by description or relation, never by name"),
    "languages": ("languages", "suites", "people of bmlama17 in seventeen languages"),
    "benign": ("benign", "suites", "1,000 people registered, benign prompts of many kinds"),
}

SUMMARIES = MappingProxyType({name: summary for name, (_, _, summary) in _SUITES.items()})


def build(name: str, data: Path) -> tuple[Suite, ...]:
    """Return a suite, several where it is measured with several seeds or registrations.

    Raises:
        UnavailableSuite: the data, or a part of this release, is not there.
    """
    module, function, _ = _SUITES[name]
    found: tuple[Suite, ...] = getattr(importlib.import_module(f"{__name__}.{module}"), function)(
        data
    )
    return found
