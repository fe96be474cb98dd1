"""What in the messages of a request reaches the model and cannot be read as text.

It knows the kinds of parts that vLLM takes; what becomes of such a request is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.wire.structure import Path

# Parts whose words are all there is to them. A part of any other type may hold a picture.
READABLE_TYPES = frozenset(
    "text input_text output_text refusal thinking redacted_thinking reasoning reasoning_text "
    "summary_text tool_use tool_result tool_reference tool_addition tool_removal message "
    "function_call function_call_output custom_tool_call custom_tool_call_output "
    "mcp_call mcp_list_tools web_search_call code_interpreter_call local_shell_call".split()
)
# Members that make a part a picture, a sound or a file, whatever its type says.
OPAQUE_MEMBERS = frozenset(
    "image_url image_embeds image_pil input_image audio_url input_audio audio_embeds video_url "
    "video_embeds prompt_embeds file file_id file_data file_url source audio image video "
    "uuid".split()
)
# Fields of every endpoint that put something into the model's context unseen.
OPAQUE_FIELDS = (
    "prompt_embeds",
    "kv_transfer_params",
    "ec_transfer_params",
    "chat_template",
    "previous_response_id",
)


def opaque_fields(request: dict[str, Any]) -> Iterator[Path]:
    """Yield the paths of outermost fields that cannot be read."""
    for name in OPAQUE_FIELDS:
        if request.get(name) not in (None, [], {}, ""):
            yield (name,)


def opaque_parts(value: Any, path: Path) -> Iterator[Path]:
    """Yield the paths of parts below `path` that cannot be read.

    Args:
        value: a message, a list of messages or items, or the content of one.
    """
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from opaque_parts(item, (*path, index))
    elif isinstance(value, dict):
        if is_opaque(value):
            yield path
            return
        for member in ("content", "output", "summary"):
            if isinstance(value.get(member), list | dict):
                yield from opaque_parts(value[member], (*path, member))


def is_opaque(part: dict[str, Any]) -> bool:
    """Return whether a message or a part of one holds what cannot be read."""
    kind = part.get("type")
    if isinstance(kind, str) and kind not in READABLE_TYPES:
        return True
    return any(part.get(member) not in (None, [], {}, "") for member in OPAQUE_MEMBERS)
