"""The group `lethe` and the start of the program.

It knows which commands there are. What they need to talk or serve is imported when one runs, so
that `lethe --help` answers at once.
"""

from __future__ import annotations

import click

from gateway.cli.decision import decision
from gateway.cli.detect import detect
from gateway.cli.eval import evaluate
from gateway.cli.events import events
from gateway.cli.key import key
from gateway.cli.probe import probe
from gateway.cli.serve import serve
from gateway.cli.target import target

EXIT_CODES = """
\b
Exit codes:
  0  done
  1  what was asked about is not so, or part of the work failed
  2  wrong usage or settings
  3  the gateway does not answer
  4  the gateway refused
"""


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lethe-gateway", message="lethe %(version)s")
def main() -> None:
    """Make a served model forget registered targets.

    `lethe serve` runs the gateway, and `lethe eval` measures without one. The other commands
    administer one that runs: they take its address with --url and an admin key from
    LETHE_ADMIN_KEY.
    """


for command in (serve, target, detect, probe, evaluate, events, key, decision):
    main.add_command(command)

if __name__ == "__main__":
    main()
