"""What one worker knows of the registry: an immutable snapshot, renewed when the version moves.

Every request compares one word of shared memory, so a target is in force in each worker of the
host as soon as the call that registered it has returned. It does not know what becomes of a match.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from detectors.lexical.index import LexicalIndex
from detectors.lexical.patterns import PatternSet
from detectors.values import TargetProfile
from detectors.views import normalise
from gateway.distinctive import standalone
from gateway.output_filter import OutputRules, Owner
from gateway.registry import Changes, ClientKey, Registry
from gateway.target import ForgetTarget, GuardName, Kind, State, TargetContent

# What these are called is a label for the operator; others are known by their names.
_UNNAMED_KINDS = (Kind.TOPIC, Kind.RECORD, Kind.DOCUMENT)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The registry as one request sees it, from beginning to end.

    Attributes:
        sequence: the number of the last event it includes.
        targets: the active targets by id.
        lexical: names and secrets to find in requests.
        rules: what answers may not say.
        client_keys: keys by the SHA-256 digest of their token.
        needs_client_key: whether a client without one of them is refused.
        has_passages: whether any target is known by meaning.
    """

    sequence: int
    targets: Mapping[str, ForgetTarget]
    lexical: LexicalIndex
    rules: OutputRules
    client_keys: Mapping[bytes, ClientKey]
    needs_client_key: bool
    has_passages: bool


class LiveTargets:
    """The snapshot of this worker."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._lock = asyncio.Lock()
        self._word: int | None = None
        self._snapshot = _snapshot(0, {}, {}, needs_client_key=True)

    @property
    def known(self) -> Snapshot:
        """The snapshot as it was last renewed."""
        return self._snapshot

    async def current(self) -> Snapshot:
        """Return a snapshot that holds everything acknowledged before this call.

        Raises:
            UnavailableError: the registry moved on and cannot be read.
        """
        if self._registry.version.read() != self._word:
            async with self._lock:
                await self._renew()
        return self._snapshot

    async def _renew(self) -> None:
        word = self._registry.version.read()
        if word == self._word:
            return
        known = self._snapshot
        # The word falls only when a backup was put in place: then nothing known is sure.
        is_restart = self._word is None or word < self._word
        changes = await self._registry.targets.changes_since(0 if is_restart else known.sequence)
        client_keys = await self._registry.keys.client_keys()
        needs_client_key = await self._registry.keys.clients_need_key()
        targets = _applied({} if is_restart else known.targets, changes)
        # In a thread: with many targets it takes long, and streams in progress must flow on.
        self._snapshot = await asyncio.to_thread(
            _snapshot, changes.sequence, targets, client_keys, needs_client_key=needs_client_key
        )
        self._word = word


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
    )


def _passages(content: TargetContent) -> tuple[str, ...]:
    """Return the texts whose meaning identifies a target.

    The name of a topic is one wording of it. A record is identified by its values alone: its
    description would touch every record alike.
    """
    if content.kind is Kind.RECORD:
        return ()
    name = content.name if content.kind is Kind.TOPIC else ""
    return tuple(filter(None, (name, content.description, *content.examples)))


def _applied(known: Mapping[str, ForgetTarget], changes: Changes) -> dict[str, ForgetTarget]:
    targets = dict(known)
    for target in changes.targets:
        if target.content.state is State.ACTIVE:
            targets[target.id] = target
        else:
            targets.pop(target.id, None)
    for erased in changes.erased:
        targets.pop(erased, None)
    return targets


def _snapshot(
    sequence: int,
    targets: Mapping[str, ForgetTarget],
    client_keys: Mapping[bytes, ClientKey],
    *,
    needs_client_key: bool,
) -> Snapshot:
    profiles = [profile_of(target) for target in targets.values()]
    protected = {
        target.id
        for target in targets.values()
        if target.content.policy.guard is not GuardName.MONITOR
    }
    return Snapshot(
        sequence=sequence,
        targets=MappingProxyType(dict(targets)),
        lexical=LexicalIndex(profiles),
        rules=_rules(profile for profile in profiles if profile.id in protected),
        client_keys=client_keys,
        needs_client_key=needs_client_key,
        has_passages=any(profile.passages for profile in profiles),
    )


def _rules(profiles: Iterable[TargetProfile]) -> OutputRules:
    owned = [item for profile in profiles for item in _owned_patterns(profile)]
    patterns = PatternSet((pattern, place) for place, (pattern, _) in enumerate(owned))
    return OutputRules(patterns, tuple(owner for _, owner in owned))


def _owned_patterns(profile: TargetProfile) -> Iterator[tuple[str, Owner]]:
    for text in (*profile.names, *profile.standalone_secrets):
        yield normalise(text).text.strip(), Owner(profile.id, needs_match=False)
    for text in profile.secrets:
        if text not in profile.standalone_secrets:
            yield normalise(text).text.strip(), Owner(profile.id, needs_match=True)
