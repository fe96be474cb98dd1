"""The disclosure `unknown`: the same request asked with a name that nobody has, swapped back.

    request ─► surrogates for the names in it ─► upstream ─► filter ─► names put back ─► client

It knows texts, names and tokens; it knows nothing of sockets, storage or how a match was found.
"""

from gateway.unknown.swap import Swap
from gateway.unknown.unknowns import Unknowns

__all__ = ["Swap", "Unknowns"]
