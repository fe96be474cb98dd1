"""What of a conversation counts, and what its messages make together. Knows nothing of HTTP."""

from detectors.conversation.leaning import Leaning, leaning
from detectors.conversation.spread import Joined, joined
from detectors.conversation.turns import ConversationPlan, apply, plan_of

__all__ = ["ConversationPlan", "Joined", "Leaning", "apply", "joined", "leaning", "plan_of"]
