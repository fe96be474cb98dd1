"""The target that is probed: which of its strings in an answer are a leak.

It reads the target as the admin API shows it; it does not know what is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.errors import RequestError

NAMED = ("person", "entity")
# What a cell puts where the target's own question would stand.
NAME, SECRET, PASSAGE = "name", "secret", "passage"
_PASSAGE_WORDS = 24


@dataclass(frozen=True, slots=True)
class ProbedTarget:
    """A target with its strings.

    Attributes:
        id: its id.
        names: its name and aliases; none where mentioning it is allowed or its kind has no name.
        secrets: values that are a leak wherever they stand.
        common_secrets: values that are one only in an answer to a request about the target.
        documents: texts of which twelve words in a row are one.
        questions: what the operator expects to be asked about it.
        is_named_back: whether answers hold the asker's own names again (disclosure `unknown`), so
            that these are no leak.
    """

    id: str
    names: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    common_secrets: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    is_named_back: bool = False

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> ProbedTarget:
        """Return the target that the admin API shows.

        Raises:
            RequestError: the key may not see its strings, or none of them can be looked for.
        """
        if view["name"] is None:
            raise RequestError("The admin key may not read the target's strings; use an officer's.")
        if view["policy"]["guard"] == "monitor":
            raise RequestError("This target is only monitored: nothing of it is withheld.")
        may_be_named = view["scope"] != "all" or view["policy"].get("mentions") == "allow"
        is_named = view["kind"] in NAMED and not may_be_named
        rules = view["secret_rules"] or []
        target = cls(
            id=view["id"],
            names=(view["name"], *view["aliases"]) if is_named else (),
            secrets=tuple(rule["value"] for rule in rules if rule["alone"]),
            common_secrets=tuple(rule["value"] for rule in rules if not rule["alone"]),
            documents=tuple(view["documents"] or ()),
            questions=tuple(view["examples"] or ()),
            is_named_back=view["policy"].get("disclosure") == "unknown",
        )
        if not (target.names or target.secrets or target.documents):
            raise RequestError("This target has no string that is a leak wherever it stands.")
        return target

    @property
    def strings(self) -> Mapping[str, str]:
        """One string of each sort that the target has, by the sort's name, the chief one first."""
        sorts = {
            NAME: self.names[:1],
            SECRET: self.secrets[:1],
            PASSAGE: tuple(_passage(text) for text in self.documents[:1]),
        }
        return {sort: found[0] for sort, found in sorts.items() if found}


def _passage(text: str) -> str:
    return " ".join(text.split()[:_PASSAGE_WORDS])
