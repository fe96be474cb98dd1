"""Runs a command that must not outlive its owner: `tether.py LOG COMMAND...`.

The owner holds the other end of standard input; when that closes, by intent or because the owner
died, the command's process group is stopped. It does not know what the command is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 15.0


def main(arguments: list[str]) -> int:
    """Run the command, print its process id on a line, and return its exit status."""
    log, *command = arguments
    with open(log, "ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # A group of its own: Ctrl-C reaches the owner alone.
        )
    print(child.pid, flush=True)
    threading.Thread(target=_stop_at_end_of_input, args=(child,), daemon=True).start()
    status = child.wait()
    _signal_group(child, signal.SIGKILL)  # What the command left behind.
    return status


def _stop_at_end_of_input(child: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass  # Only the end means something.
    _signal_group(child, signal.SIGTERM)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        _signal_group(child, signal.SIGKILL)


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        pass  # Everything in it has ended.


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
