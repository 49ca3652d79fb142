"""The demo data obeys the rules of the trade, on both stores."""

import shutil
from collections import Counter
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, text

from api.kernel.db import Base, make_engine
from api.models import (
    ChangeLog,
    LedgerAccount,
    LedgerEntry,
    Order,
    OrderEvent,
    Partner,
    Pickup,
    Shipment,
    User,
    Withdrawal,
)
from etl.demo import ExpectedTotals, fill

ORDERS = 1500


@pytest.fixture
def filled(store_engine: Engine, now: datetime) -> tuple[Engine, ExpectedTotals]:
    return store_engine, fill(store_engine, orders=ORDERS, seed=7, now=now, password_hash="x")


def _half_up(amount: int, basis_points: int) -> int:
    return int((Decimal(amount) * basis_points / 10_000).quantize(Decimal(1), ROUND_HALF_UP))


def test_size_zero_makes_only_accounts_and_couriers(store_engine: Engine, now: datetime) -> None:
    assert fill(store_engine, orders=0, seed=1, now=now, password_hash="x") == ExpectedTotals()
    with store_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(User)) == 6
        assert connection.scalar(select(func.count()).select_from(Shipment)) == 6
        assert connection.scalar(select(func.count()).select_from(Partner)) == 0


def test_a_negative_size_is_refused(store_engine: Engine, now: datetime) -> None:
    with pytest.raises(ValueError, match="-1"):
        fill(store_engine, orders=-1, seed=1, now=now, password_hash="x")


def test_a_crash_leaves_the_store_empty(store_engine: Engine, now: datetime) -> None:
    def crash(_fraction: float, _text: str) -> None:
        raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        fill(store_engine, orders=100, seed=1, now=now, password_hash="x", progress=crash)
    with store_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(User)) == 0
        assert connection.scalar(select(func.count()).select_from(Order)) == 0


def test_rules_hold(filled: tuple[Engine, ExpectedTotals], now: datetime) -> None:
    engine, expected = filled
    with engine.connect() as connection:
        _check_orders(connection, expected, now)
        _check_events(connection)
        _check_ledger(connection, expected)
        _check_withdrawals(connection, expected)
        _check_pickups(connection, expected, now)
        _check_hard_cases(connection)


def _check_orders(connection: Connection, expected: ExpectedTotals, now: datetime) -> None:
    rows = connection.execute(
        select(Order.__table__, Shipment.service_fee_bp, Shipment.cashback_bp).join(
            Shipment, Shipment.id == Order.shipment_id
        )
    ).all()
    assert len(rows) == expected.orders == ORDERS
    assert Counter(row.state for row in rows) == expected.orders_by_state
    assert sum(row.grand_total for row in rows) == expected.sum_grand_total
    for row in rows:
        base = row.subtotal - row.discount + row.bare_shipping
        fee = _half_up(base, row.service_fee_bp) if row.payment_method == "COD" else 0
        cashback = _half_up(row.bare_shipping, row.cashback_bp)
        on_buyer = fee if row.fee_bearer == "buyer" else 0
        assert (row.service_fee, row.shipping_cashback) == (fee, cashback)
        assert (row.grand_total, row.shipping_cost) == (base + on_buyer, row.bare_shipping + on_buyer)
        assert row.net_profit == row.subtotal - row.discount + cashback - (fee - on_buyer)
        assert row.created_at <= row.updated_at <= now


def _check_events(connection: Connection) -> None:
    table = OrderEvent.__table__
    events = connection.execute(select(table).order_by(table.c.order_id, table.c.id)).all()
    for before, event in zip([None, *events], events, strict=False):
        if before is None or before.order_id != event.order_id:
            assert (event.from_state, event.to_state) == (None, "Diajukan")
            continue
        assert event.from_state == before.to_state
        assert event.at >= before.at
    times = {(event.order_id, event.to_state): event.at for event in events}
    for order in connection.execute(select(Order.__table__)):
        assert times.get((order.id, "Dikirim")) == order.shipped_at
        assert times.get((order.id, "Retur Diterima")) == order.return_received_at
        assert order.is_retur == (order.returned_at is not None) + (order.return_received_at is not None)


def _check_ledger(connection: Connection, expected: ExpectedTotals) -> None:
    sums = select(func.sum(LedgerEntry.amount)).group_by(LedgerEntry.transaction_id)
    assert set(connection.scalars(sums)) == {0}
    accounts = {row.id: row for row in connection.execute(select(LedgerAccount.__table__))}
    running: Counter[int] = Counter()
    for entry in connection.execute(select(LedgerEntry.__table__).order_by(LedgerEntry.id)):
        running[entry.account_id] += entry.amount
        assert running[entry.account_id] == entry.balance_after
        if accounts[entry.account_id].partner_id is not None:
            assert entry.balance_after >= 0
    assert all(account.balance == running[account.id] for account in accounts.values())
    available = {row.partner_id: row.balance for row in accounts.values() if row.kind == "partner_available"}
    assert available == dict(expected.available)


def _check_withdrawals(connection: Connection, expected: ExpectedTotals) -> None:
    rows = connection.execute(select(Withdrawal.__table__)).all()
    assert Counter(row.status for row in rows) == expected.withdrawals_by_status
    assert sum(row.status in ("requested", "on_review") for row in rows) >= 12
    reserve = connection.execute(
        text(
            "SELECT w.beginning_balance, w.nominal, e.balance_after FROM withdrawals w"
            " JOIN ledger_transactions t ON t.withdrawal_id = w.id AND t.kind = 'withdrawal_reserve'"
            " JOIN ledger_entries e ON e.transaction_id = t.id AND e.amount < 0"
        )
    ).all()
    assert len(reserve) == len(rows)
    assert all(begin - nominal == after for begin, nominal, after in reserve)


def _check_pickups(connection: Connection, expected: ExpectedTotals, now: datetime) -> None:
    mismatched = connection.scalar(
        text(
            "SELECT count(*) FROM pickup_orders p JOIN orders o ON o.id = p.order_id WHERE"
            " coalesce(p.handed_at, p.canceled_at, o.created_at) <> coalesce(o.shipped_at, o.canceled_at, o.created_at)"
        )
    )
    waiting = connection.scalar(
        text("SELECT count(*) FROM pickup_orders WHERE handed_at IS NULL AND canceled_at IS NULL")
    )
    assert (mismatched, waiting) == (0, expected.waiting_pickups)
    assert 0 < expected.overdue_pickups < expected.waiting_pickups
    assert connection.scalar(select(func.max(Pickup.created_at))) <= now


def _check_hard_cases(connection: Connection) -> None:
    seconds = {row.created_at.strftime("%H:%M:%S") for row in connection.execute(select(Order.__table__))}
    assert {"17:00:00", "16:59:59"} <= seconds
    names = " ".join(connection.scalars(select(Partner.full_name)))
    assert all(piece in names for piece in ("O'Brien", "=HYPERLINK", "+62", "50%", "🌸"))
    for missing in ("products", "orders", "pickups"):
        query = f"SELECT count(*) FROM partners WHERE id NOT IN (SELECT partner_id FROM {missing})"  # closed list
        assert connection.scalar(text(query))
    shared = text("SELECT account_no FROM bank_accounts GROUP BY account_no HAVING count(*) = 2")
    assert connection.execute(shared).all()
    defaults = text("SELECT count(*) FROM bank_accounts WHERE is_default")
    owners = text("SELECT count(DISTINCT partner_id) FROM bank_accounts")
    assert connection.scalar(defaults) == connection.scalar(owners) > 0
    assert connection.scalar(select(func.max(Order.subtotal))) > 900_000_000


def test_the_store_works_on_after_the_fill(filled: tuple[Engine, ExpectedTotals]) -> None:
    engine, _expected = filled
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO partner_notes (partner_id, author_id, body, created_at, updated_at)"
                 " VALUES (1, 2, 'baru', '2022-11-15 00:00:00.000000', '2022-11-15 00:00:00.000000')")
        )  # fmt: skip
        logged = connection.execute(text("SELECT table_name, op FROM change_log ORDER BY id")).all()
        assert [op for _table, op in logged[:-1]] == ["T"] * (len(logged) - 1)  # the fill itself, by table
        assert logged[-1] == ("partner_notes", "I")


def test_the_same_seed_makes_the_same_store(sqlite_template: Path, tmp_path: Path, now: datetime) -> None:
    stores = []
    for number, seed in enumerate((3, 3, 4)):
        path = tmp_path / f"{number}.sqlite"
        shutil.copy(sqlite_template, path)
        engine = make_engine(f"sqlite:///{path}")
        totals = fill(engine, orders=300, seed=seed, now=now, password_hash="x")
        with engine.connect() as connection:
            tables = [
                connection.execute(select(table)).all()
                for table in Base.metadata.sorted_tables
                if table is not ChangeLog.__table__  # which knows when the fill was
            ]
        engine.dispose()
        stores.append((totals, tables))
    assert stores[0] == stores[1]
    assert stores[0] != stores[2]
