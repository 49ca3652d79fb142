"""Every kind of damage is found, shown with both sides, and repaired; a source that moves on is no difference."""

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Engine, String, Table, delete, insert, select, update

from api.models import Order
from etl.runner import Runner
from etl.sources.base import SourceUnavailable
from etl.sources.sql import SqlSource
from etl.verify import SHOWN, compare, repair
from queries.engine import Warehouse
from queries.schema import (
    MARTS,
    dim_partners,
    etl_runs,
    etl_state,
    fct_ledger,
    fct_order_events,
    fct_orders,
    mart_order_days,
    mart_partners,
    quarantine,
)
from tests.etl import rows
from tests.etl.conftest import Clock, contents, rebuilt_marts
from tests.etl.damages import DAMAGES, TARGETS, change, damage, gone, healed, key_of, keys, named, of_table, other
from vocabulary import DifferenceKind

on_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)  # of what no store does otherwise
MOST = SHOWN - 1  # columns changed at once in one table: a changed key shows two rows


@pytest.fixture
def roomy(warehouse: Warehouse, store_engine: Engine, store_url: str, clock: Clock) -> Runner:
    """A landed store with a row for each column of each table, or for `MOST` of them."""
    with store_engine.begin() as connection:
        rows.fill(connection, partners=MOST, orders=40, users=5, couriers=5)
        rows.everything(connection, orders=MOST, partners=16)
    runner = Runner(warehouse, SqlSource(store_engine, store_url), clock)
    runner.run()
    assert all(len(keys(runner, table)) >= min(len(table.c), MOST) for table in TARGETS)
    return runner


def in_rows_of_their_own(runner: Runner, columns: Iterable[Column[Any]]) -> dict[tuple[str, int], Column[Any]]:
    """Each column with the place of a row, no two of one row; by table and key."""
    free = {table.name: iter(keys(runner, table)) for table in TARGETS}
    return {(column.table.name, next(free[column.table.name])): column for column in columns}


def places(of: dict[tuple[str, int], Column[Any]]) -> list[tuple[int, Column[Any]]]:
    return [(key, column) for (_table, key), column in of.items()]


@on_sqlite
def test_a_value_changed_in_any_column_is_found_with_both_sides_and_repaired(roomy: Runner) -> None:
    before = contents(roomy.warehouse, TARGETS + MARTS)
    for begin in range(0, max(len(table.c) for table in TARGETS), MOST):
        columns = [column for table in TARGETS for column in list(table.c)[begin : begin + MOST]]
        changed = in_rows_of_their_own(roomy, columns)
        change(roomy, places(changed), other)
        first, last = repair(roomy)
        facts = [each for each in first.differences if not each.table.startswith("mart_")]
        for (table, key), column in changed.items():
            shown = [each for each in facts if (each.table, each.key) == (table, str(key))]
            if column is key_of(column.table):
                shown += [each for each in facts if (each.table, each.key) == (table, str(other(key, column)))]
                assert [each.kind for each in shown] == [DifferenceKind.MISSING, DifferenceKind.SURPLUS]
            else:
                (difference,) = shown
                assert (difference.kind, difference.column) == (DifferenceKind.CHANGED, column.name)
                assert difference.source != difference.warehouse
        assert len(facts) == len(changed) + sum(column is key_of(column.table) for column in columns)
        assert last.agrees, last
        assert contents(roomy.warehouse, TARGETS + MARTS) == before


@on_sqlite
def test_values_changed_in_all_columns_of_a_row_are_found_and_a_comparison_changes_nothing(busy: Runner) -> None:
    for table in TARGETS:
        first = keys(busy, table)[0]
        changed = [(first, column) for column in table.c if column.name not in (key_of(table).name, "source")]
        change(busy, changed, other)
    before = contents(busy.warehouse, TARGETS + MARTS)
    found = compare(busy)
    assert all(len(of_table(found, table)) == len(table.c) - 2 for table in TARGETS)
    assert contents(busy.warehouse, TARGETS + MARTS) == before


@on_sqlite
def test_no_text_and_an_empty_text_are_different(roomy: Runner) -> None:
    texts = [c for table in TARGETS for c in table.c if c.nullable and isinstance(c.type, String)]
    changed = in_rows_of_their_own(roomy, texts)
    change(roomy, places(changed), lambda value, _column: "" if value is None else None)
    found = {(each.table, int(each.key)): each for each in compare(roomy).differences if "mart" not in each.table}
    assert {of: each.column for of, each in found.items()} == {of: column.name for of, column in changed.items()}
    assert all(each.source != each.warehouse for each in found.values())
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


@on_sqlite
def test_two_rows_with_each_others_keys_are_found(busy: Runner) -> None:
    damage(busy, *swapped(fct_orders, "order_id", 2, 3))
    assert healed(busy).counts["fct_orders"] == 2


@on_sqlite
def test_errors_whose_sums_cancel_are_found(busy: Runner) -> None:
    up = update(fct_orders).values(grand_total=fct_orders.c.grand_total + 1).where(fct_orders.c.order_id == 1)
    down = update(fct_orders).values(grand_total=fct_orders.c.grand_total - 1).where(fct_orders.c.order_id == 2)
    damage(busy, up, down)
    found = healed(busy)
    assert [(each.key, each.column) for each in found.differences if each.table == "fct_orders"] == [
        ("1", "grand_total"),
        ("2", "grand_total"),
    ]


def test_rows_that_are_gone_there_twice_or_not_of_the_source_are_found_and_repaired(roomy: Runner) -> None:
    for table in TARGETS:
        damage(roomy, *[wrong(table, key) for (wrong, _kind), key in zip(DAMAGES, keys(roomy, table), strict=False)])
    found = healed(roomy)
    for table in TARGETS:
        assert [each.kind for each in of_table(found, table)] == [kind for _wrong, kind in DAMAGES], table.name


@pytest.mark.long
@pytest.mark.parametrize("table", TARGETS, ids=named)
@pytest.mark.parametrize(("wrong", "kind"), DAMAGES, ids=["gone", "twice", "not of the source"])
def test_one_row_alone_is_found_and_repaired(busy: Runner, table: Table, wrong: Any, kind: DifferenceKind) -> None:
    damage(busy, wrong(table, keys(busy, table)[0]))
    assert [each.kind for each in of_table(healed(busy), table)] == [kind]


@on_sqlite
@pytest.mark.parametrize("table", [dim_partners, fct_orders, fct_order_events, fct_ledger], ids=named)
def test_a_row_that_others_lean_on_comes_back_alone(busy: Runner, table: Table) -> None:
    damage(busy, gone(table, keys(busy, table)[0]))
    assert [each.kind for each in of_table(healed(busy), table)] == [DifferenceKind.MISSING]


@on_sqlite
def test_damaged_marts_are_found_and_computed_anew(busy: Runner, filled: Engine) -> None:
    with filled.begin() as connection:
        rows.move(connection, 1, "Diterima", rows.START + timedelta(days=5))
    busy.run()
    before = contents(busy.warehouse, MARTS)
    for table in MARTS:
        numbers = [c for c in table.c if isinstance(c.type, BigInteger) and c.name not in table.info["key"]]
        damage(busy, update(table).values({numbers[-1].name: 1_234_567}))
    first, last = repair(busy)
    assert {table.name for table in MARTS} <= set(first.counts)
    assert last.agrees, last
    assert contents(busy.warehouse, MARTS) == before


@on_sqlite
def test_a_mart_without_its_rows_is_found(busy: Runner) -> None:
    damage(busy, delete(mart_order_days))
    found = healed(busy)
    assert found.counts["mart_order_days"] > 0
    assert any("orders by day" in each for each in found.broken)


def test_everything_gone_is_counted_and_landed_again(busy: Runner) -> None:
    damage(busy, *[delete(table) for table in TARGETS])
    found = healed(busy)
    assert set(found.counts) >= {table.name for table in TARGETS}


@on_sqlite
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


@on_sqlite
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


@on_sqlite
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


@on_sqlite
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


@on_sqlite
def test_a_repaired_partner_brings_nothing_else_out_of_step(busy: Runner) -> None:
    gone = [
        delete(dim_partners).where(dim_partners.c.partner_id == 2),
        delete(fct_orders).where(fct_orders.c.partner_id == 2),
    ]
    damage(busy, *gone, delete(mart_partners).where(mart_partners.c.partner_id == 2))
    healed(busy)


@on_sqlite
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
