"""A detector process that detects nothing; the tests run it as a script.

It writes its process id where its socket should be, and leaves when its standard input ends.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--socket", type=Path)
parser.add_argument("--encoder")
arguments, _ = parser.parse_known_args()
if arguments.encoder == "no-such-encoder":
    sys.exit(2)
arguments.socket.write_text(str(os.getpid()))
while os.read(0, 1024):
    pass
