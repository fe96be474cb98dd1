"""The guard `monitor`: let the request pass, and have it recorded."""

from __future__ import annotations

from gateway.guards.base import Asked, Treatment


class MonitorGuard:
    """Change nothing; the pipeline records the decision."""

    async def apply(self, asked: Asked) -> Treatment:
        """Return the request's own bytes to the upstream."""
        return Treatment("monitored", request=asked.request if asked.is_changed else None)
