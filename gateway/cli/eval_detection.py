"""`lethe eval detection`: what the whole cascade finds of what it should, in this process.

It reads options and shows reports; what they measure is known to `gateway.evaluation`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detectors.values import Stage
from gateway.cli.eval_common import bar, usage_errors
from gateway.cli.output import NOTHING, printable, show_json, show_table

if TYPE_CHECKING:
    from gateway.evaluation.page import Section
    from gateway.evaluation.running import Bench, BenchOptions
    from gateway.evaluation.values import Suite

LIST = "list"
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.option(
    "--targets",
    type=EXISTING,
    help="Targets, one JSON object a line: the body of "
    "`POST /admin/v1/targets`, with an `id` that prompts refer to.",
)
@click.option(
    "--prompts",
    type=EXISTING,
    help="Prompts, one JSON object a line: `prompt` or "
    "`messages`, `target` (an id, or null where none is touched), `group`.",
)
@click.option(
    "--suite",
    "suites",
    multiple=True,
    metavar="NAME",
    help="A public suite instead "
    "of files, from a checkout with its data at LETHE_DATA or ../shared/data; "
    "repeatable. `--suite list` shows them.",
)
@click.option("--all-suites", is_flag=True, help="Every suite.")
@click.option(
    "--without",
    "off",
    multiple=True,
    metavar="STAGE",
    type=click.Choice([stage.value for stage in Stage]),
    help=f"Switch a stage off; repeatable. One of: {', '.join(Stage)}.",
)
@click.option("--encoder", envvar="LETHE_ENCODER", help="Encoder, as in LETHE_ENCODER.")
@click.option(
    "--false-positive-rate",
    type=click.FloatRange(0, 0.2, min_open=True),
    envvar="LETHE_FALSE_POSITIVE_RATE",
    help="As in LETHE_FALSE_POSITIVE_RATE.",
)
@click.option(
    "--calibration-file",
    type=EXISTING,
    envvar="LETHE_CALIBRATION_FILE",
    help="As in LETHE_CALIBRATION_FILE.",
)
@click.option("--no-cache", is_flag=True, help="Encode everything anew, and keep no vectors.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--html",
    "page",
    type=NEW,
    metavar="FILE",
    help="Write a page with ROC curves and the false decisions to read. It holds the prompts.",
)
def detection(
    targets: Path | None,
    prompts: Path | None,
    suites: tuple[str, ...],
    all_suites: bool,
    off: tuple[str, ...],
    encoder: str | None,
    false_positive_rate: float | None,
    calibration_file: Path | None,
    no_cache: bool,
    as_json: bool,
    page: Path | None,
) -> None:
    """Measure what detection finds, and what it flags wrongly.

    A prompt with a target counts as flagged when that target is matched, one without when any
    is. Give --targets and --prompts, or --suite. No gateway needs to run.
    """
    from gateway.errors import GatewayError

    if LIST in suites:
        suites, all_suites = (), False
        with usage_errors(GatewayError):
            _show_suites(as_json)
        return
    _check_choice(targets, prompts, bool(suites) or all_suites)
    with usage_errors(GatewayError):
        options = _options(encoder, off, no_cache, false_positive_rate, calibration_file)
        if targets and prompts:
            with _bench(options) as bench:
                sections = [_measure_files(bench, targets, prompts, as_json)]
        else:
            sections = _measure_suites(suites, all_suites, options, as_json)
    if page:
        _write(page, sections)


def _check_choice(targets: Path | None, prompts: Path | None, has_suites: bool) -> None:
    has_files = targets is not None or prompts is not None
    if has_files and has_suites:
        raise click.UsageError("give --targets and --prompts, or --suite, not both")
    if not has_suites and (targets is None or prompts is None):
        raise click.UsageError("give --targets and --prompts, or --suite NAME")


def _options(
    encoder: str | None,
    off: tuple[str, ...],
    no_cache: bool,
    false_positive_rate: float | None,
    calibration: Path | None,
) -> BenchOptions:
    from gateway.evaluation.running import BenchOptions

    return BenchOptions(
        encoder=encoder,
        off=frozenset(map(Stage, off)),
        use_cache=not no_cache,
        false_positive_rate=false_positive_rate,
        calibration=calibration,
    )


@contextmanager
def _bench(options: BenchOptions) -> Iterator[Bench]:
    from gateway.evaluation.running import open_bench

    if sys.stderr.isatty():
        click.echo("Loading the encoder; the first time it is exported, in some minutes.", err=True)
    with open_bench(options) as bench:
        yield bench


def _measure_files(bench: Bench, targets: Path, prompts: Path, as_json: bool) -> Section:
    from gateway.evaluation.files import read_prompts, read_targets
    from gateway.evaluation.page import Section
    from gateway.evaluation.registration import profiles
    from gateway.evaluation.report import report_of
    from gateway.evaluation.table import group_rows

    bodies = read_targets(targets)
    found = read_prompts(prompts, {profile.id for profile in profiles(bodies)})
    with bar(len(found), "prompts") as advance:
        outcome = bench.examine(bodies, found, advance)
    report = report_of(outcome)
    rows = list(group_rows(report["groups"]))
    if as_json:
        show_json(report)
    else:
        _show_rows(rows)
        _show_summary(report)
    return Section("Prompts of a file", report, rows, outcome.decisions)


def _measure_suites(
    names: tuple[str, ...],
    all_suites: bool,
    options: BenchOptions,
    as_json: bool,
) -> list[Section]:
    from gateway.errors import RequestError
    from gateway.evaluation.checkout import adapters, data_folder
    from gateway.evaluation.errors import InputError, UnavailableSuite

    known = adapters()
    unknown = [name for name in names if name not in known.SUMMARIES]
    if unknown:
        raise InputError(f"There is no suite {unknown[0]!r}; `--suite list` shows them.")
    data = data_folder()
    sections: list[Section] = []
    reports: list[dict[str, Any]] = []
    with _bench(options) as bench:
        for name in known.SUMMARIES if all_suites else dict.fromkeys(names):
            try:
                for suite in known.build(name, data):
                    section = _measure_suite(bench, suite, as_json)
                    reports.append(section.report)
                    sections.append(section)
            except (UnavailableSuite, RequestError) as error:
                reports.append({"suite": name, "not_run": error.message})
                if not as_json:
                    click.echo(f"\n{name}: not run: {printable(error.message)}")
    if as_json:
        show_json({"without": sorted(options.off), "suites": reports})
    return sections


def _measure_suite(bench: Bench, suite: Suite, as_json: bool) -> Section:
    from gateway.evaluation.page import Section
    from gateway.evaluation.report import suite_report

    with bar(len(suite.prompts), suite.name) as advance:
        outcome = bench.examine(suite.targets, suite.prompts, advance)
    report = suite_report(suite, outcome)
    if not as_json:
        click.echo(f"\n{suite.name}: registered {printable(suite.registered)}")
        _show_rows(report["table"])
        _show_summary(report)
        for note in suite.notes:
            click.echo(f"  {printable(note)}")
    return Section(f"{suite.name}: {suite.registered}", report, report["table"], outcome.decisions)


def _show_suites(as_json: bool) -> None:
    from gateway.evaluation.checkout import adapters

    summaries = adapters().SUMMARIES
    if as_json:
        show_json(dict(summaries))
    else:
        show_table(("suite", "what it measures"), summaries.items())


def _show_rows(rows: list[dict[str, Any]]) -> None:
    from gateway.evaluation.table import HEADINGS, cells

    show_table(HEADINGS, map(cells, rows))


def _show_summary(report: dict[str, Any]) -> None:
    recalls = ", ".join(
        f"{_number(recall)} at {rate}" for rate, recall in report["recall_at_fpr"].items()
    )
    latency = report["latency_ms"]
    click.echo(f"AUROC {_number(report['auroc'])}; recall at a false-positive rate: {recalls}")
    click.echo(
        f"latency p50 {_number(latency['p50'])} ms, p99 {_number(latency['p99'])} ms; CPU "
        f"{_number(report['cpu_ms'])} ms a prompt; memory {report['rss_mb']} MB"
    )
    for note, count in report["notes"].items():
        click.echo(f"note on {count} prompts: {printable(note)}")


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.4g}"


def _write(page: Path, sections: list[Section]) -> None:
    from gateway.evaluation.page import page_of

    try:
        page.write_text(page_of(sections), encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{page} cannot be written: {error.strerror}") from None
