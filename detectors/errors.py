"""The one error tree of the detectors.

DetectorError
├── CalibrationError  the prompts to calibrate with cannot be read, or are too few
├── EncoderError      the encoder cannot be loaded, or its package is missing
└── DetectorDownError the detector process does not answer
"""

from __future__ import annotations


class DetectorError(Exception):
    """Base of everything a detector raises on purpose."""


class CalibrationError(DetectorError):
    """Raised when the prompts to calibrate with cannot be used; the message names the fix."""


class EncoderError(DetectorError):
    """Raised when the encoder cannot be loaded; the message names the fix."""


class DetectorDownError(DetectorError):
    """Raised when the detector process does not answer; the caller must fail closed."""


class SnapshotError(DetectorError):
    """Raised when a file of vectors cannot be used; it is rebuilt then."""
