"""Every kind of damage is found, shown with both sides, and repaired; a source that moves on is no difference."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Engine,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from api.models import Order
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.base import SourceUnavailable
from etl.verify import Verification, compare, repair
from queries.schema import (
    MARTS,
    dim_partners,
    etl_runs,
    etl_state,
    fct_orders,
    mart_order_days,
    mart_partners,
    quarantine,
)
from tests.etl import rows
from tests.etl.conftest import Clock, contents, rebuilt_marts
from vocabulary import DifferenceKind

TARGETS = tuple(job.target for job in JOBS)


def named(value: Any) -> str:
    return value.name if isinstance(value, Table | Column) else str(value)


@pytest.fixture
def busy(runner: Runner, filled: Engine) -> Runner:
    """A landed store with rows in every table."""
    with filled.begin() as connection:
        rows.everything(connection)
    runner.run()
    sizes = contents(runner.warehouse, TARGETS)
    assert all(sizes.values()), {name for name, found in sizes.items() if not found}
    return runner


def damage(runner: Runner, *statements: Any) -> None:
    with runner.warehouse.write() as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, str(statement)


def healed(runner: Runner) -> Verification:
    """Repair, and see that everything is as a new landing makes it; what was found before."""
    first, last = repair(runner)
    assert not first.agrees
    assert last.agrees, last
    grown = contents(runner.warehouse, TARGETS + MARTS)
    runner.backfill()
    assert contents(runner.warehouse, TARGETS + MARTS) == grown
    return first


def other(value: Any, column: Column[Any]) -> Any:
    """A value of the column's type that is not `value`."""
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, BigInteger):
        return 1 if value is None else value + 1_000_003
    if isinstance(column.type, DateTime):
        return datetime(2022, 1, 1) if value is None else value + timedelta(microseconds=1)
    if isinstance(column.type, Date):
        return date(2022, 1, 1) if value is None else value + timedelta(days=1)
    assert isinstance(column.type, String)
    return "" if value is None else value + " "


def first_values(runner: Runner, column: Column[Any]) -> tuple[Any, Any, Column[Any]]:
    """Key and value of the first row of the column's table, and the key's column."""
    key = column.table.c[column.table.info["key"][0]]
    with runner.warehouse.read() as connection:
        row = connection.execute(select(key, column).order_by(key).limit(1)).one()
    return row[0], row[1], key


@contextmanager
def damaged_columns(runner: Runner, columns: list[Column[Any]]) -> Iterator[dict[tuple[str, str], Column[Any]]]:
    """One value of each of these columns is another one meanwhile, no two of one table; by table and key which."""
    changed, undoing = {}, []
    for column in columns:
        of, value, key = first_values(runner, column)
        wrong = other(value, column)
        damage(runner, update(column.table).where(key == of).values({column.name: wrong}))
        undoing.append(update(column.table).where(key == (wrong if column is key else of)).values({column.name: value}))
        changed[column.table.name, str(of)] = column
    yield changed
    damage(runner, *undoing)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_value_changed_in_any_column_is_found_with_both_sides(busy: Runner) -> None:
    before = contents(busy.warehouse, TARGETS + MARTS)
    for at in range(max(len(table.c) for table in TARGETS)):
        columns = [list(table.c)[at] for table in TARGETS if at < len(table.c)]
        with damaged_columns(busy, columns) as changed:
            found = compare(busy)
        facts = [each for each in found.differences if each.table in before and not each.table.startswith("mart_")]
        for column in columns:
            shown = [each for each in facts if each.table == column.table.name]
            if column.name == column.table.info["key"][0]:
                assert {each.kind for each in shown} == {DifferenceKind.MISSING, DifferenceKind.SURPLUS}
            else:
                (difference,) = shown
                assert changed[difference.table, difference.key].name == difference.column
                assert difference.source != difference.warehouse
    assert contents(busy.warehouse, TARGETS + MARTS) == before


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_values_changed_in_all_columns_are_repaired(busy: Runner) -> None:
    before = contents(busy.warehouse, TARGETS + MARTS)
    for table in TARGETS:
        columns = [column for column in table.c if column.name not in (table.info["key"][0], "source")]
        of, _value, key = first_values(busy, columns[0])
        values = {column.name: other(first_values(busy, column)[1], column) for column in columns}
        damage(busy, update(table).where(key == of).values(values))
    first, last = repair(busy)
    assert {table.name for table in TARGETS} <= set(first.counts)
    assert last.agrees, last
    assert contents(busy.warehouse, TARGETS + MARTS) == before


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_no_text_and_an_empty_text_are_different(busy: Runner) -> None:
    texts = [c for table in TARGETS for c in table.c if c.nullable and isinstance(c.type, String)]
    for column in texts:
        key = column.table.c[column.table.info["key"][0]]
        with busy.warehouse.read() as connection:
            row = connection.execute(select(key, column).order_by(key).limit(1)).one()
        changed = {column.name: "" if row[1] is None else None}
        damage(busy, update(column.table).where(key == row[0]).values(changed))
        (difference,) = [each for each in compare(busy).differences if each.table == column.table.name]
        assert difference.source != difference.warehouse
        damage(busy, update(column.table).where(key == row[0]).values({column.name: row[1]}))
    assert texts


def swapped(table: Table, name: str, one: int, two: int) -> list[Any]:
    key, column = table.c[table.info["key"][0]], table.c[name]
    values = {number: select(column).where(key == number).scalar_subquery() for number in (one, two)}
    hold = -999
    return (
        [
            update(table).where(key == one).values({key.name: hold}),
            update(table).where(key == two).values({key.name: one}),
            update(table).where(key == hold).values({key.name: two}),
        ]
        if name == key.name
        else [update(table).where(key == one).values({name: values[two]})]
    )


def test_two_rows_with_each_others_keys_are_found(busy: Runner) -> None:
    damage(busy, *swapped(fct_orders, "order_id", 2, 3))
    assert healed(busy).counts["fct_orders"] == 2


def test_errors_whose_sums_cancel_are_found(busy: Runner) -> None:
    up = update(fct_orders).values(grand_total=fct_orders.c.grand_total + 1).where(fct_orders.c.order_id == 1)
    down = update(fct_orders).values(grand_total=fct_orders.c.grand_total - 1).where(fct_orders.c.order_id == 2)
    damage(busy, up, down)
    found = healed(busy)
    assert [(each.key, each.column) for each in found.differences if each.table == "fct_orders"] == [
        ("1", "grand_total"),
        ("2", "grand_total"),
    ]


@pytest.mark.parametrize("table", TARGETS, ids=named)
def test_a_row_that_is_gone_comes_back(busy: Runner, table: Table) -> None:
    key = table.c[table.info["key"][0]]
    first = select(key).order_by(key).limit(1).scalar_subquery()
    damage(busy, delete(table).where(key == first))
    found = healed(busy)
    assert [each.kind for each in found.differences if each.table == table.name] == [DifferenceKind.MISSING]


@pytest.mark.parametrize("table", TARGETS, ids=named)
def test_a_row_that_is_there_twice_is_one_again(busy: Runner, table: Table) -> None:
    key = table.c[table.info["key"][0]]
    first = select(key).order_by(key).limit(1).scalar_subquery()
    damage(busy, insert(table).from_select([c.name for c in table.c], select(table).where(key == first)))
    found = healed(busy)
    assert [each.kind for each in found.differences if each.table == table.name] == [DifferenceKind.REPEATED]


@pytest.mark.parametrize("table", TARGETS, ids=named)
def test_a_row_that_the_source_does_not_have_goes(busy: Runner, table: Table) -> None:
    key = table.c[table.info["key"][0]]
    ghost = [c + 900_000 if c is key else c for c in table.c]
    first = select(key).order_by(key).limit(1).scalar_subquery()
    damage(busy, insert(table).from_select([c.name for c in table.c], select(*ghost).where(key == first)))
    found = healed(busy)
    assert [each.kind for each in found.differences if each.table == table.name] == [DifferenceKind.SURPLUS]


@pytest.mark.parametrize("table", MARTS, ids=named)
def test_a_damaged_mart_is_found_and_computed_anew(busy: Runner, table: Table) -> None:
    before = contents(busy.warehouse, MARTS)
    number = next(c for c in reversed(table.c) if isinstance(c.type, BigInteger) and c.name not in table.info["key"])
    with busy.warehouse.write() as connection:
        changed = connection.execute(update(table).values({number.name: 1_234_567}))
        assert changed.rowcount > 0
    first, last = repair(busy)
    assert table.name in first.counts
    assert last.agrees, last
    assert contents(busy.warehouse, MARTS) == before


def test_a_mart_without_its_rows_is_found(busy: Runner) -> None:
    damage(busy, delete(mart_order_days))
    found = healed(busy)
    assert found.counts["mart_order_days"] > 0
    assert any("orders by day" in each for each in found.broken)


def test_everything_gone_is_counted_and_landed_again(busy: Runner) -> None:
    damage(busy, *[delete(table) for table in TARGETS])
    found = healed(busy)
    assert set(found.counts) >= {table.name for table in TARGETS}


def test_at_most_some_are_shown_and_all_are_counted(busy: Runner, filled: Engine) -> None:
    with filled.begin() as connection:
        for number in range(40):
            rows.add_order(connection, partner_id=1, at=rows.START + timedelta(minutes=number))
    busy.run()
    damage(busy, update(fct_orders).values(customer_name="siapa"))
    with busy.warehouse.read() as connection:
        count = len(connection.execute(select(fct_orders.c.order_id)).all())
    found = compare(busy)
    assert found.counts["fct_orders"] == count > 40
    assert len([each for each in found.differences if each.table == "fct_orders"]) == 20


def test_what_was_not_landed_yet_is_no_difference(busy: Runner, filled: Engine) -> None:
    before = contents(busy.warehouse, TARGETS)
    with filled.begin() as connection:
        rows.move(connection, 3, "Dipacking", rows.START + timedelta(days=1))
        rows._delete_order(connection, 5)
    assert compare(busy).agrees
    assert contents(busy.warehouse, TARGETS) == before
    damage(busy, update(fct_orders).where(fct_orders.c.order_id == 1).values(qty=7))
    with filled.begin() as connection:
        rows.move(connection, 4, "Dipacking", rows.START + timedelta(days=1))
    found = compare(busy)
    assert [(each.key, each.column) for each in found.differences] == [("1", "qty")]
    healed(busy)


def test_a_row_set_aside_is_expected_to_be_missing(busy: Runner, filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(update(Order).where(Order.id == 2).values(payment_method="BARTER"))
    busy.run()
    assert compare(busy).agrees
    with busy.warehouse.write() as connection:
        assert connection.execute(delete(quarantine)).rowcount > 1
    found = healed(busy)
    assert set(found.counts) == {"quarantine"}
    assert any("payment_method IN" in each.source for each in found.differences)
    assert compare(busy).agrees


def test_a_row_in_quarantine_that_may_land_is_reported_and_landed(busy: Runner) -> None:
    with busy.warehouse.write() as connection:
        row = {"source": "store", "job": "fct_orders", "row_key": "4", "reason": "?", "row_json": "{}", "run_id": "r"}
        connection.execute(insert(quarantine), [row | {"quarantined_at": datetime(2022, 11, 1)}])
        connection.execute(delete(fct_orders).where(fct_orders.c.order_id == 4))
    found = compare(busy)
    assert found.counts["fct_orders"] == 1
    assert ("fct_orders 4", DifferenceKind.QUARANTINE) in [(each.key, each.kind) for each in found.differences]
    healed(busy)


def test_a_landed_row_that_breaks_a_rule_at_the_source_is_surplus(busy: Runner, filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(update(Order).where(Order.id == 2).values(payment_method="BARTER"))
    busy.run()
    with busy.warehouse.write() as connection:
        connection.execute(delete(quarantine))
        row = select(fct_orders).where(fct_orders.c.order_id == 1).subquery()
        copied = [(row.c[c.name] + 1 if c.name == "order_id" else row.c[c.name]) for c in fct_orders.c]
        connection.execute(insert(fct_orders).from_select([c.name for c in fct_orders.c], select(*copied)))
    found = healed(busy)
    assert found.counts["fct_orders"] == 1
    assert found.counts["quarantine"] > 0


def test_a_repair_is_in_the_run_log_and_new_to_the_pages(busy: Runner) -> None:
    damage(busy, update(fct_orders).where(fct_orders.c.order_id == 1).values(qty=5))
    with busy.warehouse.read() as connection:
        version = connection.scalar(select(etl_state.c.data_version))
    repair(busy)
    with busy.warehouse.read() as connection:
        logged = connection.execute(select(etl_runs.c.job, etl_runs.c.mode).where(etl_runs.c.mode == "repair")).all()
        assert ("fct_orders", "repair") in [tuple(row) for row in logged]
        assert connection.scalar(select(etl_state.c.data_version)) == version + 1
    assert busy.run().mode == "nothing"


def test_a_repaired_partner_brings_nothing_else_out_of_step(busy: Runner) -> None:
    gone = [
        delete(dim_partners).where(dim_partners.c.partner_id == 2),
        delete(fct_orders).where(fct_orders.c.partner_id == 2),
    ]
    damage(busy, *gone, delete(mart_partners).where(mart_partners.c.partner_id == 2))
    healed(busy)


def test_nothing_landed_is_said(runner: Runner) -> None:
    with pytest.raises(SourceUnavailable, match="python -m etl run"):
        compare(runner)


def test_no_false_alarm_over_random_histories(runner: Runner, filled: Engine, clock: Clock) -> None:
    runner.run()
    for seed in range(30):
        with filled.begin() as connection:
            rows.mutate(connection, seed)
        if seed % 3 == 0:
            runner.run()
        if seed % 10 == 9:
            found = compare(runner)
            assert found.agrees, (seed, found)


def test_no_false_alarm_while_the_store_is_written_and_landed(runner: Runner, filled: Engine) -> None:
    runner.run()
    stop = threading.Event()

    def write() -> int:
        seed = 1000
        while not stop.is_set():
            seed += 1
            with filled.begin() as connection:
                rows.mutate(connection, seed)
            runner.run()
        return seed

    with ThreadPoolExecutor() as pool:
        writing = pool.submit(write)
        try:
            found = [compare(runner) for _turn in range(4)]
        finally:
            stop.set()
    assert writing.result() > 1000
    assert all(each.agrees for each in found), found
    runner.run()
    assert contents(runner.warehouse, MARTS) == rebuilt_marts(runner.warehouse)
