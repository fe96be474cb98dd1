"""Whether a content may be registered now, as time goes and as clients are let in.

It asks the registry and the clock; what they are checked for is known elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.admin.services import Services
from gateway.admin.target_checks import check_audiences, check_expiry
from gateway.errors import RequestError
from gateway.registry.values import utc_now
from gateway.target import TargetContent


async def check_standing(
    content: TargetContent, before: TargetContent | None, services: Services
) -> None:
    """Check a content that is to be registered in place of another, if there was one.

    Raises:
        RequestError: it expired already, or spares an audience that nobody could be told from.
    """
    (refusal,) = await refusals([content], before, services)
    if refusal:
        raise refusal


async def refusals(
    contents: Sequence[TargetContent], before: TargetContent | None, services: Services
) -> list[RequestError | None]:
    """Return for each content why it may not be registered now, or None."""
    spares = any(content.audiences for content in contents)
    need_key = await services.registry.keys.clients_need_key() if spares else True
    now = utc_now()

    def refusal(content: TargetContent) -> RequestError | None:
        try:
            check_expiry(content, before, now)
            check_audiences(content, before, clients_need_key=need_key)
        except RequestError as error:
            return error
        return None

    return [refusal(content) for content in contents]
