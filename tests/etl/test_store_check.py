"""The warehouse knows which store it was filled from, and is not filled from another one by mistake."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from api.models import StoreIdentity
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.base import SourceReplaced, SourceUnavailable
from etl.sources.sql import SqlSource
from etl.store_check import refuse_another_store
from queries.engine import Warehouse
from queries.schema import MARTS, etl_state
from tests.etl import rows
from tests.etl.conftest import Clock, contents

EVERYTHING = tuple(job.target for job in JOBS) + MARTS


@pytest.fixture
def runner_of(warehouse: Warehouse, clock: Clock) -> Callable[[str], Runner]:
    """runner_of(url) -> a runner that lands the store at that URL."""
    return lambda url: Runner(warehouse, SqlSource(make_engine(url), url), clock)


def test_another_store_is_landed_only_when_everything_is_asked_for(
    runner: Runner, warehouse: Warehouse, filled: Engine
) -> None:
    runner.run()
    landed = contents(warehouse, EVERYTHING)
    with filled.begin() as connection:
        connection.execute(update(StoreIdentity).values(uuid="another"))
        rows.add_order(connection, partner_id=1, at=rows.START)
    with pytest.raises(SourceReplaced, match=r"filled from another store .* `python -m etl backfill`"):
        runner.run()
    assert contents(warehouse, EVERYTHING) == landed
    runner.backfill()
    assert len(contents(warehouse, EVERYTHING)["fct_orders"]) == 13
    assert runner.run().mode == "nothing"


def test_a_warehouse_of_an_older_version_takes_the_store_as_its_own(
    runner: Runner, warehouse: Warehouse, filled: Engine
) -> None:
    runner.run()
    with warehouse.write() as connection:
        connection.execute(update(etl_state).values(store_id=None))
    with filled.begin() as connection:
        rows.add_order(connection, partner_id=1, at=rows.START)
    assert runner.run().mode == "increment"
    with warehouse.read() as connection, filled.connect() as store:
        assert connection.scalar(select(etl_state.c.store_id)) == store.scalar(select(StoreIdentity.uuid))


def test_a_restored_older_copy_of_the_store_is_landed_whole(
    warehouse: Warehouse, tmp_path: Path, sqlite_template: Path, runner_of: Callable[[str], Runner]
) -> None:
    path, copy = tmp_path / "store.sqlite", tmp_path / "copy.sqlite"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        rows.fill(connection)
    engine.dispose()
    shutil.copy(path, copy)
    with engine.begin() as connection:
        rows.add_order(connection, partner_id=1, at=rows.START)
    engine.dispose()
    assert runner_of(f"sqlite:///{path}").run().mode == "first_load"
    assert len(contents(warehouse, EVERYTHING)["fct_orders"]) == 13

    copy.replace(path)
    assert runner_of(f"sqlite:///{path}").run().mode == "reconcile"
    assert len(contents(warehouse, EVERYTHING)["fct_orders"]) == 12


def test_a_missing_store_is_not_made_by_landing_it(tmp_path: Path, runner_of: Callable[[str], Runner]) -> None:
    path = tmp_path / "none.sqlite"
    with pytest.raises(SourceUnavailable, match="there is no store at"):
        runner_of(f"sqlite:///{path}").run()
    assert not path.exists()


def _missing(_path: Path) -> None:
    return None


def _no_bytes(path: Path) -> None:
    path.touch()


def _new(path: Path) -> None:
    upgrade(f"sqlite:///{path}")


def _another(path: Path) -> None:
    upgrade(f"sqlite:///{path}")
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        rows.fill(connection)
    engine.dispose()


@pytest.mark.parametrize("made", [_missing, _no_bytes, _new])
def test_an_empty_store_beside_a_filled_warehouse_is_refused(
    runner: Runner, warehouse: Warehouse, tmp_path: Path, made: Callable[[Path], None]
) -> None:
    path = tmp_path / "other.sqlite"
    made(path)
    size = path.stat().st_size if path.exists() else None
    refuse_another_store(warehouse, f"sqlite:///{path}")  # the warehouse is empty as well
    runner.run()
    with pytest.raises(SourceReplaced, match=r"is missing or empty, .* move the warehouse file away") as refused:
        refuse_another_store(warehouse, f"sqlite:///{path}")
    assert "\n" not in str(refused.value)
    assert (path.stat().st_size if path.exists() else None) == size


def test_another_store_beside_a_filled_warehouse_is_refused(
    runner: Runner, warehouse: Warehouse, tmp_path: Path
) -> None:
    runner.run()
    _another(tmp_path / "other.sqlite")
    with pytest.raises(SourceReplaced, match=r"was filled from another store than .* `python -m etl backfill`"):
        refuse_another_store(warehouse, f"sqlite:///{tmp_path / 'other.sqlite'}")


def test_the_store_itself_is_taken(runner: Runner, warehouse: Warehouse, store_url: str, filled: Engine) -> None:
    refuse_another_store(warehouse, store_url)
    runner.run()
    refuse_another_store(warehouse, store_url)
    with warehouse.write() as connection:  # landed by a version that knew no ids
        connection.execute(update(etl_state).values(store_id=None))
    refuse_another_store(warehouse, store_url)


def test_a_store_that_lost_its_identity_is_another_one(
    runner: Runner, warehouse: Warehouse, store_url: str, filled: Engine
) -> None:
    runner.run()
    with filled.begin() as connection:
        connection.execute(delete(StoreIdentity))
    with pytest.raises(SourceReplaced, match="another store"):
        refuse_another_store(warehouse, store_url)


def test_a_store_that_cannot_be_read_is_left_to_who_opens_it(
    runner: Runner, warehouse: Warehouse, tmp_path: Path
) -> None:
    runner.run()
    (tmp_path / "other.sqlite").write_bytes(b"not a database" * 500)
    refuse_another_store(warehouse, f"sqlite:///{tmp_path / 'other.sqlite'}")
    refuse_another_store(warehouse, f"sqlite:///{tmp_path / 'no' / 'other.sqlite'}")
