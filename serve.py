"""The default process: operational store, warehouse, ETL worker, API and dashboard behind one port.

The only module that puts the parts together.
"""

import gc

# nothing that is loaded here is ever garbage: looking for it while loading takes a fifth of a start
gc.disable()

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import structlog
from argon2 import PasswordHasher
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp

from api.kernel.db import close_store
from api.kernel.errors import Unavailable
from api.kernel.files.store import FileStore
from api.kernel.opening import open_claimed_store
from api.main import create_app
from api.models import User
from dashboard.asgi import build_app
from dashboard.runtime import Runtime
from etl.checks import CheckFailed
from etl.files_again import land_due_files
from etl.runner import Runner
from etl.sources.base import SourceReplaced, SourceUnavailable
from etl.sources.sql import SqlSource
from etl.store_check import refuse_another_store
from etl.verify.nightly import Nightly
from etl.watch import Worker
from queries.engine import Warehouse, WarehouseUnavailable
from queries.withdrawal_risk import RiskFacts
from server import listen, run, stoppable
from settings import Settings, load_settings
from startup import StartError, claimed, reason, start_errors

gc.freeze()
gc.enable()

RECEIPTS = timedelta(days=60)  # how far back demo payouts have a picture of their transfer
log = structlog.get_logger("serve")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a running server is made of."""

    app: ASGIApp
    engine: Engine
    warehouse: Warehouse
    worker: Worker
    nightly: Nightly


def prepare_store(settings: Settings, report: Callable[[float, str], None]) -> Engine:
    """Open and migrate the operational store; a new one gets accounts and, unless switched off, demo data."""
    with claimed(settings.data_dir):
        engine = open_claimed_store(settings)
        with engine.connect() as connection:
            is_new = connection.scalar(select(func.count()).select_from(User)) == 0
        if is_new and settings.demo_orders > 0:
            _fill_with_demo_data(settings, engine, report)
    return engine


def _fill_with_demo_data(settings: Settings, engine: Engine, report: Callable[[float, str], None]) -> None:
    from etl.demo import fill, receipts

    fill(
        engine,
        orders=settings.demo_orders,
        seed=settings.demo_seed,
        now=settings.now(),
        password_hash=PasswordHasher().hash(settings.demo_password.get_secret_value()),
        progress=report,
    )
    receipts.attach(engine, FileStore(settings.proof_url).put, since=settings.now() - RECEIPTS)


def assemble(settings: Settings, engine: Engine, warehouse: Warehouse) -> Parts:
    """Wire API, dashboard and worker over an open store and warehouse. The first landing is the caller's."""
    runner = Runner(warehouse, SqlSource(engine, settings.database_url), settings.now)

    risk_facts = RiskFacts(warehouse)
    worker = Worker(runner, settings.etl_interval, on_landed=risk_facts.load_waiting)
    api = create_app(
        settings=settings, engine=engine, warehouse=warehouse, on_change=worker.wake, risk_facts=risk_facts
    )
    app = build_app(Runtime.in_process(settings=settings, warehouse=warehouse), api=api)
    return Parts(app, engine, warehouse, worker, Nightly(runner, settings.verification_time()))


def main() -> int:
    """Start everything and serve until interrupted. Returns the exit code."""
    with start_errors(WarehouseUnavailable, Unavailable, SourceReplaced), stoppable():
        settings = load_settings()
        settings.require_signing_key()
        sockets = listen(settings)
        console = Console()
        with ExitStack() as stack:
            engine, warehouse = _bring_up(settings, console, stack)
            parts = assemble(settings, engine, warehouse)
            parts.worker.start()
            stack.callback(parts.worker.stop)
            parts.nightly.start()
            stack.callback(parts.nightly.stop)
            _announce(settings, console)
            run(parts.app, sockets, settings)
    return 0


def _bring_up(settings: Settings, console: Console, stack: ExitStack) -> tuple[Engine, Warehouse]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("store", total=1.0)
        warehouse = _open_warehouse(settings, stack)
        engine = prepare_store(
            settings, lambda fraction, text: progress.update(task, completed=fraction, description=text)
        )
        stack.callback(close_store, engine)
        progress.update(task, completed=0.9, description="landing")
        _land_once(Runner(warehouse, SqlSource(engine, settings.database_url), settings.now), settings.now)
        progress.update(task, completed=1.0)
    return engine, warehouse


def _open_warehouse(settings: Settings, stack: ExitStack) -> Warehouse:
    """Before the store: a warehouse that knows another store keeps a new one from being made beside it."""
    with claimed(settings.data_dir):
        warehouse = Warehouse(settings.warehouse_path)
        stack.callback(warehouse.close)
        with _filling(warehouse):
            warehouse.create_tables()
        refuse_another_store(warehouse, settings.database_url)
    return warehouse


def _land_once(runner: Runner, now: Callable[[], datetime]) -> None:
    """Land what is due. Data that a check refuses does not keep the server down: the pages say what failed."""
    try:
        with _filling(runner.warehouse):
            runner.run()
            land_due_files(runner.warehouse, now)
    except CheckFailed as error:
        log.error("landing failed", error=str(error).splitlines()[0])
    except SourceUnavailable as error:
        raise StartError(str(error)) from None


@contextmanager
def _filling(warehouse: Warehouse) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, duckdb.Error, OSError) as error:
        why = reason(getattr(error, "orig", None) or error)
        raise StartError(
            f"the warehouse {warehouse.path} cannot be filled ({why}): "
            "move the file away and start again; it is rebuilt from the operational store"
        ) from None


def _announce(settings: Settings, console: Console) -> None:
    console.print(f"Komship dashboard: [bold]http://{settings.host}:{settings.port}[/bold]", highlight=False)
    if settings.demo_orders > 0:
        console.print(
            "Demo accounts: admin, growth, finance, finance2 @demo.komship.test, "
            f"password {settings.demo_password.get_secret_value()}",
            highlight=False,
        )
    console.print("API: /api/docs · stop with Ctrl+C", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
