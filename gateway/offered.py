"""Which kinds, scopes, guards and disclosures work in this release.

The API refuses, and the command line does not offer, what is not listed here. It knows no reasons.
"""

from __future__ import annotations

from gateway.target import Context, Disclosure, GuardName, Kind, Scope

KINDS = (Kind.PERSON, Kind.ENTITY, Kind.TOPIC, Kind.DOCUMENT, Kind.RECORD)
NAMED_KINDS = (Kind.PERSON, Kind.ENTITY)
SCOPES = (Scope.ALL, Scope.FACTS)
CONTEXTS = (Context.FORGET,)
GUARDS = (GuardName.REFUSE, GuardName.IN_CONTEXT, GuardName.MONITOR)
DISCLOSURES = (Disclosure.EXPLICIT, Disclosure.GENERIC)
