"""How a text is read before anything is looked for in it. Knows nothing of targets."""

from detectors.views.encodings import SHORTEST_BASE64_RUN
from detectors.views.kinds import BASE64, PLAIN
from detectors.views.names import forms_of
from detectors.views.reading import Normalised, normalise
from detectors.views.undo import Readings, readings, views
from detectors.views.view import View

__all__ = [
    "BASE64",
    "PLAIN",
    "SHORTEST_BASE64_RUN",
    "Normalised",
    "Readings",
    "View",
    "forms_of",
    "normalise",
    "readings",
    "views",
]
