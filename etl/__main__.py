"""The command line of ETL. Exit code 0 when all is well, 3 landed with rows set aside, 1 nothing landed, 2 no start."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from argon2 import PasswordHasher
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid
from sqlalchemy import func, select

from api.kernel import changelog
from api.kernel.opening import open_source, open_store
from api.models import User
from etl import runlog
from etl.files_again import land_due_files
from etl.inference import inferred
from etl.outcome import left_alone, sentence
from etl.preview import preview_lines
from etl.runner import LANDING_ERRORS, Runner, RunReport
from etl.sources.base import Source, SourceUnavailable
from etl.sources.files import FileSource
from etl.sources.mapping import Mapping as FileMapping
from etl.sources.mapping import MappingError, load_mapping
from etl.sources.sql import SqlSource
from etl.verify import Verification, nightly
from etl.watch import Worker
from queries import health
from queries.engine import Warehouse, WarehouseUnavailable
from queries.schema import etl_runs, etl_state, quarantine
from settings import Settings, load_settings
from startup import StartError, start_errors

app = typer.Typer(help="Land sources in the warehouse.", no_args_is_help=True, add_completion=False)
console = Console()


class Kind(StrEnum):
    """Kinds of sources."""

    SQL = "sql"
    FILES = "files"


SourceKind = Annotated[Kind, typer.Option("--source", help="sql: a store by URL; files: a folder with a mapping.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; default: the operational store.")]
Mapping = Annotated[Path | None, typer.Option(help="YAML mapping of a file source.")]
Folder = Annotated[Path | None, typer.Option("--path", help="Folder of the files.")]
AllowShrink = Annotated[bool, typer.Option("--allow-shrink", help="Let files remove more than a tenth of a table.")]
ROWS_ASIDE = 3  # exit code: landed, with rows set aside


@contextmanager
def _plain_errors() -> Iterator[None]:
    with start_errors(WarehouseUnavailable):
        try:
            yield
        except LANDING_ERRORS as error:
            console.print(runlog.message(error), style="red", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(1) from None


@contextmanager
def _warehouse(settings: Settings) -> Iterator[Warehouse]:
    warehouse = Warehouse(settings.warehouse_path)
    try:
        warehouse.create_tables()
        yield warehouse
    finally:
        warehouse.close()


def _source(
    settings: Settings, kind: Kind, url: str, mapping: Path | None, path: Path | None, *, may_shrink: bool = False
) -> Source:
    if kind is Kind.FILES:
        return FileSource(*_files(mapping, path), may_shrink=may_shrink)
    place = url or settings.database_url
    return SqlSource(open_source(place), place, name="store" if place == settings.database_url else "sql")


def _files(mapping: Path | None, path: Path | None) -> tuple[FileMapping, Path, Path]:
    if mapping is None or path is None:
        raise MappingError("a file source needs --mapping FILE and --path DIR")
    return load_mapping(mapping), path, mapping


@contextmanager
def _steps() -> Iterator[Callable[[str], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("open", total=None)
        yield lambda step: progress.update(task, description=step)


def _land(kind: Kind, runner_of: Callable[[Settings, Warehouse], Runner], *, everything: bool) -> None:
    with _plain_errors():
        settings = load_settings()
        with _warehouse(settings) as warehouse:
            runner = runner_of(settings, warehouse)
            report = runner.backfill() if everything else runner.run()
            with warehouse.read() as connection:
                aside = health.rows_aside(connection, report.source)
            land_due_files(warehouse, settings.now)
    _print_report(report)
    console.print(sentence(report, aside), markup=False, highlight=False, soft_wrap=True)
    for line in left_alone(report):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if report.jobs and not report.landed and isinstance(runner.source, FileSource):
        raise typer.Exit(1)
    if aside:
        raise typer.Exit(ROWS_ASIDE)


def _print_report(report: RunReport) -> None:
    if report.jobs:
        counts = ("read", "landed", "deleted", "quarantined", "repeated", "dropped")
        grid = Grid("table", *counts, title=f"{report.source}: {report.mode}")
        for job in report.jobs:
            numbers = (job.read, job.landed, job.deleted, job.quarantined, job.repeated, job.dropped)
            if any(numbers):
                grid.add_row(job.job, *[f"{number:,}" for number in numbers])
        console.print(grid)


@app.command()
def run(
    source: SourceKind = Kind.SQL,
    url: Url = "",
    mapping: Mapping = None,
    path: Folder = None,
    allow_shrink: AllowShrink = False,
) -> None:
    """Land what is due: everything the first time, then what changed."""
    with _steps() as step:
        _land(
            source,
            lambda settings, warehouse: Runner(
                warehouse, _source(settings, source, url, mapping, path, may_shrink=allow_shrink), settings.now, step
            ),
            everything=False,
        )


@app.command()
def backfill(
    source: SourceKind = Kind.SQL,
    url: Url = "",
    mapping: Mapping = None,
    path: Folder = None,
    allow_shrink: AllowShrink = False,
) -> None:
    """Land everything again, from nothing."""
    with _steps() as step:
        _land(
            source,
            lambda settings, warehouse: Runner(
                warehouse, _source(settings, source, url, mapping, path, may_shrink=allow_shrink), settings.now, step
            ),
            everything=True,
        )


@app.command()
def preview(mapping: Mapping = None, path: Folder = None) -> None:
    """Show what a landing of files would do, the formats with their proof, and what is set aside; writes nothing."""
    with _plain_errors():
        settings = load_settings()
        for line in preview_lines(FileSource(*_files(mapping, path), may_shrink=True), settings):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def infer(path: Annotated[Path, typer.Option(help="A file to be mapped.")]) -> None:
    """Print a first mapping of a file as YAML; what is guessed is marked to be confirmed."""
    with _plain_errors():
        typer.echo(inferred(path), nl=False)


@app.command()
def watch(source: SourceKind = Kind.SQL, url: Url = "", mapping: Mapping = None, path: Folder = None) -> None:
    """Follow the source until interrupted."""
    with _plain_errors():
        settings = load_settings()
        with _warehouse(settings) as warehouse:
            runner = Runner(warehouse, _source(settings, source, url, mapping, path), settings.now)
            land_due_files(warehouse, settings.now)
            worker = Worker(runner, settings.etl_interval)
            ended = threading.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: ended.set())
            worker.start()
            night = nightly.Nightly(runner, settings.verification_time())
            night.start()
            console.print(f"following {runner.source.name}, Ctrl+C ends")
            ended.wait()
            night.stop()
            worker.stop()


@app.command()
def follow(url: Annotated[str, typer.Option(help="SQLAlchemy URL of a store with the same tables.")]) -> None:
    """Make the change log and its triggers in a source, so that its changes and deletes are followed."""
    with _plain_errors():
        engine = open_source(url)
        with engine.begin() as connection:
            made = changelog.install(connection)
        engine.dispose()
    console.print(f"{len(made)} triggers made" if made else "the change log and its triggers are there")


@app.command()
def status() -> None:
    """What is landed, when, and what went wrong; exit code 1 when the last run or verification failed or differed, or
    something is not landed."""
    with _plain_errors():
        settings = load_settings()
        if not settings.warehouse_path.exists():
            raise SourceUnavailable(f"there is no warehouse at {settings.warehouse_path}: run `python -m etl run`")
        with _warehouse(settings) as warehouse, warehouse.read() as connection:
            states = connection.execute(select(etl_state).order_by(etl_state.c.source)).all()
            last = connection.execute(select(etl_runs).order_by(etl_runs.c.finished_at.desc()).limit(1)).first()
            bad = connection.execute(select(quarantine.c.job, quarantine.c.reason)).all()
            due = health.tables_due(connection).to_dict("records")
            verified = health.last_verifications(connection).to_dict("records")
    for state in states:
        console.print(
            f"{state.source}: landed {state.landed_at} UTC, watermark {state.watermark}, version {state.data_version}"
        )
    console.print(f"rows in quarantine: {len(bad)}")
    for row in verified:
        result = {"agrees": "agrees with the warehouse", "differs": f"rows that differ: {row['rows_differing']:,}"}
        said = f"{row['source']}: verified {row['finished_at']} UTC: {result.get(row['status'], row['error'])}"
        console.print(said, style=None if row["status"] == "agrees" else "red", markup=False, soft_wrap=True)
    if last is not None and last.status == "failed":
        console.print(f"the last run failed: {last.error}", style="red", markup=False, soft_wrap=True)
    for row in due:
        what = row["note"] or "the next run of its source lands it"
        lacking = f"{row['table_name']} lacks rows of {row['source']}: {what}"
        console.print(lacking, style="red", markup=False, soft_wrap=True)
    unsound = any(row["status"] != "agrees" for row in verified)
    if due or unsound or not states or (last is not None and last.status == "failed"):
        raise typer.Exit(1)


@app.command()
def verify(
    source: SourceKind = Kind.SQL,
    url: Url = "",
    mapping: Mapping = None,
    path: Folder = None,
    mend: Annotated[bool, typer.Option("--repair", help="Land what differs again, and compare once more.")] = False,
) -> None:
    """Compare every column of every row of source and warehouse, and the marts with their rebuild; exit code 1 when
    anything differs."""
    with _plain_errors():
        settings = load_settings()
        with _warehouse(settings) as warehouse:
            runner = Runner(warehouse, _source(settings, source, url, mapping, path), settings.now)
            found = nightly.verified(runner, mend=mend)
    _print_verification(found.first)
    if mend and not found.first.agrees:
        console.print("after the repair:")
        _print_verification(found.last)
    if not found.last.agrees:
        raise typer.Exit(1)


def _print_verification(found: Verification) -> None:
    for row in (*found.differences, *found.broken):
        console.print(str(row), style="red", markup=False, highlight=False, soft_wrap=True)
    for table, count in found.counts.items():
        console.print(f"{table}: rows that differ: {count:,}", style="red", highlight=False)
    if found.agrees:
        seconds = (found.finished_at - found.started_at).total_seconds()
        console.print(f"source and warehouse agree: {found.rows:,} rows in {seconds:.1f} s", highlight=False)


@app.command()
def demo(orders: Annotated[int, typer.Option(min=0, max=10_000_000, help="Number of orders.")] = 20_000) -> None:
    """Fill an empty operational store with demo data."""
    from etl.demo import fill

    with _plain_errors():
        settings = load_settings()
        engine = open_store(settings)
        with engine.connect() as connection:
            if connection.scalar(select(func.count()).select_from(User)):
                raise StartError(
                    "the store has accounts, and demo data needs an empty one: set another KOMSHIP_DATA_DIR"
                )
        totals = fill(
            engine,
            orders=orders,
            seed=settings.demo_seed,
            now=settings.now(),
            password_hash=PasswordHasher().hash(settings.demo_password.get_secret_value()),
        )
    console.print(totals)


if __name__ == "__main__":
    app()
