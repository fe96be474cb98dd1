"""The group `lethe eval`: measures, each on files in the shapes that the README shows.

It knows which measures there are.
"""

from __future__ import annotations

import click

from gateway.cli.eval_detection import detection
from gateway.cli.eval_leakage import leakage


@click.group(name="eval")
def evaluate() -> None:
    """Measure detection, and what leaks, on files whose right answers are known."""


evaluate.add_command(detection)
evaluate.add_command(leakage)
