"""What `lethe eval leakage --demo` measures: the demo's people, its probes and its servers.

It knows how both servers are started and what is drawn; it does not know what is counted.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

from deploy.demo.attacks import SLOT
from deploy.demo.cast import TARGETS, Cast, choose_targets, target_body
from deploy.demo.probes import Probes, Row
from deploy.demo.running import CHECKPOINT, MODEL, announced
from deploy.demo.world import Person, World, build_world
from deploy.gateway_process import gateway
from deploy.server_process import ServerError, ServerProcess, free_port
from deploy.vllm_cpu import vllm_on_cpu
from gateway.evaluation.checkout import DATA_VARIABLE, DEFAULT_DATA
from gateway.evaluation.errors import UnavailableSuite
from gateway.evaluation.leakage.templates import read_templates

Say = Callable[[str], None]
MEASURED, VALIDATION = "measured", "validation"
# The model reads 2,048 tokens, and spells out the words that it does not know, byte by byte.
LONGEST_TEMPLATE = 1200


@dataclass(frozen=True)
class Front:
    """One gateway of the demo."""

    url: str
    admin_key: str
    process: ServerProcess

    def cpu_seconds(self) -> float:
        """Return the CPU time of the gateway's processes so far."""
        return self.process.cpu_seconds()


@dataclass(frozen=True)
class Demo:
    """The demo's world with one half of its people: those measured, or those for tuning."""

    split: str = MEASURED
    state: Path = Path()
    say: Say = print

    @cached_property
    def world(self) -> World:
        return build_world()

    @cached_property
    def people(self) -> Sequence[Person]:
        return self.world.validation if self.split == VALIDATION else self.world.measured

    def chosen(self, size: int = TARGETS) -> list[Person]:
        """Return whom to forget: one of each couple; where many are wanted, their spouses too."""
        chosen = choose_targets(self.world, self.people, size)
        if size > TARGETS:
            more = [person for person in self.people if person not in chosen]
            chosen += more[: size - len(chosen)]
        return chosen

    def targets(self, guard: str, size: int = TARGETS) -> list[Row]:
        """Return the registrations of so many people."""
        return [target_body(person, guard) for person in self.chosen(size)]

    def names(self, size: int = TARGETS) -> list[str]:
        """Return the names that the baselines are told."""
        return [person.name for person in self.chosen(size)]

    def probes(self, size: int, people: int = TARGETS) -> list[Row]:
        """Draw so many probes of every group."""
        return Probes(Cast(self.world, self.chosen(people)), self.templates).rows(size)

    @cached_property
    def templates(self) -> Sequence[str]:
        """The public jailbreak templates, as far as the data is there and the model's context."""
        folder = Path(os.environ.get(DATA_VARIABLE) or DEFAULT_DATA) / "jailbreak"
        found = read_templates(folder, SLOT)
        return tuple(text for text in found if len(text) <= LONGEST_TEMPLATE)

    @contextmanager
    def upstream(self) -> Iterator[str]:
        """Run vLLM until the block ends; yield its address."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        server = vllm_on_cpu(
            CHECKPOINT, port, log=self.state / "vllm.log", name=MODEL, say=self.say
        )
        self.say("Starting vLLM on the CPU with the demo model ...")
        with _available(), announced(server, url, self.say):
            yield url

    @contextmanager
    def front(self, upstream_url: str, protection: str) -> Iterator[Front]:
        """Run a gateway of its own, with nothing registered, until the block ends."""
        state = next(
            folder for n in count() if not (folder := self.state / f"gateway-{n}").exists()
        )
        state.mkdir()
        port, key = free_port(), secrets.token_urlsafe(24)
        url = f"http://127.0.0.1:{port}"
        server = gateway(
            f"{upstream_url}/v1",
            port,
            state=state,
            admin_key=key,
            settings={"LETHE_PROTECTION": protection},
            say=self.say,
        )
        self.say(f"Starting a gateway with the protection {protection} ...")
        with _available(), announced(server, url, self.say):
            yield Front(url, key, server)


@contextmanager
def _available() -> Iterator[None]:
    """Raise what the command line shows without a traceback where a server does not start."""
    try:
        yield
    except ServerError as error:
        lines = str(error).splitlines()
        # Of the server's log the last line says why.
        raise UnavailableSuite(" ".join((lines[0], *lines[1:][-1:]))) from None


@contextmanager
def open_demo(split: str, say: Say) -> Iterator[Demo]:
    """Return the demo, with a folder for its servers that goes with the block."""
    with tempfile.TemporaryDirectory(prefix="lethe-leakage-") as folder:
        yield Demo(split, Path(folder), say)
