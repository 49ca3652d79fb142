"""The worker survives what a source can do to it, and a landing survives the death of its process."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from etl.sources.sql import SqlSource
from etl.watch import Worker
from queries import engine
from queries.engine import Warehouse
from queries.schema import MARTS, dim_partners, etl_runs, fct_orders
from tests.etl import rows
from tests.etl.conftest import Clock, contents, rebuilt_marts
from tests.etl.test_files import MAPPING

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
KILLS = 6


def eventually(condition: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_source_that_is_wrong_for_a_while_does_not_end_the_worker(
    warehouse: Warehouse, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "m.yaml").write_text(MAPPING)
    worker = Worker(Runner(warehouse, FileSource(load_mapping(tmp_path / "m.yaml"), tmp_path), clock), interval=0.02)

    def count(table, *where) -> int:
        with warehouse.read() as connection:
            return connection.scalar(select(func.count()).select_from(table).where(*where))

    worker.start()
    try:
        assert eventually(lambda: count(etl_runs, etl_runs.c.status == "failed") > 0)
        (tmp_path / "s1.csv").write_text("id,name\na,Ani\n")
        assert eventually(lambda: count(dim_partners) == 1)
    finally:
        worker.stop()


def test_an_idle_worker_folds_the_write_ahead_log(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engine, "FOLD_BYTES", 1)
    log = tmp_path / "warehouse.duckdb.wal"
    worker = Worker(runner, 0.05)
    worker.start()
    try:
        assert eventually(lambda: runner.counts()[0][1] > 0)
        assert eventually(lambda: not log.exists() or log.stat().st_size == 0)
    finally:
        worker.stop()


def test_a_write_wakes_the_worker_which_calls_after_the_landing(runner: Runner, filled: Engine) -> None:
    runner.run()
    landed: list[str | None] = []
    worker = Worker(runner, interval=60, on_landed=lambda: landed.append(state()))
    worker.start()

    def state() -> str | None:
        with runner.warehouse.read() as connection:
            return connection.scalar(select(fct_orders.c.state).where(fct_orders.c.order_id == 3))

    try:
        time.sleep(0.2)
        with filled.begin() as connection:
            rows.move(connection, 3, "Dipacking", rows.START + timedelta(days=1))
        worker.wake()
        assert eventually(lambda: state() == "Dipacking")
        assert eventually(lambda: landed == ["Dipacking"])
    finally:
        worker.stop()


CHILD = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from api.kernel.db import make_engine
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries import engine
from queries.engine import Warehouse
url, place, at = sys.argv[1], sys.argv[2], int(sys.argv[3])
warehouse = Warehouse(Path(place))
warehouse.create_tables()
steps = []
def step(name):
    steps.append(name)
    if len(steps) == at:
        print(json.dumps(name), flush=True)
        time.sleep(60)
Runner(warehouse, SqlSource(make_engine(url), url), lambda: datetime(2022, 11, 15, tzinfo=UTC), step).run()
print(json.dumps("done"), flush=True)
"""


def killed_at(url: str, place: Path, at: int) -> str:
    """Start a landing in a process, kill it (SIGKILL) as its `at`-th step begins; the step, or "done"."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(place), str(at)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert child.stdout is not None
    step = json.loads(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    return step


@pytest.mark.long
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_kill_minus_nine_loses_and_repeats_nothing(
    filled: Engine, store_url: str, tmp_path: Path, clock: Clock
) -> None:
    place = tmp_path / "killed.duckdb"
    rng = random.Random(9)
    seen = set()
    for turn in range(KILLS):
        with filled.begin() as connection:
            rows.mutate(connection, turn)
        seen.add(killed_at(store_url, place, rng.randint(1, 12)))
        if turn == KILLS // 2:
            assert killed_at(store_url, place, 10_000) == "done"
    assert seen - {"done"}
    warehouse, fresh = Warehouse(place), Warehouse(tmp_path / "fresh.duckdb")
    fresh.create_tables()
    for each in (warehouse, fresh):
        Runner(each, SqlSource(filled, store_url), clock).run()
    everything = tuple(job.target for job in JOBS) + MARTS
    assert contents(warehouse, everything) == contents(fresh, everything)
    grown = contents(warehouse, MARTS)
    assert grown == rebuilt_marts(warehouse)
    warehouse.close()
    fresh.close()
