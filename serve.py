"""The default process: operational store, warehouse, ETL worker, API and dashboard behind one port.

The only module that puts the parts together.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import structlog
import uvicorn
from argon2 import PasswordHasher
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp

from api.kernel.db import make_engine
from api.kernel.files.store import FileStore
from api.kernel.migrate import upgrade
from api.main import create_app
from api.models import User
from dashboard.asgi import build_app
from dashboard.runtime import Runtime
from etl.demo import fill, receipts
from etl.runner import Runner
from etl.sources.sql import SqlSource
from etl.watch import Worker
from queries.engine import Warehouse, WarehouseUnavailable
from queries.withdrawal_risk import RiskFacts
from settings import Settings, SettingsError, load_settings

RECEIPTS = timedelta(days=60)  # how far back demo payouts have a picture of their transfer
log = structlog.get_logger("serve")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a running server is made of."""

    app: ASGIApp
    engine: Engine
    warehouse: Warehouse
    worker: Worker


def prepare_store(settings: Settings, report: Callable[[float, str], None]) -> Engine:
    """Open and migrate the operational store; a new one gets accounts and, unless switched off, demo data."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        is_new = connection.scalar(select(func.count()).select_from(User)) == 0
    if is_new and settings.demo_orders > 0:
        fill(
            engine,
            orders=settings.demo_orders,
            seed=settings.demo_seed,
            now=settings.now(),
            password_hash=PasswordHasher().hash(settings.demo_password.get_secret_value()),
            progress=report,
        )
        receipts.attach(engine, FileStore(settings.proof_url).put, since=settings.now() - RECEIPTS)
    return engine


def assemble(settings: Settings, engine: Engine, warehouse: Warehouse) -> Parts:
    """Wire API, dashboard and worker over an open store and warehouse. The first landing is the caller's."""
    runner = Runner(warehouse, SqlSource(engine, settings.database_url), settings.now)

    risk_facts = RiskFacts(warehouse)
    worker = Worker(runner, settings.etl_interval, on_landed=risk_facts.load_waiting)
    api = create_app(
        settings=settings, engine=engine, warehouse=warehouse, on_change=worker.wake, risk_facts=risk_facts
    )
    app = build_app(Runtime.in_process(settings=settings, warehouse=warehouse), api=api)
    return Parts(app, engine, warehouse, worker)


def main() -> int:
    """Start everything and serve until interrupted. Returns the exit code."""
    console = Console()
    try:
        settings = load_settings()
        with ExitStack() as stack:
            engine, warehouse = _bring_up(settings, console, stack)
            parts = assemble(settings, engine, warehouse)
            parts.worker.start()
            stack.callback(parts.worker.stop)
            _announce(settings, console)
            uvicorn.run(parts.app, host=settings.host, port=settings.port, log_level="warning", access_log=False)
    except (SettingsError, WarehouseUnavailable) as error:
        console.print(f"[red]{error}[/red]", highlight=False)
        return 2
    except OperationalError as error:
        console.print(f"[red]the operational store cannot be reached[/red]: {error.orig}", highlight=False)
        return 2
    return 0


def _bring_up(settings: Settings, console: Console, stack: ExitStack) -> tuple[Engine, Warehouse]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("store", total=1.0)
        engine = prepare_store(
            settings, lambda fraction, text: progress.update(task, completed=fraction, description=text)
        )
        stack.callback(engine.dispose)
        warehouse = Warehouse(settings.warehouse_path)
        stack.callback(warehouse.close)
        warehouse.create_tables()
        progress.update(task, completed=0.9, description="landing")
        Runner(warehouse, SqlSource(engine, settings.database_url), settings.now).run()
        progress.update(task, completed=1.0)
    return engine, warehouse


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
