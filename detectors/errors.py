"""The one error tree of the detectors.

DetectorError
├── EncoderError      the encoder cannot be loaded, or its package is missing
└── DetectorDownError the detector process does not answer
"""

from __future__ import annotations


class DetectorError(Exception):
    """Base of everything a detector raises on purpose."""


class EncoderError(DetectorError):
    """Raised when the encoder cannot be loaded; the message names the fix."""


class DetectorDownError(DetectorError):
    """Raised when the detector process does not answer; the caller must fail closed."""
