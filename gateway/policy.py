"""From a verdict to a plan: which guard treats a request, for which targets, and why.

It reads the policies of the matched targets and who asks; it does not know what a guard does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from detectors.values import Match, Stage, Verdict
from gateway.known_targets import KnownTarget
from gateway.offered import NAMED_KINDS
from gateway.target import Context, Disclosure, ForgetTarget, GuardName
from gateway.wire.text import Channel

STRICTNESS = (
    GuardName.REFUSE,
    GuardName.AGENTIC,
    GuardName.IN_CONTEXT,
    GuardName.CONSTRAIN,
    GuardName.REDACT,
    GuardName.MONITOR,
)
"""From the strictest: the first that any matched target asks for treats the whole request.

`refuse` lets no model speak; `agentic` lets it speak and reads what it said; `in_context` tells it
what to leave out; `constrain` only keeps it from the listed values; `redact` only takes away what
was supplied; `monitor` does nothing.
"""

CONTEXT_ROLES = frozenset({"tool", "system", "developer", "assistant"})
"""Whose texts are material for the answer. All others ask: the user, and what stands outside."""

_AUDITED = " Other targets ask that every answer be audited."

TURN_LISTS = frozenset({"messages", "input"})
"""The members of requests that list the turns of a conversation."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a request.

    Attributes:
        guard: the guard that treats it.
        targets: those that the guard treats, best match first: the targets that are asked after,
            and under `redact` those that only supplied texts speak of.
        disclosure: what the asker may learn; `unknown` only where a name can take the place of
            every target's, and an answer is withheld at all.
        reason: one sentence that says why, with identifiers only.
        context: (index of the channel, match) of what supplied texts may not say.
        at_stake: every matched target that is in force, whose common values no answer may say;
            `targets` first.
    """

    guard: GuardName
    targets: tuple[ForgetTarget, ...]
    disclosure: Disclosure
    reason: str
    context: tuple[tuple[int, Match], ...] = ()
    at_stake: tuple[ForgetTarget, ...] = ()

    @property
    def target_ids(self) -> frozenset[str]:
        """The identifiers of the targets that the guard treats."""
        return frozenset(target.id for target in self.targets)


def plan_for(
    verdict: Verdict,
    channels: Sequence[Channel],
    targets: Mapping[str, ForgetTarget],
    *,
    client_roles: Collection[str],
    now: float,
    is_material: bool = False,
    is_audited: bool = False,
) -> Plan | None:
    """Return the plan for a verdict, or None where nothing that is in force matched.

    Args:
        verdict: what was found.
        channels: the texts of the request, which the verdict names by index.
        targets: those of the targets that it names which are active, by id.
        client_roles: those of the client's key; none where clients need no key.
        now: seconds since 1970.
        is_material: whether nobody is asked anything, as where texts are embedded: every text
            is supplied then, and redacted.
        is_audited: whether some target asks that every answer be read. A weaker guard of another
            target must not take its place: whoever names that one would ask unread.
    """
    own = frozenset() if is_material else own_channels(channels)
    matches = [
        (place, match)
        for place, match in verdict.matches
        if match.target in targets and targets[match.target].content.is_in_force(client_roles, now)
    ]
    if not matches:
        return None
    found = _Found.of(matches, own, targets)
    return found.plan(least=GuardName.AGENTIC if is_audited and not is_material else None)


def own_channels(channels: Sequence[Channel]) -> frozenset[int]:
    """Return the indices of the channels in which the client asks, and does not supply material.

    Those are the user's messages, what stands outside of messages (a grammar or a stop string
    asks too), and an assistant's turn that stands last: the model is to continue it. Where no
    user speaks, whatever is said asks.
    """
    asking = {place for place, each in enumerate(channels) if each.role not in CONTEXT_ROLES}
    if not any(channels[place].role != "request" for place in asking):
        return frozenset(range(len(channels)))
    return frozenset(asking | _prefill(channels))


def asks(place: int, match: Match, own: Collection[int]) -> bool:
    """Return whether a match is the client's asking.

    What an earlier turn holds counts as a match only where the current turn leans on it: that is
    asking, whoever spoke then.
    """
    return place in own or match.stage is Stage.CONTEXT


def settles(
    verdict: Verdict,
    channels: Sequence[Channel],
    targets: Mapping[str, KnownTarget],
    *,
    client_roles: Collection[str],
    now: float,
    is_material: bool = False,
) -> bool:
    """Return whether the request is refused whatever else is found in it.

    Args:
        verdict: what was found so far.
        channels: the texts of the request.
        targets: the active targets, by id.
        client_roles: those of the client's key.
        now: seconds since 1970.
        is_material: whether nobody is asked anything.
    """
    own = frozenset() if is_material else own_channels(channels)

    def refuses(target: KnownTarget | None) -> bool:
        if target is None or not target.is_in_force(client_roles, now):
            return False
        # Where names are exchanged the model is asked after all.
        return target.guard is GuardName.REFUSE and target.disclosure is not Disclosure.UNKNOWN

    return any(
        asks(place, match, own) and refuses(targets.get(match.target))
        for place, match in verdict.matches
    )


def disclosure_of(targets: Iterable[ForgetTarget]) -> Disclosure:
    """Return the most reticent disclosure that words can keep: what a withheld answer may say.

    No words answer as for a name that nobody knows; the nearest are general ones.
    """
    disclosures = {target.content.policy.disclosure for target in targets}
    return Disclosure.EXPLICIT if disclosures == {Disclosure.EXPLICIT} else Disclosure.GENERIC


def guard_of(target: ForgetTarget) -> GuardName:
    """Return the guard that a target asks for, the strictest for one that does not work yet."""
    guard = target.content.policy.guard
    return guard if guard in STRICTNESS else GuardName.REFUSE


@dataclass(frozen=True, slots=True)
class _Found:
    """What matched, by what it means: asked after, only supplied, or supplied and allowed."""

    asked: tuple[ForgetTarget, ...]
    supplied: tuple[ForgetTarget, ...]
    allowed: tuple[ForgetTarget, ...]
    context: tuple[tuple[int, Match], ...]
    matches: tuple[tuple[int, Match], ...]

    @classmethod
    def of(
        cls,
        matches: Sequence[tuple[int, Match]],
        own: Collection[int],
        targets: Mapping[str, ForgetTarget],
    ) -> _Found:
        every = [targets[id] for id in dict.fromkeys(match.target for _, match in matches)]
        context = tuple(
            (place, match)
            for place, match in matches
            if _is_redacted(place, targets[match.target], own)
        )
        asked = {match.target for place, match in matches if asks(place, match, own)}
        supplied = {match.target for _, match in context} - asked
        return cls(
            asked=tuple(each for each in every if each.id in asked),
            supplied=tuple(each for each in every if each.id in supplied),
            allowed=tuple(each for each in every if each.id not in asked | supplied),
            context=context,
            matches=tuple(matches),
        )

    def plan(self, *, least: GuardName | None) -> Plan:
        """Return what is to be done, with no weaker guard than `least`."""
        asked_for = self._guard()
        guard = min(asked_for, least or asked_for, key=STRICTNESS.index)
        treated = [each for each in self.asked if guard_of(each) is not GuardName.MONITOR]
        if asked_for is GuardName.REDACT:
            treated += self.supplied
        elif guard is GuardName.MONITOR:
            treated = [*self.asked, *self.allowed]
        every = (*treated, *self.asked, *self.supplied, *self.allowed)
        return Plan(
            guard=guard,
            targets=tuple(treated),
            disclosure=self._disclosure(asked_for, treated),
            reason=self._reason(asked_for) + (_AUDITED if guard is not asked_for else ""),
            context=self.context,
            at_stake=tuple({each.id: each for each in every}.values()),
        )

    def _guard(self) -> GuardName:
        guards = [guard_of(target) for target in self.asked]
        guards += [GuardName.REDACT] * bool(self.supplied)
        return min(guards, key=STRICTNESS.index, default=GuardName.MONITOR)

    def _disclosure(self, guard: GuardName, treated: Sequence[ForgetTarget]) -> Disclosure:
        """Return the most reticent disclosure that can be kept.

        To answer as for a name that nobody knows takes a name to put in the place of each; where
        one has none, withholding in general words is the most reticent that is left.
        """
        withholds = guard not in (GuardName.REDACT, GuardName.MONITOR)
        all_named = all(each.content.kind in NAMED_KINDS for each in treated)
        asked = {each.content.policy.disclosure for each in treated}
        if Disclosure.UNKNOWN in asked and withholds and all_named:
            return Disclosure.UNKNOWN
        return disclosure_of((*treated, *self.supplied))

    def _reason(self, guard: GuardName) -> str:
        asking = next((each for each in self.asked if guard_of(each) is guard), None)
        about = asking or (*self.supplied, *self.allowed)[0]
        match = next(match for _, match in self.matches if match.target == about.id)
        if guard_of(about) is guard and not self.context:
            why = f"Target {about.id} asks for {guard.value}"
        elif asking:
            why = f"Target {about.id} asks for {guard.value}, and supplied texts are redacted"
        elif self.supplied:
            why = f"Texts that the client supplied speak of target {about.id}"
        else:
            why = f"Target {about.id} allows that texts which the client supplied speak of it"
        return (
            f"{why}; {match.stage.value} match in the {match.view} text, score "
            f"{match.score:.2f} at threshold {match.threshold:.2f}."
        )


def _is_redacted(place: int, target: ForgetTarget, own: Collection[int]) -> bool:
    if place in own or target.content.context is Context.ALLOW:
        return False
    return guard_of(target) is not GuardName.MONITOR


def _prefill(channels: Sequence[Channel]) -> set[int]:
    """Return the channels of the last turn, if it is an assistant's."""
    turns: dict[tuple[str | int, int], list[int]] = {}
    for place, each in enumerate(channels):
        if len(each.path) > 1 and each.path[0] in TURN_LISTS and isinstance(each.path[1], int):
            turns.setdefault((each.path[0], each.path[1]), []).append(place)
    last = {name: max(number for list_, number in turns if list_ == name) for name, _ in turns}
    return {
        place
        for (name, number), places in turns.items()
        for place in places
        if number == last[name] and channels[place].role == "assistant"
    }
