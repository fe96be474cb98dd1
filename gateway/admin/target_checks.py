"""What the fields of a target demand of each other, of the time, and of the keys of clients.

It knows contents and names the field at fault; it does not know how a request is read.
"""

from __future__ import annotations

from datetime import datetime

from gateway.errors import RequestError
from gateway.offered import NAMED_KINDS
from gateway.target import Disclosure, Kind, Scope, TargetContent


def check(content: TargetContent) -> None:
    """Check what the fields demand of each other.

    Raises:
        RequestError: nothing in the content could ever be found in a text, or fields exclude each
            other.
    """
    if content.kind is Kind.TOPIC and not (content.description.strip() or content.examples):
        raise _missing("examples", "A topic is found by meaning: give a description or examples.")
    if content.kind is Kind.RECORD:
        _check_record(content)
    _check_documents(content)
    if content.scope is Scope.FACTS:
        _check_facts(content)
    if content.policy.disclosure is Disclosure.UNKNOWN:
        _check_unknown(content)


def check_expiry(content: TargetContent, before: TargetContent | None, now: datetime) -> None:
    """Check that a new expiry date lies ahead; one that has passed since may stay.

    Raises:
        RequestError: it has passed.
    """
    expires_at = content.expires_at
    if expires_at is None or (before is not None and before.expires_at == expires_at):
        return
    if expires_at <= now:
        raise RequestError(
            "`expires_at`: this moment has passed: give a later one, or set `state` to "
            "`withdrawn` to end the target now.",
            param="expires_at",
        )


def check_audiences(
    content: TargetContent, before: TargetContent | None, *, clients_need_key: bool
) -> None:
    """Check that clients can be told apart, where new audiences are to be exempt.

    Raises:
        RequestError: clients need no key.
    """
    is_new = before is None or before.audiences != content.audiences
    if content.audiences and is_new and not clients_need_key:
        raise RequestError(
            "`audiences`: clients need no key, so that nobody could be told apart: make a client "
            "key with a role first (`lethe key create`, or LETHE_API_KEYS), or leave it out.",
            param="audiences",
            code="clients_need_no_key",
        )


def _check_documents(content: TargetContent) -> None:
    """Raise unless a document, and nothing else, has texts."""
    if content.kind is not Kind.DOCUMENT:
        if content.documents:
            raise RequestError(
                "`documents`: register the texts as a target of their own, with the kind "
                "`document`.",
                param="documents",
            )
        return
    if not content.documents:
        raise _missing("documents", "A document is found by its words: give at least one text.")
    if content.false_positive_rate is not None:
        raise RequestError(
            "`false_positive_rate`: a document is found by its words, and not by meaning.",
            param="false_positive_rate",
        )


def _check_record(content: TargetContent) -> None:
    """Raise unless there is a value that the record is found by."""
    alone = dict(content.secrets_alone)
    if all(alone.get(secret) is False for secret in content.secrets):
        raise _missing(
            "secrets",
            "A record is found by its values: give at least one secret that counts alone.",
        )
    if content.false_positive_rate is not None:
        raise RequestError(
            "`false_positive_rate`: a record is found by its values, and not by meaning.",
            param="false_positive_rate",
        )


def _check_facts(content: TargetContent) -> None:
    """Raise unless there is a fact, and a name that it is a fact about."""
    if content.kind not in NAMED_KINDS:
        raise RequestError(
            "`scope`: only of a person or an entity can `facts` be forgotten: the others have "
            "no name that may be spoken of.",
            param="scope",
        )
    if not content.examples:
        raise _missing(
            "examples",
            "With the scope `facts` the facts are listed: give at least one as an example, "
            "such as a question that asks for it.",
        )


def _check_unknown(content: TargetContent) -> None:
    """Raise unless there is a name in whose place another could be asked for."""
    if content.kind in NAMED_KINDS and content.scope is Scope.ALL:
        return
    raise RequestError(
        "`policy.disclosure`: `unknown` answers as for a name that nobody knows, which takes a "
        "person or an entity with the scope `all`: choose `generic` here.",
        param="policy.disclosure",
    )


def _missing(param: str, message: str) -> RequestError:
    return RequestError(message, param=param, code="missing_field")
