"""Targets registered in a running gateway for as long as something is measured.

It erases what it registered, however the measuring ends; it does not know what is measured.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from gateway.evaluation.values import TargetBody


class Registry(Protocol):
    """The calls of the admin API that are needed."""

    def post(self, path: str, body: dict[str, Any]) -> Mapping[str, Any]:
        """Post an object and return the answer."""

    def delete(self, *path: str) -> None:
        """Delete what is at a path."""


@contextmanager
def registered(registry: Registry, bodies: Sequence[TargetBody]) -> Iterator[Mapping[str, str]]:
    """Register the targets while the block runs; yield the gateway's ids by those of the file.

    The ids are new ones, since one that was erased before cannot be registered again.
    """
    ids: dict[str, str] = {}
    known: set[str] = set()
    try:
        for body in bodies:
            id = f"leakage-{uuid.uuid4().hex}"
            # Noted before it is sent: an interrupt may come before the answer does.
            ids[str(body.get("id", body["name"]))] = id
            registry.post("targets", {**body, "id": id})
            known.add(id)
        yield ids
    finally:
        _erase(registry, tuple(ids.values()), known)


def _erase(registry: Registry, ids: Sequence[str], known: Container[str]) -> None:
    """Erase every target, the others too where one cannot be; raise the first failure at last."""
    failure: Exception | None = None
    for id in ids:
        try:
            registry.delete("targets", id)
        except Exception as error:
            # One whose registration was not answered may not be there.
            failure = failure or (error if id in known else None)
    if failure is not None:
        raise failure
