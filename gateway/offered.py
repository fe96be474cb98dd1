"""Which kinds, scopes, guards and disclosures work in this release.

The API refuses, and the command line does not offer, what is not listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.target import Context, Disclosure, GuardName, Kind, Mentions, Scope

KINDS = (Kind.PERSON, Kind.ENTITY, Kind.TOPIC, Kind.DOCUMENT, Kind.RECORD)
NAMED_KINDS = (Kind.PERSON, Kind.ENTITY)
SCOPES = (Scope.ALL, Scope.FACTS)
CONTEXTS = (Context.FORGET, Context.ALLOW)
GUARDS = (
    GuardName.REFUSE,
    GuardName.IN_CONTEXT,
    GuardName.AGENTIC,
    GuardName.CONSTRAIN,
    GuardName.REDACT,
    GuardName.MONITOR,
)
DISCLOSURES = (Disclosure.EXPLICIT, Disclosure.GENERIC, Disclosure.UNKNOWN)
MENTIONS = (Mentions.WITHHOLD, Mentions.ALLOW)

LATER: Mapping[str, str] = MappingProxyType(
    {GuardName.ADAPTER.value: "it serves edited weights, and comes with edits"}
)
"""Why a value that exists does not work yet."""
