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

from api.domains.ledger import service as ledger
from api.domains.ledger.errors import InsufficientBalance
from api.domains.payouts import service as batches
from api.domains.payouts import settling
from api.domains.payouts.bank_profiles import load_profiles
from api.domains.payouts.schemas import Chosen
from api.domains.payouts.service import Shown
from api.domains.payouts.views import holds_of
from api.domains.review import approvals
from api.domains.review.context import Review
from api.domains.review.decisions import decide
from api.domains.review.errors import SelfApproval
from api.domains.review.policy import load_policy
from api.domains.review.snapshots import Basis
from api.domains.review.transfers import Transfer
from api.domains.withdrawals.service import request_withdrawal
from api.domains.withdrawals.states import TRANSITIONS
from api.domains.withdrawals.verify import problems
from api.kernel.errors import Invalid, NotFound, Refusal
from api.kernel.files.content import CheckedFile
from api.kernel.files.store import FileStore
from api.kernel.identity import Actor
from api.models import (
    AccountKind,
    BankAccount,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Partner,
    PayoutRow,
    User,
    Withdrawal,
)
from api.ports.name_check import compare_names
from tests.api.conftest import actor_for
from tests.conftest import NOW
from tests.etl import rows
from vocabulary import Role
from vocabulary import WithdrawalStatus as S

HISTORIES = int(os.environ.get("HISTORIES", settings.default.max_examples // 5))
STEPS = int(os.environ.get("STEPS", "30"))
WAITING = (S.REQUESTED, S.ON_REVIEW)
ROLES = [*enumerate(Role, 1), (6, Role.FINANCE)]
PEOPLE = [number for number, _role in ROLES]
FINANCE = [number for number, role in ROLES if role is Role.FINANCE]
ANSWERS = {"Berhasil": "matched", "Gagal": "failed", "Diproses": "suspect"}
POLICY, GENERIC = load_policy(), load_profiles()["generic"]
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
        self.session.execute(insert(User), [rows._user(i) | {"role_id": int(role)} for i, role in ROLES])
        self.session.execute(insert(Partner), [rows._partner(i) for i in (1, 2)])
        self.session.execute(
            insert(BankAccount),
            [
                {"id": i, "partner_id": i, "bank_name": "BCA", "account_no": f"980000{i}", "account_name": "Ani"}
                | {"created_at": NOW, "updated_at": NOW}
                for i in (1, 2)
            ],
        )
        self.session.commit()
        self.available = {1: 0, 2: 0}
        self.reserved = {1: 0, 2: 0}
        self.status: dict[int, S] = {}
        self.approved: dict[int, set[int]] = {}
        self.held: set[int] = set()
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
        except (Invalid, NotFound, InsufficientBalance):
            self.session.rollback()
            assert amount <= 0 or account != partner or amount > before
            return
        assert 0 < amount <= before
        assert made.beginning_balance == before
        self.available[partner] -= amount
        self.reserved[partner] += amount
        self.status[made.id] = S.REQUESTED

    def review(self, user_id: int) -> Review:
        return Review(
            session=self.session,
            actor=self.actor(user_id),
            now=NOW,
            policy=POLICY,
            risk_facts=None,
            name_check=compare_names,
            proofs=FileStore(str(self.folder)),
            holds_of=holds_of,
        )

    def actor(self, user_id: int) -> Actor:
        return actor_for(self.session.get_one(User, user_id))

    def fits(self, number: int) -> bool:
        """Whether nobody but a batch decides it."""
        return number not in self.held

    @precondition(lambda self: self.status)
    @rule(data=st.data(), to=st.sampled_from(list(S)), user=st.sampled_from(PEOPLE), old=st.booleans())
    def settle(self, data: st.DataObject, to: S, user: int, old: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.status)))
        known = self.status[number]
        seen = self.session.get_one(Withdrawal, number)
        version, nominal, partner = seen.version - old, seen.nominal, seen.partner_id
        actor = self.actor(user)
        allowed = TRANSITIONS.get((known, to))
        may = allowed is not None and actor.role in allowed.roles and not old and self.fits(number)
        if to is S.COMPLETED:
            # all accounts are new here, so that two people approve each withdrawal
            may = may and len(self.approved.get(number, set()) | {user}) >= 2
        try:
            decide(
                self.review(user),
                number,
                to,
                notes="catatan",
                transfer=Transfer(CheckedFile(f"{number}".encode(), "image/png")),
                basis=Basis(version),
            )
            self.session.commit()
        except Refusal:
            self.session.rollback()
            assert not may, f"{known} -> {to} by {actor.role.name} was refused"
            return
        assert may, f"{known} -> {to} by {actor.role.name} was allowed"
        self.move(number, to, partner, nominal)

    def move(self, number: int, to: S, partner: int, nominal: int) -> None:
        """The same in the model."""
        self.status[number] = to
        if to is S.REVERSED:
            self.available[partner] += nominal
        elif to not in WAITING:
            self.reserved[partner] -= nominal
            self.available[partner] += 0 if to is S.COMPLETED else nominal

    @precondition(lambda self: self.status)
    @rule(data=st.data(), user=st.sampled_from(PEOPLE))
    def approve(self, data: st.DataObject, user: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.status)))
        mine = self.approved.setdefault(number, set())
        is_open = self.status[number] in WAITING and self.fits(number)
        may = is_open and user in FINANCE and user not in mine and len(mine) < 2
        try:
            approvals.approve(self.review(user), number, "")
            self.session.commit()
        except Refusal:
            self.session.rollback()
            assert not may
            return
        assert may
        mine.add(user)
        self.status[number] = S.ON_REVIEW

    @precondition(lambda self: self.status)
    @rule(data=st.data(), user=st.sampled_from(PEOPLE))
    def send_back(self, data: st.DataObject, user: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.status)))
        may = self.status[number] is S.ON_REVIEW and user in FINANCE and self.fits(number)
        try:
            approvals.send_back(self.review(user), number, "lagi")
            self.session.commit()
        except Refusal:
            self.session.rollback()
            assert not may
            return
        assert may
        self.approved[number] = set()

    @precondition(lambda self: any(each in WAITING for each in self.status.values()))
    @rule(data=st.data(), maker=st.sampled_from(FINANCE), checker=st.sampled_from(FINANCE))
    def pay_a_batch(self, data: st.DataObject, maker: int, checker: int) -> None:
        waiting = sorted(number for number, status in self.status.items() if status in WAITING)
        numbers = data.draw(st.lists(st.sampled_from(waiting), min_size=1, max_size=3, unique=True))
        words = data.draw(st.lists(st.sampled_from(sorted(ANSWERS)), min_size=len(numbers), max_size=len(numbers)))
        found = [self.session.get_one(Withdrawal, number) for number in numbers]
        facts = [(each.id, each.partner_id, each.nominal) for each in found]
        total = sum(nominal for _number, _partner, nominal in facts)
        try:
            batch = batches.propose(
                self.review(maker),
                [Chosen(number) for number in numbers],
                GENERIC,
                shown=Shown(len(numbers), total),
                source_account="",
                comment="",
            )
            self.session.commit()
        except Refusal:
            self.session.rollback()
            assert self.held & set(numbers)
            return
        assert not self.held & set(numbers)
        for number in numbers:
            self.approved.setdefault(number, set()).add(maker)
            self.status[number] = S.ON_REVIEW
        batch_id, reference = batch.id, batch.reference
        try:
            batches.approve(self.review(checker), batch_id, Shown(len(numbers), total))
            self.session.commit()
        except SelfApproval:
            self.session.rollback()
            assert maker == checker
            batches.cancel(self.review(maker), batch_id, "x")
            self.session.commit()
            return
        assert maker != checker
        lines = [
            f"{reference}-{at:04d};{nominal};{word}"
            for at, ((_number, _partner, nominal), word) in enumerate(zip(facts, words, strict=True), 1)
        ]
        answer = "\n".join(["Referensi;Nominal;Status", *lines]).encode()
        settling.import_result(self.review(maker), batch_id, settling.read_file("hasil.csv", answer, GENERIC))
        self.session.commit()
        for (number, partner, nominal), word in zip(facts, words, strict=True):
            self.approved[number].add(checker)
            if ANSWERS[word] == "matched":
                self.move(number, S.COMPLETED, partner, nominal)
            elif ANSWERS[word] == "suspect":
                self.held.add(number)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), is_paid=st.booleans(), user=st.sampled_from(FINANCE))
    def resolve(self, data: st.DataObject, is_paid: bool, user: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.held)))
        row = self.session.scalars(
            select(PayoutRow).where(PayoutRow.withdrawal_id == number, PayoutRow.state == "suspect")
        ).one()
        withdrawal = self.session.get_one(Withdrawal, number)
        partner, nominal = withdrawal.partner_id, withdrawal.nominal
        review, proof = self.review(user), CheckedFile(f"{number}".encode(), "image/png")
        if is_paid:
            settling.resolve_as_paid(review, row.id, "mutasi", Transfer(proof))
        else:
            settling.resolve_as_failed(review, row.id, "mutasi")
        self.session.commit()
        self.held.discard(number)
        if is_paid:
            self.move(number, S.COMPLETED, partner, nominal)
        else:
            self.approved[number] = set()

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

    def teardown(self) -> None:
        if hasattr(self, "session"):
            assert problems(self.session) == []
            self.session.close()
            self.outer.rollback()
            self.connection.close()


@pytest.mark.hypothesis  # so that `make test-long` finds it: the state machine is run by hand
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
