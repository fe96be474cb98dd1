"""What becomes of a request that holds something which cannot be read as text.

It knows the setting; where such things stand is told by the dialects.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Literal

from gateway.errors import RequestError

logger = logging.getLogger(__name__)

_INSTEAD = {
    "prompt_embeds": "send the prompt as text",
    "chat_template": "have the operator give the server its template",
    "previous_response_id": "send the earlier turns in `input`",
    "prompt": "send the prompt's text in `input`",
    "background": "leave it out and wait for the answer",
    "kv_transfer_params": "leave it out",
    "ec_transfer_params": "leave it out",
}


def judge_uninspectable(
    paths: Sequence[str], setting: Literal["refuse", "pass"], request_id: str
) -> None:
    """Let a request pass, or refuse it.

    Args:
        paths: dotted paths of what cannot be read; none for most requests.
        setting: `LETHE_UNINSPECTABLE`.
        request_id: our own identifier, for the log.

    Raises:
        RequestError: the setting is `refuse`; the message names the first path and a way out.
    """
    if not paths:
        return
    if setting == "pass":
        logger.warning(
            "forwarded without being inspected: %s",
            ", ".join(paths),
            extra={"request_id": request_id},
        )
        return
    first = paths[0]
    raise RequestError(
        f"`{first}` cannot be inspected, so this request is not forwarded; "
        f"{_INSTEAD.get(first, 'send its content as text')}. "
        "The operator can allow it with LETHE_UNINSPECTABLE=pass.",
        param=first,
        code="cannot_inspect",
    )
