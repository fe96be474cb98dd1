"""From a verdict to a plan: who asks, what is supplied, and which policy decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.values import Match, Stage, Verdict
from gateway.known_targets import KnownTarget
from gateway.policy import STRICTNESS, Plan, plan_for, settles
from gateway.target import Context, Disclosure, ForgetTarget, GuardName, Kind, State
from gateway.wire.text import Channel
from tests.gateway.targets import NOW, target

MOMENT = NOW.timestamp()
USER = Channel(("messages", 0, "content"), "user", "Where was she born?")
TOOL = Channel(("messages", 1, "content"), "tool", "A page about her.")
CONTEXT_ROLES = ("tool", "system", "developer", "assistant")
OWN_ROLES = ("user", "request")

PlacedMatch = tuple[int, str] | tuple[int, str, Stage]


def verdict(*found: PlacedMatch) -> Verdict:
    """Return a verdict of (index of the channel, target) and, where it matters, the stage."""
    return Verdict(
        tuple(
            (
                place,
                Match(name, stage[0] if stage else Stage.EXACT, "plain", 1, 1, (0, 1), "why"),
            )
            for place, name, *stage in found
        )
    )


def plan(
    found: Verdict,
    *targets: ForgetTarget,
    channels: tuple[Channel, ...] = (USER, TOOL, replace(USER, path=("messages", 2, "content"))),
    roles: frozenset[str] = frozenset(),
    now: float = MOMENT,
) -> Plan | None:
    known = {each.id: each for each in targets}
    return plan_for(found, channels, known, client_roles=roles, now=now)


def certain(found: Plan | None) -> Plan:
    assert found is not None
    return found


def changed(each: ForgetTarget, **content: object) -> ForgetTarget:
    return replace(each, content=replace(each.content, **content))  # type: ignore[arg-type]


def test_nothing_matched_needs_no_plan() -> None:
    assert plan(verdict(), target()) is None


def test_a_target_that_is_no_longer_active_is_ignored() -> None:
    assert plan(verdict((0, "gone")), target()) is None
    assert plan(verdict((0, "t1")), changed(target(), state=State.WITHDRAWN)) is None


@pytest.mark.parametrize(
    ("guards", "chosen", "protected"),
    [
        ([GuardName.IN_CONTEXT, GuardName.REFUSE], GuardName.REFUSE, {"t0", "t1"}),
        ([GuardName.IN_CONTEXT, GuardName.AGENTIC], GuardName.AGENTIC, {"t0", "t1"}),
        ([GuardName.CONSTRAIN, GuardName.REDACT], GuardName.CONSTRAIN, {"t0", "t1"}),
        ([GuardName.MONITOR, GuardName.IN_CONTEXT], GuardName.IN_CONTEXT, {"t1"}),
        ([GuardName.MONITOR], GuardName.MONITOR, {"t0"}),
    ],
)
def test_the_strictest_guard_treats_the_request(
    guards: list[GuardName], chosen: GuardName, protected: set[str]
) -> None:
    targets = [target(f"t{place}", guard=guard) for place, guard in enumerate(guards)]
    made = certain(plan(verdict(*((0, each.id) for each in targets)), *targets))
    assert made.guard is chosen
    assert made.target_ids == protected


def test_a_guard_that_does_not_work_yet_is_the_strictest() -> None:
    made = certain(plan(verdict((0, "t1")), target(guard=GuardName.ADAPTER)))
    assert made.guard is GuardName.REFUSE


@pytest.mark.parametrize("role", OWN_ROLES)
def test_what_the_client_asks_is_guarded(role: str) -> None:
    channels = (USER, replace(USER, role=role))
    made = certain(plan(verdict((1, "t1")), target(), channels=channels))
    assert made.guard is GuardName.REFUSE
    assert made.context == ()


@pytest.mark.parametrize("role", CONTEXT_ROLES)
def test_what_the_client_supplies_is_redacted(role: str) -> None:
    channels = (replace(TOOL, role=role), USER, replace(USER, path=("messages", 2, "content")))
    found = verdict((0, "t1"))
    made = certain(plan(found, target(), channels=channels))
    assert made.guard is GuardName.REDACT
    assert made.context == found.matches
    assert made.target_ids == {"t1"}


def test_supplied_texts_pass_where_the_target_allows_them_and_the_answer_is_still_filtered() -> (
    None
):
    allowing = changed(target(), context=Context.ALLOW)
    made = certain(plan(verdict((1, "t1")), allowing))
    assert made.guard is GuardName.MONITOR
    assert made.context == ()
    assert [each.id for each in made.at_stake] == ["t1"]


def test_asking_after_a_target_that_allows_supplied_texts_is_guarded() -> None:
    allowing = changed(target(), context=Context.ALLOW)
    made = certain(plan(verdict((0, "t1"), (1, "t1")), allowing))
    assert made.guard is GuardName.REFUSE
    assert made.context == ()


def test_supplied_texts_are_redacted_beside_the_guard_of_what_is_asked() -> None:
    asked, supplied = target("t1", guard=GuardName.IN_CONTEXT), target("t2")
    made = certain(plan(verdict((0, "t1"), (1, "t2")), asked, supplied))
    assert made.guard is GuardName.IN_CONTEXT
    assert made.target_ids == {"t1"}
    assert [match.target for _, match in made.context] == ["t2"]
    assert [each.id for each in made.at_stake] == ["t1", "t2"]


def test_what_is_only_recorded_is_not_redacted() -> None:
    made = certain(plan(verdict((1, "t1")), target(guard=GuardName.MONITOR)))
    assert made.guard is GuardName.MONITOR
    assert made.context == ()
    assert "t1 asks for monitor" in made.reason


def test_an_earlier_turn_that_the_current_one_leans_on_is_asking() -> None:
    """It is asking, and what an earlier answer said is taken away all the same."""
    channels = (USER, replace(TOOL, role="assistant"), replace(USER, path=("messages", 2, "c")))
    made = certain(plan(verdict((1, "t1", Stage.CONTEXT)), target(), channels=channels))
    assert made.guard is GuardName.REFUSE
    assert [place for place, _ in made.context] == [1]


@pytest.mark.parametrize("name", ["messages", "input"])
def test_an_answer_that_the_model_is_to_continue_is_asking(name: str) -> None:
    channels = (
        Channel((name, 0, "content"), "user", "Go on."),
        Channel((name, 1, "content"), "assistant", "She was born in"),
        # Members may stand in any order: what is last is told by the number of the turn.
        Channel(("system",), "system", "Be brief."),
        Channel(("documents", 7, "text"), "tool", "A page."),
    )
    assert certain(plan(verdict((1, "t1")), target(), channels=channels)).guard is GuardName.REFUSE
    assert certain(plan(verdict((2, "t1")), target(), channels=channels)).guard is GuardName.REDACT
    assert certain(plan(verdict((3, "t1")), target(), channels=channels)).guard is GuardName.REDACT


@pytest.mark.parametrize("role", [*OWN_ROLES, *CONTEXT_ROLES])
def test_where_nobody_is_asked_everything_is_redacted(role: str) -> None:
    found, channels = verdict((0, "t1")), (replace(USER, role=role),)
    made = plan_for(
        found,
        channels,
        {"t1": target()},
        client_roles=(),
        now=MOMENT,
        is_material=True,
    )
    assert certain(made).guard is GuardName.REDACT
    assert certain(made).context == found.matches


@pytest.mark.parametrize(
    ("each", "place", "guard", "treated"),
    [
        (target(), 0, GuardName.REFUSE, {"t1"}),
        (target(guard=GuardName.IN_CONTEXT), 0, GuardName.AGENTIC, {"t1"}),
        (target(guard=GuardName.MONITOR), 0, GuardName.AGENTIC, set()),
        (target(), 1, GuardName.AGENTIC, {"t1"}),
        (target(disclosure=Disclosure.UNKNOWN), 1, GuardName.AGENTIC, {"t1"}),
    ],
)
def test_no_weaker_guard_takes_the_place_of_an_audit_of_every_answer(
    each: ForgetTarget, place: int, guard: GuardName, treated: set[str]
) -> None:
    found = verdict((place, "t1"))
    made = certain(
        plan_for(
            found,
            (USER, TOOL),
            {"t1": each},
            client_roles=(),
            now=MOMENT,
            is_audited=True,
        )
    )
    assert made.guard is guard
    assert made.target_ids == treated
    assert bool(made.context) is (place == 1)
    assert made.disclosure is not Disclosure.UNKNOWN


def test_another_list_of_turns_does_not_hide_what_is_to_be_continued() -> None:
    channels = (
        Channel(("messages", 0, "content"), "user", "Go on."),
        Channel(("messages", 1, "content"), "assistant", "She was born in"),
        Channel(("input", 9, "content"), "tool", "A page."),
    )
    assert certain(plan(verdict((1, "t1")), target(), channels=channels)).guard is GuardName.REFUSE


def test_where_no_user_speaks_everything_asks() -> None:
    channels = (replace(TOOL, role="system"), replace(USER, role="request"))
    assert certain(plan(verdict((0, "t1")), target(), channels=channels)).guard is GuardName.REFUSE


@pytest.mark.parametrize(
    ("disclosures", "decided"),
    [
        ([Disclosure.EXPLICIT], Disclosure.EXPLICIT),
        ([Disclosure.EXPLICIT, Disclosure.GENERIC], Disclosure.GENERIC),
        ([Disclosure.EXPLICIT, Disclosure.GENERIC, Disclosure.UNKNOWN], Disclosure.UNKNOWN),
    ],
)
def test_the_most_reticent_disclosure_decides(
    disclosures: list[Disclosure], decided: Disclosure
) -> None:
    targets = [target(each.value, disclosure=each) for each in disclosures]
    made = certain(plan(verdict(*((0, each.id) for each in targets)), *targets))
    assert made.disclosure is decided


def test_what_has_no_name_cannot_be_answered_as_unknown() -> None:
    unknown = target("t1", disclosure=Disclosure.UNKNOWN)
    topic = target("t2", kind=Kind.TOPIC, disclosure=Disclosure.EXPLICIT)
    made = certain(plan(verdict((0, "t1"), (0, "t2")), unknown, topic))
    assert made.disclosure is Disclosure.GENERIC


@pytest.mark.parametrize("guard", [GuardName.MONITOR, GuardName.REDACT])
def test_where_nothing_is_withheld_no_name_is_exchanged(guard: GuardName) -> None:
    unknown = target(guard=guard, disclosure=Disclosure.UNKNOWN)
    made = certain(plan(verdict((0, "t1")), unknown))
    assert made.disclosure is Disclosure.GENERIC


def test_the_reason_names_no_text_of_the_target() -> None:
    for place in (0, 1):
        made = certain(plan(verdict((place, "t1")), target()))
        assert "t1" in made.reason and "Mirela" not in made.reason


def test_a_target_has_no_effect_from_its_expiry_on() -> None:
    ending = changed(target(), expires_at=datetime(2026, 1, 1, 1, tzinfo=UTC))
    assert plan(verdict((0, "t1")), ending, now=MOMENT + 3599.9)
    assert plan(verdict((0, "t1")), ending, now=MOMENT + 3600) is None


def test_a_target_does_not_exist_for_its_audiences() -> None:
    exempting = changed(target(), audiences=("legal", "press"))
    assert plan(verdict((0, "t1")), exempting, roles=frozenset({"press", "other"})) is None
    assert plan(verdict((0, "t1")), exempting, roles=frozenset({"other"}))
    assert plan(verdict((0, "t1")), exempting), "clients without a key are nobody's audience"


@pytest.mark.parametrize(
    ("each", "place", "settled"),
    [
        (target(), 0, True),
        (target(), 1, False),
        (target(guard=GuardName.IN_CONTEXT), 0, False),
        (target(disclosure=Disclosure.UNKNOWN), 0, False),
        (changed(target(), audiences=("press",)), 0, False),
        (changed(target(), expires_at=NOW), 0, False),
    ],
)
def test_only_a_refusal_settles_what_else_may_be_found(
    each: ForgetTarget, place: int, settled: bool
) -> None:
    assert (
        settles(
            verdict((place, "t1"), (0, "gone")),
            (USER, TOOL),
            {"t1": KnownTarget.of(each)},
            client_roles=("press",),
            now=MOMENT,
        )
        is settled
    )


ROLES = ("legal", "press", "public")
some_targets = st.lists(
    st.builds(
        lambda guard, disclosure, kind, context, audiences, hours: changed(
            target(guard=guard, disclosure=disclosure, kind=kind),
            context=context,
            audiences=tuple(sorted(audiences)),
            expires_at=None if hours is None else NOW + timedelta(hours=hours),
        ),
        st.sampled_from(GuardName),
        st.sampled_from(Disclosure),
        st.sampled_from(Kind),
        st.sampled_from(Context),
        st.sets(st.sampled_from(ROLES)),
        st.none() | st.integers(-2, 2),
    ),
    min_size=1,
    max_size=4,
).map(lambda made: [replace(each, id=f"t{place}") for place, each in enumerate(made)])
some_channels = st.lists(st.sampled_from((*CONTEXT_ROLES, *OWN_ROLES)), min_size=1, max_size=4)


@given(some_targets, some_channels, st.sets(st.sampled_from(ROLES)), st.data())
def test_properties_of_a_plan(
    targets: list[ForgetTarget], roles: list[str], client: set[str], data: st.DataObject
) -> None:
    channels = tuple(
        Channel(("messages", place, "content"), role, "x") for place, role in enumerate(roles)
    )
    placed = st.tuples(
        st.integers(0, len(channels) - 1), st.sampled_from([each.id for each in targets])
    )
    found = verdict(*data.draw(st.lists(placed, max_size=6)))
    made = plan(found, *targets, channels=channels, roles=frozenset(client))

    by_id = {each.id: each for each in targets}
    in_force = {
        each.id
        for each in targets
        if not client & set(each.content.audiences)
        and (each.content.expires_at is None or each.content.expires_at > NOW)
    }
    matched = set(found.targets) & in_force
    if made is None:
        assert not matched, "what is in force and matched always has a plan"
        return
    assert {each.id for each in made.at_stake} == matched
    assert made.target_ids <= matched, "who is exempt, and when it is over, sees no effect"
    assert {match.target for _, match in made.context} <= matched
    last_is_prefill = roles[-1] == "assistant"
    no_user = "user" not in roles
    for place, match in found.matches:
        if match.target not in matched:
            continue
        is_own = (
            roles[place] in OWN_ROLES or no_user or (last_is_prefill and place == len(roles) - 1)
        )
        each = by_id[match.target]
        wanted = each.content.policy.guard
        wanted = GuardName.REFUSE if wanted is GuardName.ADAPTER else wanted
        if is_own:
            assert STRICTNESS.index(made.guard) <= STRICTNESS.index(wanted)
            assert (place, match) not in made.context
            assert wanted is GuardName.MONITOR or each.id in made.target_ids
        elif wanted is not GuardName.MONITOR and each.content.context is Context.FORGET:
            assert STRICTNESS.index(made.guard) <= STRICTNESS.index(GuardName.REDACT)
            assert (place, match) in made.context
        else:
            assert (place, match) not in made.context
    if made.guard not in (GuardName.REDACT, GuardName.MONITOR):
        assert any(
            each.content.policy.guard in (made.guard, GuardName.ADAPTER) for each in made.targets
        ), "no guard is stricter than what a target asks for"
