"""Random histories of withdrawals: the money is right after every step. HISTORIES and STEPS make the search longer."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from api.domains.auth.models import Role
from api.domains.ledger import service as ledger
from api.domains.ledger.errors import InsufficientBalance
from api.domains.ledger.verify import problems
from api.domains.withdrawals.models import WithdrawalStatus as S
from api.domains.withdrawals.proofs import Proof
from api.domains.withdrawals.service import decide, request_withdrawal
from api.domains.withdrawals.states import TRANSITIONS
from api.kernel.auth import Actor
from api.kernel.errors import Invalid, Refusal
from api.models import (
    AccountKind,
    BankAccount,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Partner,
    User,
    Withdrawal,
)
from tests.conftest import NOW
from tests.etl import rows

HISTORIES = int(os.environ.get("HISTORIES", "25"))
STEPS = int(os.environ.get("STEPS", "30"))
WAITING = (S.REQUESTED, S.ON_REVIEW)
AMOUNTS = st.one_of(st.integers(1, 500_000), st.integers(-5, 5), st.just(2**53 + 1))


class Histories(RuleBasedStateMachine):
    """One history in one transaction, which is rolled back at its end."""

    engine: Engine
    folder: Path

    @initialize(topup=st.integers(0, 2_000_000))
    def open(self, topup: int) -> None:
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.session.execute(insert(User), [rows._user(i) | {"role_id": int(role)} for i, role in enumerate(Role, 1)])
        self.session.execute(insert(Partner), [rows._partner(i) for i in (1, 2)])
        self.session.execute(
            insert(BankAccount),
            [
                {"id": i, "partner_id": i, "bank_name": "BCA", "account_no": f"98{i}", "account_name": "Ani"}
                | {"created_at": NOW, "updated_at": NOW}
                for i in (1, 2)
            ],
        )
        self.session.commit()
        self.available = {1: 0, 2: 0}
        self.reserved = {1: 0, 2: 0}
        self.status: dict[int, S] = {}
        self.earn(1, topup)

    @rule(partner=st.sampled_from((1, 2)), amount=st.integers(0, 2_000_000))
    def earn(self, partner: int, amount: int) -> None:
        if amount:
            amounts = {AccountKind.PARTNER_AVAILABLE: amount, AccountKind.COURIER: -amount}
            ledger.post(self.session, EntryKind.TOPUP, partner, amounts, NOW)
            self.session.commit()
            self.available[partner] += amount

    @rule(partner=st.sampled_from((1, 2)), account=st.sampled_from((1, 2)), amount=AMOUNTS)
    def ask(self, partner: int, account: int, amount: int) -> None:
        before = self.available[partner]
        try:
            made = request_withdrawal(self.session, partner, account, amount, NOW)
            self.session.commit()
        except (Invalid, InsufficientBalance):
            self.session.rollback()
            assert amount <= 0 or account != partner or amount > before
            return
        assert 0 < amount <= before
        assert made.beginning_balance == before
        self.available[partner] -= amount
        self.reserved[partner] += amount
        self.status[made.id] = S.REQUESTED

    @precondition(lambda self: self.status)
    @rule(data=st.data(), to=st.sampled_from(list(S)), role=st.sampled_from(list(Role)), old=st.booleans())
    def settle(self, data: st.DataObject, to: S, role: Role, old: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.status)))
        known = self.status[number]
        seen = self.session.get_one(Withdrawal, number)
        version, nominal, partner = seen.version - old, seen.nominal, seen.partner_id
        actor = Actor(self.session.get_one(User, list(Role).index(role) + 1), "s", "r")
        allowed = TRANSITIONS.get((known, to))
        may = allowed is not None and role in allowed.roles and not old
        try:
            decide(
                self.session,
                number,
                to,
                actor=actor,
                now=NOW,
                notes="catatan",
                proof=Proof(f"{number}".encode(), "image/png"),
                proof_folder=self.folder,
                version=version,
            )
            self.session.commit()
        except Refusal:
            self.session.rollback()
            assert not may, f"{known} -> {to} by {role.name} was refused"
            return
        assert may, f"{known} -> {to} by {role.name} was allowed"
        self.status[number] = to
        if to is S.REVERSED:
            self.available[partner] += nominal
        elif to not in WAITING:
            self.reserved[partner] -= nominal
            self.available[partner] += 0 if to is S.COMPLETED else nominal

    @invariant()
    def balances_are_what_happened(self) -> None:
        if not hasattr(self, "status"):
            return
        for partner in (1, 2):
            assert ledger.balance(self.session, partner) == self.available[partner] >= 0
            reserved = ledger.balance(self.session, partner, AccountKind.PARTNER_RESERVED)
            assert reserved == self.reserved[partner] >= 0
        for number, status in self.status.items():
            assert self.session.get_one(Withdrawal, number).status == status

    @invariant()
    def the_ledger_adds_up(self) -> None:
        if not hasattr(self, "status"):
            return
        assert ledger.imbalance(self.session) == 0
        sums = select(func.sum(LedgerEntry.amount)).group_by(LedgerEntry.transaction_id)
        assert set(self.session.scalars(sums)) <= {0}
        per_account = select(LedgerEntry.account_id, func.sum(LedgerEntry.amount)).group_by(LedgerEntry.account_id)
        entries = dict(self.session.execute(per_account).all())
        accounts = dict(self.session.execute(select(LedgerAccount.id, LedgerAccount.balance)).all())
        assert {key: value for key, value in accounts.items() if value} == {k: v for k, v in entries.items() if v}

    @invariant()
    def each_is_settled_at_most_once(self) -> None:
        if not hasattr(self, "status"):
            return
        settled = (
            select(LedgerTransaction.withdrawal_id, func.count())
            .where(LedgerTransaction.kind.in_((EntryKind.WITHDRAWAL, EntryKind.WITHDRAWAL_RELEASE)))
            .group_by(LedgerTransaction.withdrawal_id)
        )
        counts = dict(self.session.execute(settled).all())
        assert counts == {number: 1 for number, status in self.status.items() if status not in WAITING}

    @invariant()
    def the_verification_agrees(self) -> None:
        if hasattr(self, "status"):
            assert problems(self.session) == []

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.outer.rollback()
            self.connection.close()


@pytest.mark.timeout(300 if HISTORIES <= 25 else 0)
def test_money_is_right_after_every_step(store_engine: Engine) -> None:
    with TemporaryDirectory() as folder:
        machine = type("Machine", (Histories,), {"engine": store_engine, "folder": Path(folder)})
        checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
        run_machine(
            machine,
            settings=settings(
                max_examples=HISTORIES, stateful_step_count=STEPS, deadline=None, suppress_health_check=checks
            ),
        )
