"""The group `lethe eval`: measures, each on files in the shapes that the README shows.

It knows which measures there are.
"""

from __future__ import annotations

import click

from gateway.cli.eval_detection import detection


@click.group(name="eval")
def evaluate() -> None:
    """Measure detection on targets and prompts whose right answers are known."""


evaluate.add_command(detection)
