"""From a target to what the detectors need to know of it.

It knows which fields of which kinds identify a target; it does not know how they are found.
"""

from __future__ import annotations

from detectors.values import TargetProfile
from gateway.distinctive import standalone
from gateway.target import ForgetTarget, Kind, Scope, TargetContent

# What these are called is a label for the operator; others are known by their names.
_UNNAMED_KINDS = (Kind.TOPIC, Kind.RECORD, Kind.DOCUMENT)


def profile_of(target: ForgetTarget) -> TargetProfile:
    """Return what the detectors need to know of a target."""
    content = target.content
    is_unnamed = content.kind in _UNNAMED_KINDS
    return TargetProfile(
        id=target.id,
        version=target.version,
        names=() if is_unnamed else (content.name, *content.aliases),
        secrets=content.secrets,
        standalone_secrets=standalone(content),
        passages=_passages(content),
        documents=content.documents,
        facts_only=content.scope is Scope.FACTS,
        description=content.description if content.kind is Kind.TOPIC else "",
        false_positive_rate=content.false_positive_rate,
    )


def _passages(content: TargetContent) -> tuple[str, ...]:
    """Return the texts whose meaning identifies a target.

    A topic's description becomes a direction of its own. Where only facts are forgotten, these are
    the examples. A record is identified by its values alone, a document by its words: their
    descriptions would touch every record or document alike.
    """
    if content.kind in (Kind.RECORD, Kind.DOCUMENT):
        return ()
    if content.kind is Kind.TOPIC or content.scope is Scope.FACTS:
        return content.examples
    return tuple(filter(None, (content.description, *content.examples)))
