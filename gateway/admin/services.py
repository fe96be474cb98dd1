"""What the resources of the admin API work with.

It knows where they find it; it does not know what they do.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.admin.inspector import Inspector
from gateway.errors import UnavailableError
from gateway.registry import Registry

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """The registry, and the judgement of this worker."""

    registry: Registry
    inspector: Inspector

    async def settle(self) -> None:
        """Let this worker's view catch up, so that what is shown of it speaks of the present.

        A view that cannot is no reason to deny a change that was made: requests wait for it, or
        are refused.
        """
        try:
            await self.inspector.settle()
        except UnavailableError as error:
            logger.warning("this worker's view lags behind the registry: %s", error)


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


WithServices = Annotated[Services, Depends(_services)]
