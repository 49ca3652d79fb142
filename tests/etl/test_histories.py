"""Random histories: whatever happened, in whatever portions it was landed, the warehouse equals a rebuild."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from api.kernel.db import make_engine
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.sql import SqlSource
from etl.verify import compare
from queries.engine import Warehouse
from queries.schema import MARTS
from queries.wib import business_day
from tests.etl import rows
from tests.etl.conftest import Clock, contents, rebuilt_marts

TARGETS = tuple(job.target for job in JOBS)
# changes that are landed together, and the days that pass before
PORTIONS = st.tuples(st.lists(st.integers(0, 2**32), max_size=12), st.integers(0, 45))


@contextmanager
def _landing(template: Path) -> Iterator[tuple[Runner, Engine, Clock]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        shutil.copy(template, path)
        engine = make_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            rows.fill(connection)
        warehouse = Warehouse(Path(folder) / "warehouse.duckdb")
        warehouse.create_tables()
        clock = Clock()
        yield Runner(warehouse, SqlSource(engine, f"sqlite:///{path}"), clock), engine, clock
        warehouse.close()
        engine.dispose()


@settings(max_examples=settings.default.max_examples // 10, suppress_health_check=[HealthCheck.too_slow])
@given(portions=st.lists(PORTIONS, min_size=1, max_size=5))
def test_marts_equal_their_rebuild_after_any_history(
    sqlite_template: Path, portions: list[tuple[list[int], int]]
) -> None:
    with _landing(sqlite_template) as (runner, engine, clock):
        runner.run()
        for portion, days in portions:
            clock.at += timedelta(days=days)
            with engine.begin() as connection:
                for seed in portion:
                    rows.mutate(connection, seed)
            runner.run()
        grown = contents(runner.warehouse, TARGETS + MARTS)
        marts = {name: value for name, value in grown.items() if name.startswith("mart_")}
        assert marts == rebuilt_marts(runner.warehouse, business_day(clock.at))
        found = compare(runner)
        assert found.agrees, found
        runner.backfill()
        assert contents(runner.warehouse, TARGETS + MARTS) == grown
