"""First load against DuckDB's bare scanner, and increments. Each runs in a process of its own, for its peak memory."""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
from argon2 import PasswordHasher
from sqlalchemy import func, select, text

from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from api.models import Order
from etl.demo import fill
from etl.runner import Runner
from etl.sources.sql import SqlSource
from etl.watch import Worker
from queries.engine import Warehouse, load_extension

NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)
CHANGED = 10_000
WARM_UP, TURNS = 3, 9
TABLES = (
    "partners", "products", "orders", "order_events", "pickups", "pickup_orders", "tickets", "ticket_messages",
    "withdrawals", "ledger_entries", "ledger_transactions", "ledger_accounts", "partner_notes", "users", "shipments",
)  # fmt: skip


def store_url(folder: Path) -> str:
    """The URL of a store."""
    return f"sqlite:///{folder / 'store.sqlite'}"


def make_store(folder: Path, orders: int) -> float | None:
    """Fill a store, or bring one that is there up to date; seconds of filling it."""
    if (folder / "store.sqlite").exists():
        upgrade(store_url(folder))
        return None
    folder.mkdir(parents=True, exist_ok=True)
    upgrade(store_url(folder))
    engine = make_engine(store_url(folder))
    started = time.perf_counter()
    fill(engine, orders=orders, seed=7, now=NOW, password_hash=PasswordHasher().hash("bench"))
    engine.dispose()
    return time.perf_counter() - started


def processor_seconds() -> float:
    """Seconds that processors worked for this process: a clock says little on a machine under load."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def scan(folder: Path) -> dict[str, Any]:
    """The tables that the jobs read, copied by the bare scanner into a DuckDB file."""
    target = folder / "scan.duckdb"
    target.unlink(missing_ok=True)
    connection = duckdb.connect(str(target))
    load_extension(connection, "sqlite_scanner")
    connection.execute(f"ATTACH '{folder / 'store.sqlite'}' AS src (TYPE sqlite, READ_ONLY)")
    rows = 0
    started, began = time.perf_counter(), processor_seconds()
    for table in TABLES:
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM src.{table}")
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        rows += found[0] if found else 0
    seconds, worked = time.perf_counter() - started, processor_seconds() - began
    connection.close()
    target.unlink()
    return {"seconds": seconds, "processor": worked, "rows": rows}


def first_load(folder: Path) -> dict[str, Any]:
    """The product's first load, snapshot, checks and marts included, into a new warehouse."""
    target = folder / "warehouse.duckdb"
    target.unlink(missing_ok=True)
    engine = make_engine(store_url(folder))
    warehouse = Warehouse(target)
    warehouse.create_tables()
    steps: list[tuple[str, float]] = []
    runner = Runner(
        warehouse,
        SqlSource(engine, store_url(folder)),
        lambda: NOW,
        lambda name: steps.append((name, time.perf_counter())),
    )
    started, began = time.perf_counter(), processor_seconds()
    report = runner.run()
    seconds, worked = time.perf_counter() - started, processor_seconds() - began
    ended = started + seconds
    marks = [*steps, ("end", ended)]
    took = {name: round(after - at, 3) for (name, at), (_next, after) in pairwise(marks)}
    took["snapshot"] = round(steps[0][1] - started, 3)
    warehouse.close()
    engine.dispose()
    return {
        "seconds": seconds,
        "processor": worked,
        "rows": report.landed,
        "quarantined": report.quarantined,
        "steps": took,
    }


class _Landed:
    """A store and its warehouse, in which changes are landed one by one, as the worker does."""

    def __init__(self, folder: Path) -> None:
        self._engine = make_engine(store_url(folder))
        self._warehouse = Warehouse(folder / "warehouse.duckdb")
        self._runner = Runner(self._warehouse, SqlSource(self._engine, store_url(folder)), lambda: NOW)
        self._rng = random.Random(7)
        self._runner.run()
        with self._engine.connect() as connection:
            self._highest = int(connection.scalar(select(func.max(Order.id))) or 0)
        self.took: list[float] = []
        self.worked: list[float] = []

    def turn(self) -> None:
        """Change orders and land them; its seconds, and those of a processor, are kept."""
        keys = self._rng.sample(range(1, self._highest + 1), CHANGED)
        with self._engine.begin() as connection:
            connection.execute(text("CREATE TEMP TABLE IF NOT EXISTS changed (id INTEGER)"))
            connection.execute(text("DELETE FROM changed"))
            connection.execute(text("INSERT INTO changed VALUES (:id)"), [{"id": key} for key in keys])
            connection.execute(
                text("UPDATE orders SET is_problem = NOT is_problem WHERE id IN (SELECT id FROM changed)")
            )
        started, began = time.perf_counter(), processor_seconds()
        report = self._runner.run()
        self.took.append(time.perf_counter() - started)
        self.worked.append(processor_seconds() - began)
        if report.landed < CHANGED * 0.99:
            raise RuntimeError(f"only {report.landed} of {CHANGED} changed rows landed")

    def medians(self) -> tuple[float, float]:
        """Seconds, and seconds of a processor, once it was warm."""
        return median(self.took[WARM_UP:]), median(self.worked[WARM_UP:])

    def close(self) -> None:
        """Close both."""
        self._warehouse.close()
        self._engine.dispose()


def increment(folder: Path) -> dict[str, Any]:
    """Land 10,000 changed orders again and again in one process; the median once it is warm."""
    landed = _Landed(folder)
    Worker.settle()
    for _turn in range(WARM_UP + TURNS):
        landed.turn()
    landed.close()
    seconds, processor = landed.medians()
    return {"seconds": seconds, "processor": processor, "all": [round(value, 3) for value in landed.took]}


def growth(small: Path, big: Path) -> dict[str, Any]:
    """The same on two warehouses in turns: a machine with other work is not the same from one minute to the next."""
    both = [_Landed(small), _Landed(big)]
    Worker.settle()
    for _turn in range(WARM_UP + TURNS):
        for landed in both:
            landed.turn()
    (took_small, worked_small), (took_big, worked_big) = (landed.medians() for landed in both)
    for landed in both:
        landed.close()
    return {
        "seconds": [took_small, took_big],
        "processor": [worked_small, worked_big],
        "ratio": round(took_big / took_small, 2),
        "processor_ratio": round(worked_big / worked_small, 2),
    }


def apart(task: str, *folders: Path) -> dict[str, Any]:
    """Run a task of this module in a new process; its result with `peak_mb`, the most memory it held."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.loading", task, *map(str, folders)], check=True, stdout=subprocess.PIPE
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    tasks: dict[str, Callable[..., dict[str, Any]]] = {
        "scan": scan,
        "first_load": first_load,
        "increment": increment,
        "growth": growth,
    }
    found = tasks[sys.argv[1]](*map(Path, sys.argv[2:]))
    found["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(found))
