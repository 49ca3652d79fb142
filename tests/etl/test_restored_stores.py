"""A store that was restored, emptied or had its log reset is noticed and landed whole; no row stays that is gone."""

import random
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, delete, func, insert, select, text, update

from api.kernel import changelog
from api.kernel.db import make_engine
from api.models import ChangeLog, Order, Shipment, Ticket, TicketMessage
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from queries.schema import MARTS, etl_runs, etl_state, fct_order_events, fct_orders, fct_tickets
from tests.etl import rows
from tests.etl.conftest import Clock, contents

EVERYTHING = tuple(job.target for job in JOBS) + MARTS
postgresql = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def orders(warehouse: Warehouse) -> set[int]:
    with warehouse.read() as connection:
        return set(connection.scalars(select(fct_orders.c.order_id)))


def note(warehouse: Warehouse) -> str:
    """Why everything was landed, of the last run."""
    with warehouse.read() as connection:
        newest = select(etl_runs.c.note, etl_runs.c.mode).order_by(etl_runs.c.finished_at.desc()).limit(1)
        found = connection.execute(newest).one()
    assert found.mode == "reconcile"
    return found.note


def is_as_landed_from_nothing(runner: Runner) -> bool:
    grown = contents(runner.warehouse, EVERYTHING)
    runner.backfill()
    return contents(runner.warehouse, EVERYTHING) == grown


def add(engine: Engine, number: int = 1) -> int:
    with engine.begin() as connection:
        return [rows.add_order(connection, partner_id=1, at=rows.START) for _turn in range(number)][-1]


@pytest.mark.parametrize("grown", [0, 1, 40])
def test_a_file_that_was_swapped_for_a_backup_is_noticed_however_far_it_has_grown(
    warehouse: Warehouse, tmp_path: Path, sqlite_template: Path, clock: Clock, grown: int
) -> None:
    path, backup = tmp_path / "store.sqlite", tmp_path / "backup.sqlite"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        rows.fill(connection)
    engine.dispose()
    shutil.copy(path, backup)
    runner = Runner(warehouse, SqlSource(engine, f"sqlite:///{path}"), clock)
    runner.run()
    ghost = add(engine, 3)
    with engine.begin() as connection:
        connection.execute(update(Order).where(Order.id == ghost).values(customer_name="Hantu"))
    runner.run()
    assert ghost in orders(warehouse)

    later = make_engine(f"sqlite:///{backup}")
    if grown:
        add(later, grown)
    later.dispose()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    backup.replace(path)
    assert runner.run().mode == "reconcile"
    assert len(orders(warehouse)) == 12 + grown
    assert "older" in note(warehouse) or "restored" in note(warehouse)
    assert runner.run().mode == "nothing"
    assert is_as_landed_from_nothing(runner)
    engine.dispose()


def test_a_log_that_was_emptied_is_noticed(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        rows._delete_order(connection, 5)
        connection.execute(delete(ChangeLog))
    assert runner.run().mode == "reconcile"
    assert 5 not in orders(runner.warehouse)
    assert runner.run().mode == "nothing"
    added = add(filled)
    assert runner.run().mode == "increment"
    assert added in orders(runner.warehouse)


@postgresql
def test_a_log_that_begins_anew_and_grows_past_the_landed_end_is_noticed(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        rows._delete_order(connection, 5)
        connection.execute(text("TRUNCATE change_log RESTART IDENTITY"))
    add(filled, 60)
    assert runner.run().mode == "reconcile"
    assert 5 not in orders(runner.warehouse)
    assert is_as_landed_from_nothing(runner)


def test_a_log_that_was_shortened_before_it_was_landed_is_noticed(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        landed = connection.scalar(select(func.max(ChangeLog.id)))
        rows._delete_order(connection, 5)
    add(filled)
    with filled.begin() as connection:
        newest = connection.scalar(select(func.max(ChangeLog.id)))
        connection.execute(delete(ChangeLog).where(ChangeLog.id < newest, ChangeLog.id > landed - 5))
    assert runner.run().mode == "reconcile"
    assert 5 not in orders(runner.warehouse)


def test_a_log_whose_old_rows_were_removed_is_followed_on(runner: Runner, filled: Engine) -> None:
    add(filled, 40)
    runner.run()
    added = add(filled)
    with filled.begin() as connection:
        newest = connection.scalar(select(func.max(ChangeLog.id)))
        connection.execute(delete(ChangeLog).where(ChangeLog.id < newest - 60))
    assert runner.run().mode == "increment"
    assert added in orders(runner.warehouse)


def test_a_store_that_was_emptied_in_place_empties_the_warehouse(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        for number in range(1, 13):
            rows._delete_order(connection, number)
    runner.run()
    assert orders(runner.warehouse) == set()
    assert is_as_landed_from_nothing(runner)


@postgresql
@pytest.mark.parametrize("statement", ["TRUNCATE pickups CASCADE", "TRUNCATE pickup_orders, change_log"])
def test_a_truncated_table_leaves_no_ghosts(runner: Runner, filled: Engine, statement: str) -> None:
    with filled.begin() as connection:
        order = connection.execute(select(Order).where(Order.id == 1)).one()
        rows._pickup(connection, order, random.Random(1))
    runner.run()
    assert dict(runner.counts())["fct_pickups"] == 1
    with filled.begin() as connection:
        connection.execute(text(statement))
    assert runner.run().mode == "reconcile"
    assert dict(runner.counts())["fct_pickups"] == 0
    assert runner.run().mode == "nothing"
    assert is_as_landed_from_nothing(runner)


@postgresql
def test_a_dump_in_another_database_is_landed_whole(runner: Runner, filled: Engine, clock: Clock) -> None:
    """Ids of transactions, and what the log says of them, come from where the dump was made."""
    runner.run()
    ghost = add(filled)
    runner.run()
    filled.dispose()
    owner = create_engine(filled.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'store'"
        connection.execute(text(others))
        connection.execute(text("CREATE DATABASE restored TEMPLATE store"))
    restored = make_engine(filled.url.set(database="restored").render_as_string(hide_password=False))
    with restored.begin() as connection:
        rows._delete_order(connection, ghost)
        connection.execute(delete(ChangeLog).where(ChangeLog.row_key == ghost))
        connection.execute(update(ChangeLog).values(txid=ChangeLog.txid + 1_000_000))
    url = restored.url.render_as_string(hide_password=False)
    moved = Runner(runner.warehouse, SqlSource(restored, url), clock)
    try:
        assert moved.run().mode == "reconcile"
        assert ghost not in orders(runner.warehouse)
        assert moved.run().mode == "nothing"
        added = add(restored)
        assert moved.run().mode == "increment"
        assert added in orders(runner.warehouse)
        assert moved.run().mode == "nothing"
    finally:
        restored.dispose()
        with owner.connect() as connection:
            connection.execute(text("DROP DATABASE restored WITH (FORCE)"))
        owner.dispose()


def test_a_watermark_of_an_older_version_lands_everything_once(runner: Runner, filled: Engine) -> None:
    runner.run()
    with runner.warehouse.write() as connection:
        connection.execute(update(etl_state).values(watermark="12"))
    assert runner.run().mode == "reconcile"
    assert "older version" in note(runner.warehouse)
    assert runner.run().mode == "nothing"


def test_a_changed_key_leaves_no_ghost(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        connection.execute(insert(Shipment).values(id=9, code="POS", name="POS", updated_at=rows.START))
    runner.run()
    with filled.begin() as connection:
        connection.execute(update(Shipment).where(Shipment.id == 9).values(id=19))
    assert runner.run().mode == "increment"
    assert is_as_landed_from_nothing(runner)


@sqlite
@pytest.mark.parametrize("change", ["INSERT OR REPLACE INTO shipments", "UPDATE OR REPLACE shipments"])
def test_a_row_that_was_replaced_leaves_no_ghost(runner: Runner, filled: Engine, change: str) -> None:
    with filled.begin() as connection:
        for number, code in ((8, "SAP"), (9, "POS")):
            connection.execute(insert(Shipment).values(id=number, code=code, name=code, updated_at=rows.START))
    runner.run()
    with filled.begin() as connection:
        if change.startswith("INSERT"):
            row = "id, code, name, service_fee_bp, cashback_bp, is_active, updated_at"
            connection.execute(
                text(f"{change} ({row}) SELECT 30, code, name, service_fee_bp, cashback_bp, is_active, updated_at "
                     "FROM shipments WHERE id = 8")
            )  # fmt: skip
        else:
            connection.execute(text(f"{change} SET code = 'SAP' WHERE id = 9"))
        left = set(connection.scalars(select(Shipment.id)))
    assert 8 not in left
    assert runner.run().mode == "increment"
    assert is_as_landed_from_nothing(runner)


def test_a_ticket_whose_unread_message_went_is_read(runner: Runner, filled: Engine) -> None:
    row = {"partner_id": 1, "shipment_id": 1, "ticket_no": "T1", "ticket_type": "lambat", "status": "open"}
    times = {"created_at": rows.START, "updated_at": rows.START}
    with filled.begin() as connection:
        connection.execute(insert(Ticket).values(id=1, description="?", **row, **times))
        message = {"ticket_id": 1, "author": "partner", "body": "halo", "created_at": rows.START}
        connection.execute(insert(TicketMessage).values(**message))
    runner.run()
    with filled.begin() as connection:
        connection.execute(delete(TicketMessage))
    runner.run()
    with runner.warehouse.read() as connection:
        assert connection.scalars(select(fct_tickets.c.is_unread)).all() == [False]


def test_changes_made_without_triggers_are_landed_when_those_are_back(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        changelog.drop_triggers(connection)
        rows._delete_order(connection, 5)
    with filled.begin() as connection:
        assert changelog.ensure(connection)
    assert runner.run().mode == "reconcile"
    assert "not logged" in note(runner.warehouse)
    assert 5 not in orders(runner.warehouse)


def test_whole_tables_are_landed_again_when_that_is_asked_for(runner: Runner, filled: Engine) -> None:
    """Rows that came or went without a trace in the log."""
    runner.run()
    with runner.warehouse.write() as connection:
        connection.execute(delete(fct_order_events))
        connection.execute(update(fct_orders).values(customer_name="salah"))
        position = connection.scalar(select(etl_state.c.watermark))
    report = runner.reconcile(["fct_orders", "fct_order_events"], why="verify found differences")
    assert {job.job for job in report.jobs} == {"fct_orders", "fct_order_events"}
    assert note(runner.warehouse) == "verify found differences"
    with runner.warehouse.read() as connection:
        assert connection.scalar(select(etl_state.c.watermark)) == position
    assert is_as_landed_from_nothing(runner)
