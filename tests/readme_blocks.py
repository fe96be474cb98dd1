"""The parts of README.md that are written by the code: run this module to write them anew.

`python -m tests.readme_blocks` replaces what stands between `<!-- name -->` and `<!-- /name -->`.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from gateway.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PACKAGES = ("gateway", "detectors", "editors", "deploy")


def settings_block() -> str:
    """Return the table of all settings."""
    rows = ["| name | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        is_plain = field.default_factory is None and field.default is not None
        default = f"`{field.default}`" if is_plain else ""
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def map_block() -> str:
    """Return every module with the first sentence of its docstring."""
    lines = ["```"]
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if "versions" in file.parts:
                continue
            name = str(file.relative_to(ROOT))
            lines.append(f"{name:<40} {_first_sentence(file)}".rstrip())
    return "\n".join([*lines, "```"])


def _first_sentence(file: Path) -> str:
    text = ast.get_docstring(ast.parse(file.read_text())) or ""
    paragraph = " ".join(text.partition("\n\n")[0].split())
    return re.split(r"(?<=[.;])\s", paragraph)[0].rstrip(".;")


def written(readme: str) -> str:
    """Return the README with its generated parts as they should be."""
    for name, block in (("settings", settings_block()), ("map", map_block())):
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        readme = pattern.sub(lambda found, block=block: f"{found[1]}{block}\n{found[2]}", readme)
    return readme


if __name__ == "__main__":
    README.write_text(written(README.read_text()))
