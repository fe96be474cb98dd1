"""What the resources of the admin API work with.

It knows where they find it; it does not know what they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.admin.inspector import Inspector
from gateway.registry import Registry


@dataclass(frozen=True, slots=True)
class Services:
    """The registry, and the judgement of this worker."""

    registry: Registry
    inspector: Inspector


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


WithServices = Annotated[Services, Depends(_services)]
