"""Measures a gateway with up to a million targets: memory, start, latency, registration, import.

    python -m tests.benchmarks.scale --targets 1000,100000,1000000 --directory /tmp/scale

The targets are synthetic (scale_targets.py). The embedding stage is off: what is measured is the
registry, the worker and the lexical stage; vectors have a benchmark of their own. For each size:

- build: a process makes the snapshot from the registry: seconds, CPU seconds, its greatest memory;
- start: seconds until `/readyz` answers from the snapshot, and what the worker holds then;
- lexical: CPU of the lexical stage for a prompt of 200 characters, best of several windows, with
  nothing registered since the snapshot and with segments of later registrations beside it;
- registration: milliseconds from sending `POST /admin/v1/targets` to its answer, while requests
  run; the request that follows each answer must be refused, or the run fails. Beside it, without
  other requests, the worker's CPU for a registration and the refused request after it: on a busy
  machine that is the figure to trust;
- import: targets a second through `lethe target import`, from the command to its end.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import httpx
from pydantic import SecretStr

from detectors.lexical.segments import SegmentedLexicalIndex
from detectors.values import TargetProfile
from detectors.views import views
from gateway.admin.target_form import NewTargetForm
from gateway.registry import Actor, Registry
from gateway.settings import Settings
from gateway.snapshots import Snapshots
from tests.benchmarks.scale_targets import SyntheticTargets
from tests.gateway.upstreams import Upstream, serving

KEY = base64.b64encode(bytes(32)).decode()
ADMIN_KEY = "the-admin-key-of-the-benchmark"
BATCH = 2000
REQUESTS_A_SECOND = 50
REGISTRATIONS = 200
WINDOWS = 7
IN_A_WINDOW = 100
PROMPT = (
    "Could you tell me where the author grew up, what the novel of 1987 is about, who translated "
    "it into other languages, and whether the critics of the time liked it as much as {name} did?"
)


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured at one size; seconds, megabytes, milliseconds."""

    targets: int
    build_s: float
    build_cpu_s: float
    build_peak_mb: float
    snapshot_mb: float
    ready_s: float
    worker_mb: float
    worker_peak_mb: float
    lexical_ms: float
    lexical_with_segments_ms: float
    request_p50_ms: float
    registration_p50_ms: float
    registration_p99_ms: float
    registration_cpu_ms: float
    import_per_s: float


def main() -> None:
    """Print one row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", default="1000,100000,1000000")
    parser.add_argument("--directory", type=Path, default=Path("/tmp/scale"))
    parser.add_argument("--imported", type=int, default=20_000, help="targets to import")
    parser.add_argument(
        "--keep", action="store_true", help="keep the registries, and use kept ones"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for count in map(int, arguments.targets.split(",")):
        directory = arguments.directory / f"run-{count}"
        if not arguments.keep:
            shutil.rmtree(directory, ignore_errors=True)
        row = asyncio.run(measure(count, directory, arguments.imported))
        if not arguments.keep:
            shutil.rmtree(directory, ignore_errors=True)
        if arguments.json:
            sys.stdout.write(json.dumps(asdict(row)) + "\n")
            continue
        sys.stdout.write(f"{count:,} synthetic targets, load {os.getloadavg()[0]:.1f}\n")
        for name, value in list(asdict(row).items())[1:]:
            sys.stdout.write(f"  {name:26} {value:12,.3f}\n")


async def measure(count: int, directory: Path, imported: int) -> Row:
    """Measure one size, on the registry that the directory holds or a new one."""
    directory.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        data_directory=directory, encryption_key=SecretStr(KEY), admin_key=SecretStr(ADMIN_KEY)
    )
    await fill(settings, SyntheticTargets(count).bodies(count), count)
    built = await build(settings)
    targets = SyntheticTargets(count, seed=time.time_ns())
    bodies = targets.bodies(imported + 2 * REGISTRATIONS, prefix=f"n{time.time_ns()}")
    lexical = await lexical_cost(settings, targets)
    async with gateway(directory) as (url, pid, ready):
        worker, peak = memory_of(pid)
        registered = await registrations(url, list(islice(bodies, REGISTRATIONS)))
        cpu = await registration_cpu(url, pid, list(islice(bodies, REGISTRATIONS)))
        speed = await asyncio.to_thread(import_speed, directory, url, bodies)
    return Row(count, *built, ready, worker, peak, *lexical, *registered, cpu, speed)


async def fill(settings: Settings, bodies: Iterator[dict[str, object]], count: int) -> None:
    """Register targets straight in the registry, unless it holds that many."""
    registry = await Registry.open(settings)
    done = await registry.targets.count_since(0)
    started = time.monotonic()
    while done < count:
        some = [NewTargetForm.model_validate(body) for body in islice(bodies, BATCH)]
        items = [(form.content(), form.id) for form in some]
        await registry.targets.create_many(items, Actor("benchmark"))
        done += len(some)
        sys.stderr.write(f"\r{done / (time.monotonic() - started):,.0f} a second, {done:,} done ")
    sys.stderr.write("\n")
    await registry.close()


async def build(settings: Settings) -> tuple[float, float, float, float]:
    """Return seconds, CPU seconds and greatest memory of a build, and the snapshot's size."""
    registry = await Registry.open(settings)
    try:
        snapshots = Snapshots(settings, registry)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        await snapshots.build(after=0)
        seconds = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        size = sum(file.stat().st_size for file in snapshots.directory.iterdir())
        return seconds, cpu, after.ru_maxrss / 1024, size / 1e6
    finally:
        await registry.close()


async def lexical_cost(settings: Settings, targets: SyntheticTargets) -> tuple[float, float]:
    """Return CPU milliseconds of a prompt without and with segments beside the base."""
    registry = await Registry.open(settings)
    try:
        derived = await Snapshots(settings, registry).newest()
        if derived is None:
            raise SystemExit("the snapshot cannot be used")
        index = derived.lexical
        later = [TargetProfile(f"later-{n}", 1, (targets.name(),)) for n in range(1100)]
        grown = index.with_changes(later[:1000]).with_changes(later[1000:1050])
        return cpu_of(index, targets), cpu_of(grown, targets)
    finally:
        await registry.close()


def cpu_of(index: SegmentedLexicalIndex, targets: SyntheticTargets) -> float:
    """Return CPU milliseconds of one prompt of 200 characters, best of several windows."""
    prompts = [PROMPT.format(name=targets.name())[:200] for _ in range(IN_A_WINDOW)]
    best = float("inf")
    for _ in range(WINDOWS):
        started = time.process_time()
        for prompt in prompts:
            index.examine(views(prompt))
        best = min(best, time.process_time() - started)
    return best / IN_A_WINDOW * 1000


@asynccontextmanager
async def gateway(directory: Path) -> AsyncIterator[tuple[str, int, float]]:
    """Run `lethe serve`; yield its URL, the process id of its worker, and seconds to readiness."""
    upstream = Upstream(pieces=[b'{"id": "x", "choices": []}'])
    async with serving(upstream) as upstream_url:
        environment = environment_of(directory) | {
            "LETHE_UPSTREAM_URL": f"{upstream_url}/v1",
            "LETHE_SEMANTIC": "false",
            "LETHE_PORT": "18731",
        }
        url = "http://127.0.0.1:18731"
        started = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gateway.cli.main", "serve"),
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=(directory / "gateway.log").open("wb"),
        )
        try:
            await until_ready(url)
            ready = time.monotonic() - started
            yield url, worker_of(process.pid), ready
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


def environment_of(directory: Path) -> dict[str, str]:
    """Return the environment of a gateway, or a command, on the registry of a run."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LETHE_")}
    return ours | {
        "LETHE_DATA_DIRECTORY": str(directory),
        "LETHE_ENCRYPTION_KEY": KEY,
        "LETHE_ADMIN_KEY": ADMIN_KEY,
    }


async def until_ready(url: str) -> None:
    """Return when `/readyz` says that the registry is served."""
    async with httpx.AsyncClient(base_url=url, timeout=300) as client:
        while True:
            with suppress(httpx.TransportError):
                answer = await client.get("/readyz")
                if answer.json().get("registry") == "ok":
                    return
            await asyncio.sleep(0.05)


def worker_of(supervisor: int) -> int:
    """Return the process id of the supervisor's worker."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = process.joinpath("stat").read_text().rpartition(")")[2].split()[1]
            command = process.joinpath("cmdline").read_bytes()
            if int(parent) == supervisor and b"gateway.serving.worker" in command:
                return int(process.name)
    raise SystemExit("the worker is not to be found")


def memory_of(pid: int) -> tuple[float, float]:
    """Return the present and the greatest resident memory of a process, in megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return tuple(int(fields[name].split()[0]) / 1000 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


async def registrations(
    url: str, bodies: Sequence[dict[str, object]]
) -> tuple[float, float, float]:
    """Return p50 of requests, and p50 and p99 of registrations among them, in milliseconds."""
    requests: list[float] = []
    answers: list[float] = []
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        traffic = asyncio.create_task(_traffic(client, requests))
        await asyncio.sleep(2)
        for body in bodies:
            answers.append(await _register(client, body))
            await asyncio.sleep(0.05)
        traffic.cancel()
        with suppress(asyncio.CancelledError):
            await traffic
    percentiles = statistics.quantiles(answers, n=100)
    return statistics.median(requests), percentiles[49], percentiles[98]


async def registration_cpu(url: str, pid: int, bodies: Sequence[dict[str, object]]) -> float:
    """Return CPU milliseconds of the worker for a registration and the request after it."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        before = cpu_seconds(pid)
        for body in bodies:
            await _register(client, body)
        return (cpu_seconds(pid) - before) / len(bodies) * 1000


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


async def _register(client: httpx.AsyncClient, body: dict[str, object]) -> float:
    """Return milliseconds of a registration, after which a request must be refused."""
    started = time.monotonic()
    answer = await client.post("/admin/v1/targets", json=body, headers=_admin())
    duration = (time.monotonic() - started) * 1000
    answer.raise_for_status()
    refused = await _ask(client, f"Where was {body['name']} born?")
    if not refused.get("choices"):
        raise SystemExit(f"a request was served without target {body['id']}")
    return duration


async def _traffic(client: httpx.AsyncClient, durations: list[float]) -> None:
    async with asyncio.TaskGroup() as group:
        while True:
            group.create_task(_timed(client, durations))
            await asyncio.sleep(1 / REQUESTS_A_SECOND)


async def _timed(client: httpx.AsyncClient, durations: list[float]) -> None:
    started = time.monotonic()
    await _ask(client, PROMPT.format(name="everybody"))
    durations.append((time.monotonic() - started) * 1000)


async def _ask(client: httpx.AsyncClient, text: str) -> dict[str, object]:
    body = {"model": "demo", "messages": [{"role": "user", "content": text}]}
    answer = await client.post("/v1/chat/completions", json=body)
    answer.raise_for_status()
    found: dict[str, object] = answer.json()
    return found


def _admin() -> dict[str, str]:
    return {"authorization": f"Bearer {ADMIN_KEY}"}


def import_speed(directory: Path, url: str, bodies: Iterable[dict[str, object]]) -> float:
    """Return targets a second of the command that imports them."""
    file = directory / "import.jsonl"
    lines = [json.dumps(body) for body in bodies]
    file.write_text("\n".join(lines))
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "gateway.cli.main", "target", "import", "--url", url, str(file)],
        check=True,
        env=environment_of(directory),
        stdout=subprocess.DEVNULL,
    )
    return len(lines) / (time.monotonic() - started)


if __name__ == "__main__":
    main()
