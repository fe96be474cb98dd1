"""The few calls of the admin API that the demo and the tests make, as plain HTTP.

It does not know what a target is about, or what a guard does.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

DECISION_WAIT_SECONDS = 2.0


class Admin:
    """The admin API of one gateway; a context manager over its connection."""

    def __init__(self, gateway_url: str, key: str) -> None:
        self._http = httpx.Client(
            base_url=f"{gateway_url}/admin/v1",
            headers={"Authorization": f"Bearer {key}"},
            trust_env=False,
            timeout=30.0,
        )

    def register(self, target: Mapping[str, object]) -> str:
        """Register a target and return its id; it is in effect when this returns."""
        return str(self._json("POST", "/targets", json=target)["id"])

    def change(self, target_id: str, patch: Mapping[str, object]) -> None:
        """Change some fields of a target (a JSON merge patch)."""
        self._json("PATCH", f"/targets/{target_id}", json=patch)

    def erase(self, target_id: str) -> None:
        """Erase a target; its text is destroyed."""
        self._http.delete(f"/targets/{target_id}").raise_for_status()

    def get(self, path: str) -> dict[str, Any]:
        """Return what a path below `/admin/v1` answers."""
        return self._json("GET", path)

    def detected(self, text: str) -> list[str]:
        """Return the ids of the targets that the verdict on a text names."""
        matches = self._json("POST", "/detect", json={"text": text})["matches"]
        return [str(match["target"]) for match in matches]

    def decision(self, request_id: str) -> dict[str, Any] | None:
        """Return what was done to a request, or None when it passed unchanged.

        Decisions are written off the path of the request, so one may come a moment later.
        """
        last_look = time.monotonic() + DECISION_WAIT_SECONDS
        while True:
            answer = self._http.get(f"/decisions/{request_id}")
            if answer.status_code != httpx.codes.NOT_FOUND:
                answer.raise_for_status()
                return dict(answer.json())
            if time.monotonic() > last_look:
                return None
            time.sleep(0.05)

    def _json(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self._http.request(method, path, **options)
        if answer.is_error:
            raise RuntimeError(f"{method} {path} answered {answer.status_code}: {answer.text}")
        return dict(answer.json())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()
