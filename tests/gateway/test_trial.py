"""What a target would flag of ordinary prompts; what the API makes of it is in test_admin_trial."""

from __future__ import annotations

from typing import Any

from gateway.target import Kind, Scope, TargetContent
from gateway.trial import Flood, OrdinaryTraffic, profile_as_if

PROMPTS = (
    *("How do I sort a list in Velmish?", "Is Velmish fast?", "Write Velmish code, please."),
    *("What did Asha Velmont say of it?", "Tell me what is new."),
)
TRAFFIC = OrdinaryTraffic(PROMPTS)


def content(name: str, kind: Kind = Kind.ENTITY, **fields: Any) -> TargetContent:
    return TargetContent(kind, name, **fields)


def test_the_worst_field_is_blamed() -> None:
    aliases = ("Quilla", "Velmish", "Asha Velmont")
    assert TRAFFIC.flood(content("Somebody Else", aliases=aliases)) == Flood("aliases.1", 3, 5)
    secrets = (("sort a list", True),)
    found = TRAFFIC.flood(content("Other", secrets=("sort a list",), secrets_alone=secrets))
    assert found == Flood("secrets.0", 1, 5)


def test_what_is_not_written_floods_nothing() -> None:
    assert TRAFFIC.flood(content("Mirela Oskarne", secrets=("Tell", "14 Lantern Row"))) is None
    assert TRAFFIC.flood(content("Velmish", Kind.TOPIC, description="d")) is None
    facts = content("Velmish", scope=Scope.FACTS, examples=("How is it parsed?",))
    assert TRAFFIC.flood(facts) is None


def test_the_quick_check_finds_what_the_whole_one_does() -> None:
    for name in ("Velmish", "Asha Velmont", "Mirela Oskarne", "May", "Bertram Velmont"):
        target = content(name, Kind.PERSON)
        flagged = TRAFFIC.flagged(profile_as_if(target))
        flood = TRAFFIC.flood(target)
        assert (flood.flagged if flood else 0) == len(flagged)
