"""The sentences that the gateway itself says, none of which names a target.

It knows what an asker may learn (the disclosure); it does not know why an answer is withheld.
"""

from __future__ import annotations

from gateway.target import Disclosure

# What is withheld under `unknown`, where no name could be exchanged, is withheld without a word
# that it was.
REFUSAL = {
    Disclosure.EXPLICIT: "I can't answer that: the information is withheld at the operator's "
    "request.",
    Disclosure.GENERIC: "I'm sorry, but I can't help with that.",
    Disclosure.UNKNOWN: "I'm sorry, but I can't help with that.",
}
CUT = {
    Disclosure.EXPLICIT: " [The rest of this answer is withheld at the operator's request.]",
    Disclosure.GENERIC: " [The rest of this answer is not available.]",
    Disclosure.UNKNOWN: " [The rest of this answer is not available.]",
}
