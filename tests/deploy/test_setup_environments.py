"""Where set-up takes packages from, and when it builds again; no package is installed here."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from deploy import setup_environments
from deploy.setup_environments import TORCH_VERSION, PackageSources, SetupError


def _wheels(directory: Path, version: str = TORCH_VERSION) -> Path:
    directory.mkdir()
    (directory / f"torch-{version}-cp311-cp311-manylinux_2_28_x86_64.whl").touch()
    return directory


def test_without_configuration_torch_comes_from_the_index_of_cpu_wheels() -> None:
    sources = PackageSources.from_pip("")
    assert sources.torch_directory is None
    assert sources.uv_options() == ["--torch-backend", "cpu"]


@pytest.mark.parametrize("name", ["global.find-links", "install.find-links", ":env:.find-links"])
def test_a_wheel_directory_with_torch_is_used(name: str, tmp_path: Path) -> None:
    wheels = _wheels(tmp_path / "wheels")
    sources = PackageSources.from_pip(f"{name}='{wheels}'")
    assert sources.torch_directory == str(wheels)
    assert sources.uv_options() == ["--find-links", str(wheels)]


@pytest.mark.parametrize("version", ["2.13.0", "2.13.0+cu130", "2.12.0+cpu"])
def test_a_wheel_directory_without_that_build_of_torch_is_not_enough(
    version: str, tmp_path: Path
) -> None:
    wheels = _wheels(tmp_path / "wheels", version)
    sources = PackageSources.from_pip(f"global.find-links='file://{wheels}'")
    assert sources.torch_directory is None
    assert sources.uv_options() == ["--find-links", f"file://{wheels}", "--torch-backend", "cpu"]


def test_a_wheel_page_is_taken_at_its_word() -> None:
    sources = PackageSources.from_pip("global.find-links='https://wheels.example/all.html'")
    assert sources.torch_directory == "https://wheels.example/all.html"


def test_indexes_certificates_and_proxy_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    sources = PackageSources.from_pip(
        "global.index-url='https://packages.example/simple'\n"
        "global.extra-index-url='https://a.example https://b.example'\n"
        "global.trusted-host='packages.example'\n"
        "global.cert='/certificates.pem'\n"
        "global.proxy='http://proxy.example:3128'\n"
    )
    options = " ".join(sources.uv_options())
    assert "--default-index https://packages.example/simple" in options
    assert "--index https://a.example --index https://b.example" in options
    assert "--index-strategy unsafe-best-match" in options
    assert "--allow-insecure-host packages.example" in options
    assert sources.environment()["SSL_CERT_FILE"] == "/certificates.pem"
    assert sources.environment()["HTTPS_PROXY"] == "http://proxy.example:3128"


def test_the_environment_wins_over_the_files() -> None:
    listing = ":env:.index-url='https://first.example'\nglobal.index-url='https://second.example'"
    assert PackageSources.from_pip(listing).index_url == "https://first.example"


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_a_clear_error(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find_spec = setup_environments.importlib.util.find_spec
    monkeypatch.setattr(
        setup_environments.importlib.util,
        "find_spec",
        lambda name: None if name == module else find_spec(name),
    )
    assert setup_environments.main() == 1
    assert f"no module {module}: install the venv package" in capsys.readouterr().err


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let set-up work below `tmp_path`, and write its steps down instead of taking them."""
    taken: list[str] = []

    def take(what: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        taken.append(what)
        if "venv" in command:
            binaries = Path(command[-1], "bin")
            binaries.mkdir(parents=True)
            (binaries / "python").symlink_to(sys.executable)
        if "fail" in (tmp_path / "pyproject.toml").read_text():
            raise SetupError("no network")

    (tmp_path / "pyproject.toml").write_text("[project]")
    monkeypatch.setattr(setup_environments, "ROOT", tmp_path)
    monkeypatch.setattr(setup_environments, "_step", take)
    monkeypatch.setattr(setup_environments, "_read_sources", lambda environment: PackageSources())
    monkeypatch.setattr(setup_environments, "_name_distribution", lambda target: None)
    return taken


GATEWAY = ["a virtual environment in .venv", "the gateway and its tools, in .venv"]
VLLM = ["a virtual environment in .venv/vllm", "vLLM 0.32.0 for the CPU, in .venv/vllm"]


def test_what_is_built_is_not_built_again(steps: list[str]) -> None:
    assert setup_environments.main() == 0
    assert steps == GATEWAY + VLLM
    steps.clear()
    assert setup_environments.main() == 0
    assert steps == []


def test_a_changed_project_renews_the_packages_of_the_gateway_alone(
    steps: list[str], tmp_path: Path
) -> None:
    setup_environments.main()
    steps.clear()
    (tmp_path / "pyproject.toml").write_text("[project]\nversion = '2'")
    assert setup_environments.main() == 0
    assert steps == GATEWAY[1:]


def test_a_broken_off_build_is_begun_anew(
    steps: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup_environments.main()
    (tmp_path / "pyproject.toml").write_text("fail")
    assert setup_environments.main() == 1
    assert "set-up: no network" in capsys.readouterr().err
    steps.clear()
    (tmp_path / "pyproject.toml").write_text("[project]")
    assert setup_environments.main() == 0
    assert steps == GATEWAY + VLLM


def test_the_override_drops_and_never_moves_a_requirement() -> None:
    lines = [
        line
        for line in setup_environments.OVERRIDES.read_text().splitlines()
        if not line.startswith("#")
    ]
    assert lines
    assert all(line.endswith('; sys_platform == "never"') for line in lines)
