"""How a text is read before anything is looked for in it. Knows nothing of targets."""

from detectors.views.reading import (
    BASE64,
    PLAIN,
    SHORTEST_BASE64_RUN,
    Normalised,
    View,
    normalise,
    views,
)

__all__ = ["BASE64", "PLAIN", "SHORTEST_BASE64_RUN", "Normalised", "View", "normalise", "views"]
