"""A warehouse file of another version: what changed is made anew and landed again, and what ETL remembers is kept."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, func, insert, select, text, update

from api.models import Order
from etl.files_again import land_due_files
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from queries import health
from queries.engine import Warehouse, WarehouseUnavailable
from queries.schema import (
    DIMENSIONS,
    FACTS,
    MARTS,
    dim_partners,
    etl_runs,
    etl_state,
    fct_order_events,
    fct_orders,
    key_map,
    mart_partners,
    quarantine,
)
from tests.etl import rows
from tests.etl.conftest import Clock, contents, rebuilt_marts
from tests.etl.test_files import MAPPING

TARGETS = tuple(job.target for job in JOBS)
LANDED_WITH = {table: ["fct_orders", "fct_order_events"] for table in (fct_orders, fct_order_events)}  # judged together
EVERYTHING = TARGETS + MARTS
on_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def alter(warehouse: Warehouse, *statements: str) -> None:
    """Make the file one of another version, and open it with this one."""
    with warehouse.write() as connection:
        for statement in statements:
            connection.execute(text(statement))
    warehouse.create_tables()


def count(warehouse: Warehouse, table: Table) -> int:
    with warehouse.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def due(warehouse: Warehouse) -> list[tuple[str, str]]:
    with warehouse.read() as connection:
        found = health.tables_due(connection)
    return list(zip(found["source"], found["table_name"], strict=True))


@on_sqlite
@pytest.mark.parametrize(
    ("table", "change"),
    [
        *((table, "DROP COLUMN {last}") for table in DIMENSIONS + FACTS),
        (fct_orders, "ALTER source DROP NOT NULL"),
        (dim_partners, "ADD COLUMN was_there INTEGER"),
    ],
    ids=lambda given: getattr(given, "name", given),
)
def test_a_changed_table_is_made_anew_alone_and_landed_whole(
    runner: Runner, warehouse: Warehouse, table: Table, change: str
) -> None:
    runner.run()
    landed, runs = contents(warehouse, EVERYTHING), count(warehouse, etl_runs)
    last = list(table.columns.keys())[-1]
    alter(warehouse, f"ALTER TABLE {table.name} {change.format(last=last)}")

    others = tuple(each for each in EVERYTHING if each is not table)
    assert contents(warehouse, others) == {each.name: landed[each.name] for each in others}
    assert count(warehouse, table) == 0
    assert count(warehouse, etl_runs) == runs
    assert due(warehouse) == [("store", table.name)]

    report = runner.run()
    assert (report.mode, [job.job for job in report.jobs]) == ("rebuild", LANDED_WITH.get(table, [table.name]))
    assert contents(warehouse, EVERYTHING) == landed
    assert due(warehouse) == []
    assert runner.run().mode == "nothing"


@on_sqlite
@pytest.mark.parametrize("table", MARTS, ids=lambda table: table.name)
def test_a_changed_mart_is_computed_without_reading_the_source(
    runner: Runner, warehouse: Warehouse, table: Table
) -> None:
    runner.run()
    landed = contents(warehouse, EVERYTHING)
    alter(warehouse, f"ALTER TABLE {table.name} DROP COLUMN {list(table.columns.keys())[-1]}")
    assert count(warehouse, table) == 0
    with warehouse.read() as connection:
        version = connection.scalar(select(etl_state.c.data_version))
    assert runner.run().mode == "nothing"
    assert contents(warehouse, EVERYTHING) == landed
    with warehouse.read() as connection:
        assert connection.scalar(select(etl_state.c.data_version)) > version


def test_a_mart_and_its_fact_that_changed_together_agree(runner: Runner, warehouse: Warehouse) -> None:
    runner.run()
    landed = contents(warehouse, EVERYTHING)
    alter(
        warehouse,
        "ALTER TABLE fct_orders DROP COLUMN is_problem",
        "ALTER TABLE mart_partner_months DROP COLUMN problem",
        "DROP TABLE fct_order_events",
    )
    assert due(warehouse) == [("store", "fct_order_events"), ("store", "fct_orders")]
    runner.run()
    assert contents(warehouse, EVERYTHING) == landed
    assert rebuilt_marts(warehouse) == {table.name: landed[table.name] for table in MARTS}


def test_what_changed_in_the_store_meanwhile_is_landed_too(
    runner: Runner, warehouse: Warehouse, filled: Engine
) -> None:
    runner.run()
    alter(warehouse, "ALTER TABLE fct_order_events DROP COLUMN cohort_date")
    with filled.begin() as connection:
        for seed in range(30):
            rows.mutate(connection, seed)
        connection.execute(update(Order).where(Order.id == 2).values(payment_method="BARTER"))
        new = rows.add_order(connection, partner_id=1, at=rows.START)
    runner.run()
    grown = contents(warehouse, EVERYTHING)
    assert any(f"({new}, 'store'" in row for row in grown["fct_orders"])
    runner.backfill()
    assert contents(warehouse, EVERYTHING) == grown


@on_sqlite
def test_a_failed_rebuild_is_done_by_the_next_run(runner: Runner, warehouse: Warehouse) -> None:
    runner.run()
    landed = contents(warehouse, EVERYTHING)
    alter(warehouse, "ALTER TABLE fct_orders DROP COLUMN qty")

    def fail(name: str) -> None:
        if name == "checks":
            raise OSError("the disk is full")

    runner.step = fail
    with pytest.raises(OSError, match="disk is full"):
        runner.run()
    assert due(warehouse) == [("store", "fct_orders")]
    runner.step = lambda _name: None
    runner.run()
    assert contents(warehouse, EVERYTHING) == landed


def test_what_etl_remembers_gets_new_columns_in_place(warehouse: Warehouse) -> None:
    key = {"source": "toko", "kind": "partner", "natural_key": "a", "id": 1_000_000_000}
    with warehouse.write() as connection:
        connection.execute(insert(key_map).values(key))
        connection.execute(insert(etl_state).values(source="toko", watermark="1", landed_at=Clock().at, data_version=3))
    alter(warehouse, "ALTER TABLE etl_state DROP COLUMN folder", "ALTER TABLE etl_state DROP COLUMN store_id")
    with warehouse.read() as connection:
        assert connection.execute(select(key_map)).mappings().one() == key
        state = connection.execute(select(etl_state)).one()
    assert (state.source, state.data_version, state.folder, state.store_id) == ("toko", 3, None, None)


def test_a_column_that_only_an_older_version_needs_does_not_stop_new_rows(warehouse: Warehouse) -> None:
    alter(
        warehouse,
        "ALTER TABLE key_map ADD COLUMN made_by VARCHAR DEFAULT 'x'",
        "ALTER TABLE key_map ALTER made_by SET NOT NULL",
        "ALTER TABLE key_map ALTER made_by DROP DEFAULT",
    )
    with warehouse.write() as connection:
        connection.execute(insert(key_map).values(source="toko", kind="partner", natural_key="a", id=1))
    assert count(warehouse, key_map) == 1


@pytest.mark.parametrize("table", [key_map, etl_runs, quarantine], ids=lambda table: table.name)
@pytest.mark.parametrize("change", ["ALTER source TYPE BLOB", "DROP COLUMN source"])
def test_a_change_that_would_cost_what_etl_remembers_is_refused(
    warehouse: Warehouse, table: Table, change: str
) -> None:
    with pytest.raises(WarehouseUnavailable, match=rf"{table.name}.*(source|move the file away)") as refused:
        alter(warehouse, f"ALTER TABLE {table.name} {change}")
    assert "\n" not in str(refused.value)
    assert str(warehouse.path) in str(refused.value)


@pytest.fixture
def toko(tmp_path: Path) -> Callable[[], FileSource]:
    """A file source of two partners."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "m.yaml").write_text(MAPPING)
    (folder / "s1.csv").write_text("id,name\na,Ani\nb,Budi\n")
    return lambda: FileSource(load_mapping(folder / "m.yaml"), folder, folder / "m.yaml")


@on_sqlite
def test_files_that_are_still_there_are_read_again(
    runner: Runner, warehouse: Warehouse, clock: Clock, toko: Callable[[], FileSource]
) -> None:
    runner.run()
    Runner(warehouse, toko(), clock).run()
    landed, keys = contents(warehouse, EVERYTHING), contents(warehouse, (key_map,))
    alter(warehouse, "ALTER TABLE dim_partners DROP COLUMN city")
    assert due(warehouse) == [("store", "dim_partners"), ("toko", "dim_partners")]
    runner.run()
    assert due(warehouse) == [("toko", "dim_partners")]
    land_due_files(warehouse, clock)
    assert due(warehouse) == []
    assert contents(warehouse, EVERYTHING) == landed
    assert contents(warehouse, (key_map,)) == keys


@pytest.mark.parametrize("gone", ["m.yaml", "."])
def test_files_that_are_gone_leave_a_note_of_what_to_give_again(
    warehouse: Warehouse, clock: Clock, toko: Callable[[], FileSource], tmp_path: Path, gone: str
) -> None:
    Runner(warehouse, toko(), clock).run()
    alter(warehouse, "ALTER TABLE dim_partners DROP COLUMN city")
    (tmp_path / "files").rename(tmp_path / "elsewhere")
    if gone == "m.yaml":
        shutil.copytree(tmp_path / "elsewhere", tmp_path / "files", ignore=shutil.ignore_patterns("m.yaml"))
    land_due_files(warehouse, clock)
    with warehouse.read() as connection:
        note = health.tables_due(connection)["note"].item()
    folder = tmp_path / "files"
    assert f"python -m etl run --source files --mapping {folder / 'm.yaml'} --path {folder}" in note
    assert "is not there any more" in note

    elsewhere = tmp_path / "elsewhere"
    Runner(warehouse, FileSource(load_mapping(elsewhere / "m.yaml"), elsewhere), clock).run()
    assert due(warehouse) == []
    assert count(warehouse, dim_partners) == 2


def test_files_that_an_older_version_landed_are_asked_for(
    warehouse: Warehouse, clock: Clock, toko: Callable[[], FileSource]
) -> None:
    Runner(warehouse, toko(), clock).run()
    alter(
        warehouse,
        "ALTER TABLE etl_state DROP COLUMN mapping_file",
        "ALTER TABLE etl_state DROP COLUMN folder",
        "ALTER TABLE dim_partners DROP COLUMN city",
    )
    land_due_files(warehouse, clock)
    with warehouse.read() as connection:
        note = health.tables_due(connection)["note"].item()
    assert "where the files of toko were read from is not known" in note
    assert "--mapping FILE --path DIR" in note


def test_a_file_that_is_up_to_date_is_left_as_it_is(runner: Runner, warehouse: Warehouse) -> None:
    runner.run()
    landed = contents(warehouse, EVERYTHING)
    warehouse.create_tables()
    assert due(warehouse) == []
    assert contents(warehouse, EVERYTHING) == landed
    assert count(warehouse, fct_orders) > 0 < count(warehouse, mart_partners)
    assert count(warehouse, fct_order_events) > 0
