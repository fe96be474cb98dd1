"""An inspector that answers as it is told and notes what it is asked."""

from __future__ import annotations

from collections.abc import Collection

from gateway.admin import Explanation
from gateway.admin.inspector import SemanticState
from gateway.registry.version import VersionWord

MATCH = {
    "target": "t1",
    "stage": "exact",
    "view": "plain",
    "score": 1.0,
    "threshold": 1.0,
    "span": (10, 24),
    "reason": "The name of the target stands in the text.",
}


class ScriptedInspector:
    def __init__(self, word: VersionWord) -> None:
        self._word = word
        self.state: SemanticState = "ready"
        self.error: Exception | None = None
        self.lag: Exception | None = None
        self.asked: list[str] = []
        self.roles: list[tuple[str, ...]] = []
        self.settled: list[int] = []

    async def detect(self, text: str, client_roles: Collection[str]) -> Explanation:
        self.asked.append(text)
        self.roles.append(tuple(client_roles))
        if self.error:
            raise self.error
        if "Mirela" in text:
            return Explanation(True, (MATCH,), "refuse", "The target asks for it.")
        return Explanation(False, (), None, "Nothing matched.", ("One window was not read.",))

    async def settle(self) -> None:
        if self.lag:
            raise self.lag
        self.settled.append(self._word.read())

    def semantic_state(self, target_id: str, version: int) -> SemanticState:
        return self.state
