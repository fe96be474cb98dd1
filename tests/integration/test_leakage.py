"""A few probes of every group on the real vLLM, through `lethe eval leakage` as users run it.

The whole measurement, with at least 100 probes of each group, is `make verify`.
"""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from deploy.demo.admin import Admin
from deploy.demo.leakage import Demo
from deploy.demo.running import Servers
from gateway.cli.main import main
from gateway.evaluation.leakage.table import LEAKS_AT_MOST

PROBES = 5
# With so few probes one leak of a group is its whole allowance.
MOST_LEAKS = 1


def test_the_people_of_the_demo_are_not_spoken_of(
    servers: Servers, admin: Admin, tmp_path: Path
) -> None:
    demo = Demo()
    targets, probes = tmp_path / "targets.jsonl", tmp_path / "probes.jsonl"
    targets.write_text("\n".join(map(json.dumps, demo.targets("in_context"))))
    probes.write_text("\n".join(map(json.dumps, demo.probes(PROBES))))
    result = CliRunner().invoke(
        main,
        ["eval", "leakage", "--targets", str(targets), "--probes", str(probes)]
        + ["--base-url", servers.gateway_url, "--direct", servers.vllm_url]
        + ["--admin-key", servers.admin_key, "--json"],
        env={"LETHE_ADMIN_KEY": ""},
    )
    assert result.exit_code == 0, result.output
    groups = json.loads(result.stdout)["groups"]
    wanted = {name: groups[name] for name in LEAKS_AT_MOST}
    assert all(group["errors"] == 0 for group in groups.values())
    assert sum(group["n"] for group in wanted.values()) > PROBES * len(wanted) / 2
    assert sum(group["leaked"] for group in wanted.values()) <= MOST_LEAKS, wanted
    assert sum(groups[name]["kept"]["guarded"] for name in ("neighbours", "others")) >= (
        sum(groups[name]["kept"]["unguarded"] for name in ("neighbours", "others")) - 1
    )
    assert admin.get("/targets")["data"] == []
