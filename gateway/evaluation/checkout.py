"""The public suites, whose adapters and data stay outside the package.

It knows where a checkout keeps its adapters and where data may lie; it knows no suite.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

import gateway
from gateway.evaluation.errors import InputError
from gateway.evaluation.values import Suite

ROOT = Path(gateway.__file__).resolve().parent.parent
ADAPTERS = "tests.benchmarks.suites"
DATA_VARIABLE = "LETHE_DATA"
DEFAULT_DATA = ROOT.parent / "shared" / "data"


class Adapters(Protocol):
    """What the package of the adapters offers."""

    SUMMARIES: Mapping[str, str]
    """What each suite measures, by its name."""

    def build(self, name: str, data: Path) -> tuple[Suite, ...]:
        """Return a suite, several where it is measured with several seeds or registrations.

        Raises:
            UnavailableSuite: the data, or a part of this release, is not there.
        """


def adapters(root: Path = ROOT) -> Adapters:
    """Return the adapters of this checkout.

    Raises:
        InputError: this is an installed package, which holds none.
    """
    if not (root / Path(*ADAPTERS.split("."))).is_dir():
        raise InputError(
            f"Suites need a checkout of the repository: there is no tests/benchmarks/suites in "
            f"{root}. Clone it, install it with `pip install -e .` and run `lethe` from there; "
            "files of your own need no checkout: give --targets and --prompts."
        )
    if str(root) not in sys.path:
        sys.path.append(str(root))
    return cast(Adapters, importlib.import_module(ADAPTERS))


def data_folder() -> Path:
    """Return where the public data lies.

    Raises:
        InputError: it is not there.
    """
    folder = Path(os.environ.get(DATA_VARIABLE) or DEFAULT_DATA)
    if not folder.is_dir():
        raise InputError(
            f"The public data is not at {folder}: set {DATA_VARIABLE} to the folder that holds "
            "tofu/, rwku/, wmdp/ and the others; it is no part of the repository."
        )
    return folder
