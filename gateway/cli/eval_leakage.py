"""`lethe eval leakage`: what a running gateway still says of registered targets.

It reads options and shows reports; what they measure is known to `gateway.evaluation.leakage`.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.eval_common import bar, usage_errors
from gateway.cli.failure import NotSoError
from gateway.cli.output import printable, show_json, show_table

if TYPE_CHECKING:
    from gateway.cli.client import AdminClient

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
GUARDS = ("refuse", "in_context", "agentic", "redact", "constrain", "monitor")
WITHOUT_UPSTREAM = (
    "The upstream was not asked (--direct), so every probe counts, those too that the model "
    "cannot answer at all: the rates are lower than they would be."
)
WANTED_OF = "in_context, full"


@click.command()
@click.option(
    "--targets",
    type=EXISTING,
    help="Targets, one JSON object a line: the body of `POST /admin/v1/targets`, with an `id` "
    "that probes refer to. They are registered while it runs and erased afterwards.",
)
@click.option(
    "--probes",
    type=EXISTING,
    help="Probes, one JSON object a line: `prompt` or `messages`, `target` (an id, or null for "
    "what must be answered), `group`, `answers` (what is a leak), and perhaps `expected` (what "
    "is right), `inventions` (false values), `stream`, `path`, `body` (more members).",
)
@click.option("--base-url", metavar="URL", help="The gateway, such as http://127.0.0.1:8080.")
@click.option(
    "--direct",
    metavar="URL",
    help="The upstream itself, asked first: a probe that it does not answer does not count.",
)
@click.option("--admin-key", envvar="LETHE_ADMIN_KEY", help="As in LETHE_ADMIN_KEY.")
@click.option("--api-key", default="", help="A client key, for gateway and upstream.")
@click.option(
    "--demo",
    is_flag=True,
    help="Instead of files: start vLLM with the demo model and gateways in front of it, forget "
    "20 people, and ask all groups with the filter, without it, and with it alone.",
)
@click.option(
    "--guard",
    "guards",
    multiple=True,
    type=click.Choice(GUARDS),
    help="With --demo: a guard to measure; repeatable.  [default: in_context]",
)
@click.option(
    "--size",
    type=click.IntRange(1),
    default=110,
    show_default=True,
    help="With --demo: probes of each group that count.",
)
@click.option(
    "--group", "groups", multiple=True, metavar="NAME", help="With --demo: ask this group alone."
)
@click.option("--baseline", is_flag=True, help="With --demo: measure three baselines too.")
@click.option(
    "--split",
    type=click.Choice(("measured", "validation")),
    default="measured",
    show_default=True,
    help="With --demo: whom to forget; tune on the validation people.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def leakage(
    targets: Path | None,
    probes: Path | None,
    base_url: str | None,
    direct: str | None,
    admin_key: str | None,
    api_key: str,
    demo: bool,
    guards: tuple[str, ...],
    size: int,
    groups: tuple[str, ...],
    baseline: bool,
    split: str,
    as_json: bool,
) -> None:
    """Measure what a gateway still says of what it must forget.

    Every probe is asked at temperature 0. A leak is an answer that says one of the probe's
    `answers`, in any case, spacing or spelling out.
    """
    from gateway.errors import GatewayError

    if demo == any((targets, probes, base_url)):
        raise click.UsageError("give --targets, --probes and --base-url, or --demo")
    with _ends_in_order(), usage_errors(GatewayError):
        if demo:
            _measure_demo(split, guards or ("in_context",), size, groups, baseline, as_json)
            return
        if not (targets and probes and base_url):
            raise click.UsageError("give --targets, --probes and --base-url")
        if not admin_key:
            raise click.UsageError("give --admin-key, or set LETHE_ADMIN_KEY")
        report = _measure_files(targets, probes, base_url, direct, admin_key, api_key)
    if as_json:
        show_json(report)
    else:
        _show(report, is_wanted=False)
        if direct is None:
            click.echo(WITHOUT_UPSTREAM)


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl-C does: targets are erased and servers stopped."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _connect(url: str, key: str) -> AdminClient:
    from gateway.cli.client import AdminClient

    return AdminClient(url.rstrip("/").removesuffix("/v1"), key)


def _measure_files(
    targets: Path, probes: Path, base_url: str, direct: str | None, admin_key: str, api_key: str
) -> dict[str, Any]:
    import asyncio

    from gateway.evaluation.files import read_targets
    from gateway.evaluation.leakage.measuring import gateway_outcomes, unguarded_answers
    from gateway.evaluation.leakage.probes import read_probes
    from gateway.evaluation.leakage.registering import registered
    from gateway.evaluation.leakage.report import costs_of, groups_of
    from gateway.evaluation.registration import profiles

    bodies = read_targets(targets)
    found = read_probes(probes, {profile.id for profile in profiles(bodies)})
    unguarded: Sequence[Any] = [None] * len(found)
    if direct:
        with bar(len(found), "upstream") as advance:
            unguarded = asyncio.run(unguarded_answers(direct, found, key=api_key, advance=advance))
    with (
        _connect(base_url, admin_key) as registry,
        registered(registry, bodies),
        bar(len(found), "gateway") as advance,
    ):
        outcomes = asyncio.run(
            gateway_outcomes(
                base_url, found, unguarded, key=api_key, admin_key=admin_key, advance=advance
            )
        )
    return {"groups": groups_of(outcomes), "costs": costs_of(outcomes)}


def _measure_demo(
    split: str,
    guards: tuple[str, ...],
    size: int,
    groups: tuple[str, ...],
    baseline: bool,
    as_json: bool,
) -> None:
    from gateway.evaluation.leakage import table
    from gateway.evaluation.leakage.demo import Wish, measure, open_demo

    wish = Wish(guards, size, baseline, has_many=not groups, groups=groups)
    reports: list[dict[str, Any]] = []
    missed: list[str] = []
    with open_demo(split, _say) as demo:
        for report in measure(demo, wish, _connect, bar):
            reports.append(report)
            is_wanted = report["label"] == WANTED_OF
            if is_wanted:
                missed += table.misses(report["groups"])
            elif "targets" in report:
                missed += table.misses_with_many(report["groups"])
            if not as_json:
                click.echo(f"\n{report['label']}")
                _show(report, is_wanted=is_wanted)
    if as_json:
        show_json({"split": split, "size": size, "missed": missed, "reports": reports})
    if missed:
        raise NotSoError(f"below what is wanted: {', '.join(missed)}")


def _say(line: str) -> None:
    click.echo(line, err=True)


def _show(report: dict[str, Any], *, is_wanted: bool) -> None:
    from gateway.evaluation.leakage import table

    groups = report["groups"]
    _show_rows(table.LEAK_HEADINGS, list(table.leak_rows(groups, is_wanted=is_wanted)))
    _show_rows(table.KEPT_HEADINGS, list(table.kept_rows(groups, is_wanted=is_wanted)))
    for label, (count, size) in (
        ("fabricated", table.fabricated(groups)),
        ("same bytes where no target is touched", table.same_bytes(groups)),
    ):
        if size:
            click.echo(f"{label}: {count} of {size}, {count / size:.2%}")
    costs = report.get("costs")
    if costs:
        shown = ", ".join(f"{name} {value}" for name, value in costs.items() if value is not None)
        click.echo(f"costs: {shown}")
    for example in report.get("examples", ()):
        asked, said = printable(example["asked"][-160:]), printable(example["said"][:160])
        click.echo(f"  {example['kind']}, {example['group']}: {asked} => {said}")


def _show_rows(headings: Sequence[str], rows: list[tuple[str, ...]]) -> None:
    if rows:
        show_table(headings, rows)
