"""The container files, as far as that can be checked without building them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.setup_environments import ROOT, TORCH_VERSION, VLLM_VERSION
from gateway.settings import PREFIX, Settings

COMPOSE = ROOT / "deploy" / "compose.yaml"
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
KNOWN = {PREFIX + name.upper() for name in Settings.model_fields}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text()))


def test_every_setting_named_is_one(compose: dict[str, Any]) -> None:
    named = set(compose["services"]["gateway"]["environment"])
    named |= set(re.findall(r"\bLETHE_[A-Z_]+(?==)", DOCKERFILE))
    assert len(named) > 4
    assert named <= KNOWN


def test_vllm_is_reachable_from_the_gateway_only(compose: dict[str, Any]) -> None:
    services, networks = compose["services"], compose["networks"]
    assert "ports" not in services["vllm"]
    shared = set(services["vllm"]["networks"])
    assert all(networks[name]["internal"] for name in shared)
    assert shared < set(services["gateway"]["networks"])


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    values = [
        value
        for service in compose["services"].values()
        for name, value in service["environment"].items()
        if name.endswith(("KEY", "KEYS"))
    ]
    assert values
    assert all(re.fullmatch(r"\$\{\w+:\?\}", value) for value in values)


def test_data_and_key_lie_in_different_volumes(compose: dict[str, Any]) -> None:
    mounts = dict(mount.split(":")[:2] for mount in compose["services"]["gateway"]["volumes"])
    assert set(mounts) == set(compose["volumes"])
    assert f"LETHE_DATA_DIRECTORY={mounts['data']} " in DOCKERFILE
    assert f"XDG_CONFIG_HOME={mounts['key']}\n" in DOCKERFILE


def test_versions_agree_with_set_up(compose: dict[str, Any]) -> None:
    assert f'"torch=={TORCH_VERSION}"' in DOCKERFILE
    assert compose["services"]["vllm"]["image"].endswith(f":v{VLLM_VERSION}")


def test_the_image_holds_what_the_package_is_built_from() -> None:
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE))
    files = {name for group in copied for name in group.split()}
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == files
    assert all((ROOT / name).exists() for name in files)


def test_a_socket_takes_the_place_of_vllms_port(compose: dict[str, Any]) -> None:
    added = yaml.safe_load((ROOT / "deploy" / "compose.socket.yaml").read_text())["services"]
    served = compose["services"]["vllm"]["command"]
    socket = added["gateway"]["environment"]["LETHE_UPSTREAM_SOCKET"]
    assert set(added["gateway"]["environment"]) <= KNOWN
    assert added["vllm"]["command"] == [*served, "--uds", socket]
    shared = {volume.split(":")[1] for volume in added["vllm"]["volumes"]}
    assert shared == {str(Path(socket).parent)}
    assert added["gateway"]["volumes"] == [f"{each}:ro" for each in added["vllm"]["volumes"]]
    assert "ports" not in added["vllm"]


def test_only_the_gateways_pods_reach_vllm() -> None:
    manifest = (ROOT / "deploy" / "kubernetes" / "network-policy.yaml").read_text()
    policy, service = yaml.safe_load_all(manifest)
    spec = policy["spec"]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert spec["egress"] == []
    (rule,) = spec["ingress"]
    assert rule["from"] == [{"podSelector": {"matchLabels": {"app": "lethe"}}}]
    assert spec["podSelector"]["matchLabels"] == service["spec"]["selector"] != {"app": "lethe"}
    assert service["spec"]["type"] == "ClusterIP"
    assert [port["port"] for port in rule["ports"]] == [8000]
