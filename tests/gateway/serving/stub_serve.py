"""`lethe serve` with the stubs in place of worker and detector; the tests run it as a script."""

from __future__ import annotations

import sys
from pathlib import Path

from gateway.errors import StartupError
from gateway.serving.startup import Programs, serve
from gateway.settings import load_settings

HERE = Path(__file__).parent
STUBS = Programs(
    worker=(sys.executable, str(HERE / "stub_worker.py")),
    detector=(sys.executable, str(HERE / "stub_detector.py")),
)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        serve(load_settings(), say, programs=STUBS)
    except StartupError as error:
        sys.exit(error.message)
