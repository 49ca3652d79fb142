"""What the database refuses by itself, and what the verification of the ledger finds."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from api.domains.ledger import service as ledger
from api.domains.ledger.guards import APPEND_ONLY, drop_guards
from api.domains.withdrawals.verify import RULES, problems
from api.kernel.append_only import REFUSAL
from api.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Partner,
    Withdrawal,
)
from etl.demo import fill
from tests.conftest import NOW
from tests.etl import rows


@pytest.fixture
def paid(store_engine: Engine) -> Engine:
    """Partner 1 with Rp100.000."""
    with Session(store_engine) as session, session.begin():
        session.execute(insert(Partner), [rows._partner(1)])
        amounts = {AccountKind.PARTNER_AVAILABLE: 100_000, AccountKind.CASH: -100_000}
        ledger.post(session, EntryKind.TOPUP, 1, amounts, NOW)
    return store_engine


def _transaction(session: Session, *amounts: int) -> None:
    """A transaction written past the service."""
    movement = LedgerTransaction(kind="topup", partner_id=1, created_at=NOW)
    session.add(movement)
    session.flush()
    entries = [{"transaction_id": movement.id, "account_id": 1, "amount": n, "balance_after": 0} for n in amounts]
    session.execute(insert(LedgerEntry), entries)


@pytest.mark.parametrize("amounts", [(5,), (5, -4), (2**53, -(2**53) + 1), (1, 1, -3)])
def test_an_unbalanced_transaction_cannot_be_committed(paid: Engine, amounts: tuple[int, ...]) -> None:
    with Session(paid) as session:
        _transaction(session, *amounts)
        with pytest.raises(IntegrityError):
            session.commit()
    with Session(paid) as session:
        assert session.query(LedgerTransaction).count() == 1
        assert not problems(session)


def test_a_balanced_transaction_of_many_entries_can(paid: Engine) -> None:
    with Session(paid) as session, session.begin():
        _transaction(session, 5, -2, -2, -1)
    with Session(paid) as session:
        assert session.query(LedgerEntry).count() == 6


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "DELETE FROM {} WHERE id = 1"])
def test_what_was_written_stays(paid: Engine, table: str, change: str) -> None:
    with paid.connect() as connection, pytest.raises(DBAPIError, match=REFUSAL):
        connection.execute(text(change.format(table)))


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_what_was_written_is_not_replaced(paid: Engine) -> None:
    with paid.connect() as connection:
        guarded = connection.scalars(
            text("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_no_delete'")
        ).all()
        assert {*APPEND_ONLY, "audit_entries", "withdrawal_decisions"} <= set(guarded)
        for table in guarded:
            if connection.scalar(text(f"SELECT count(*) FROM {table}")):
                with pytest.raises(DBAPIError, match=REFUSAL):
                    connection.execute(text(f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"))
        replacing = connection.scalars(
            text("SELECT tbl_name FROM sqlite_master WHERE name = tbl_name || '_no_replace'")
        )
        assert set(replacing) == set(guarded)


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_was_written_is_not_truncated(paid: Engine, table: str) -> None:
    with paid.connect() as connection, pytest.raises(DBAPIError, match=REFUSAL):
        connection.execute(text(f"TRUNCATE {table} CASCADE"))


def test_a_committed_transaction_takes_no_further_entry(paid: Engine) -> None:
    with Session(paid) as session:
        session.execute(
            insert(LedgerEntry), [{"transaction_id": 1, "account_id": 1, "amount": 5, "balance_after": 100_005}]
        )
        with pytest.raises(IntegrityError):
            session.commit()


def test_a_negative_balance_cannot_be_written(paid: Engine) -> None:
    available = LedgerAccount.kind == AccountKind.PARTNER_AVAILABLE
    with paid.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(update(LedgerAccount).where(available).values(balance=-1))
    reserved = {"kind": AccountKind.PARTNER_RESERVED, "partner_id": 1, "balance": -1}
    with paid.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(LedgerAccount), [reserved])


@pytest.fixture
def traded(store_engine: Engine) -> Engine:
    fill(store_engine, orders=400, seed=7, now=NOW, password_hash="nobody signs in")
    return store_engine


def test_the_demo_ledger_is_sound_and_guarded(traded: Engine) -> None:
    with Session(traded) as session:
        assert problems(session) == []
    with traded.connect() as connection, pytest.raises(DBAPIError, match=REFUSAL):
        connection.execute(delete(LedgerEntry))


DAMAGE = {
    "the entries of a transaction add up to 0": update(LedgerEntry).where(LedgerEntry.id == 1).values(amount=1),
    "a transaction has entries": insert(LedgerTransaction).values(kind="topup", partner_id=1, created_at=NOW),
    "an account's balance is the sum of its entries": update(LedgerAccount)
    .where(LedgerAccount.kind == AccountKind.FEES)
    .values(balance=LedgerAccount.balance + 1),
    "balance_after is the sum of the account's entries so far": update(LedgerEntry)
    .where(LedgerEntry.id == 2)
    .values(balance_after=LedgerEntry.balance_after + 1),
    "a partner's balance was never negative": update(LedgerEntry)
    .where(LedgerEntry.account_id > 3)
    .values(balance_after=-1),
    "what is reserved is what is requested": update(Withdrawal)
    .where(Withdrawal.status == "requested")
    .values(nominal=Withdrawal.nominal + 1),
    "a withdrawal is settled once, as its status says": update(Withdrawal)
    .where(Withdrawal.status == "completed")
    .values(status="rejected"),
}


@pytest.mark.parametrize("rule", RULES)
def test_damage_is_found(traded: Engine, rule: str) -> None:
    with Session(traded) as session, session.begin():
        drop_guards(session.connection())
        session.execute(DAMAGE[rule])
        found = {problem.rule: problem for problem in problems(session)}
        assert rule in found
        assert found[rule].count > 0
        assert found[rule].keys
        session.rollback()


def test_two_first_movements_at_once_share_the_platform_account(store_engine: Engine) -> None:
    with Session(store_engine) as session, session.begin():
        session.execute(insert(Partner), [rows._partner(1), rows._partner(2)])
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with Session(store_engine) as session, session.begin():
            ledger.post(session, EntryKind.TOPUP, 2, {AccountKind.PARTNER_AVAILABLE: 70, AccountKind.COURIER: -70}, NOW)

    with Session(store_engine) as session, session.begin(), ThreadPoolExecutor(1) as pool:
        ledger.post(session, EntryKind.TOPUP, 1, {AccountKind.PARTNER_AVAILABLE: 50, AccountKind.COURIER: -50}, NOW)
        waiting = pool.submit(second)
        begun.wait(5)
        time.sleep(0.2)  # the second movement reaches the account that the first has not committed yet
        session.commit()
        waiting.result(30)
    with Session(store_engine) as session:
        platform = session.scalars(select(LedgerAccount).where(LedgerAccount.partner_id.is_(None))).all()
        assert [(account.kind, account.balance) for account in platform] == [("courier", -120)]
        assert not problems(session)


def test_payouts_of_many_partners_at_once_do_not_wait_in_a_circle(store_engine: Engine) -> None:
    with Session(store_engine) as session, session.begin():
        session.execute(insert(Partner), [rows._partner(1), rows._partner(2)])
        # accounts of partners on both sides of the cash account, by id
        session.execute(insert(LedgerAccount), [{"kind": "partner_reserved", "partner_id": 1, "balance": 0}])
        session.execute(insert(LedgerAccount), [{"kind": "partner_reserved", "partner_id": 2, "balance": 0}])
        for partner in (1, 2):
            topup = {AccountKind.PARTNER_RESERVED: 500, AccountKind.CASH: -500}
            ledger.post(session, EntryKind.TOPUP, partner, topup, NOW)
    begun = threading.Event()

    def pay(first: int, second: int) -> None:
        with Session(store_engine) as session, session.begin():
            for partner in (first, second):
                cash = {AccountKind.PARTNER_RESERVED: -100, AccountKind.CASH: 100}
                ledger.post(session, EntryKind.WITHDRAWAL, partner, cash, NOW)
                begun.set()
                time.sleep(0.3)  # the other one reaches its first account meanwhile

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(pay, 1, 2)
        begun.wait(5)
        other = pool.submit(pay, 2, 1)
        one.result(30)
        other.result(30)
    with Session(store_engine) as session:
        assert ledger.balance(session, 1, AccountKind.PARTNER_RESERVED) == 300
        assert ledger.balance(session, 2, AccountKind.PARTNER_RESERVED) == 300
        assert ledger.imbalance(session) == 0
