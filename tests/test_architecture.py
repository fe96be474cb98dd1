"""The rules of the house: who may import whom, what stays light, and how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("gateway", "detectors", "editors")
MAY_IMPORT = {"gateway": {"detectors", "editors"}, "detectors": set(), "editors": set()}
HEAVY = ("torch", "vllm", "transformers", "sentence_transformers", "faiss")
LONGEST_FILE = 400


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(file: Path) -> set[str]:
    """Return the top-level packages that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_whom_they_may(package: str) -> None:
    forbidden = {*PACKAGES, "deploy", "tests"} - {package} - MAY_IMPORT[package]
    wrong = {
        str(file.relative_to(ROOT)): imported(file) & forbidden
        for file in modules(package)
        if imported(file) & forbidden
    }
    assert not wrong


@pytest.mark.parametrize("module", ["gateway", "gateway.app", "gateway.cli.main", "detectors"])
def test_what_serves_requests_loads_no_model_library(module: str) -> None:
    program = f"import sys, {module}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_and_stays_short(package: str) -> None:
    for file in modules(package):
        if "migrations" in file.parts:
            continue
        source = file.read_text()
        assert ast.get_docstring(ast.parse(source)), f"{file} has no docstring"
        assert source.count("\n") <= LONGEST_FILE, f"{file} is too long"


def test_nothing_but_the_command_line_prints() -> None:
    for package in PACKAGES:
        for file in modules(package):
            calls = (
                node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)
            )
            names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
            assert "print" not in names or "cli" in file.parts, f"{file} prints"
