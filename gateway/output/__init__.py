"""Answers on their way back: how a text is read, what of it is held, masked or cut.

Nothing here knows why a request matched, or in which shape an answer is sent.
"""

from gateway.output.filter import OutputFilter, OutputRules
from gateway.output.sentences import sentences_of
from gateway.output.watch import StreamWatch
from gateway.output.whole import Examined, examine

__all__ = ["Examined", "OutputFilter", "OutputRules", "StreamWatch", "examine", "sentences_of"]
