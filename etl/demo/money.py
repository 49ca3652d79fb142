"""Balances: withdrawals that each partner could afford, and the double-entry ledger of everything."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.models import AccountKind, EntryKind
from etl.demo.accounts import FINANCE2_ID, FINANCE_ID
from etl.demo.calendar import DAY, HOUR, NEVER, Calendar, Ints
from etl.demo.orders import Life, Money
from etl.demo.partners import FIRST_PARTNER_ACCOUNT, MOVED, Partners, former_account
from etl.demo.totals import ExpectedTotals
from etl.demo.writing import Writer, keys_or_null, stamps
from vocabulary import WithdrawalStatus

COURIER, CASH, FEES = 1, 2, 3
KINDS = np.array([kind.value for kind in EntryKind])
_KIND = {kind: position for position, kind in enumerate(EntryKind)}
_MIN_WITHDRAWAL = 50_000
_WITHDRAWAL_GAP = 21 * DAY
_WAITING_PARTNERS = 40


@dataclass(slots=True)
class Bank:
    """What goes on from block to block: next ids, and the running balance of the platform accounts and of partners."""

    balances: Ints  # by account id
    next_withdrawal: int = 1
    next_transaction: int = 1
    next_entry: int = 1


@dataclass(slots=True)
class _Moves:
    """Movements of one block: `amount` leaves account `source` for account `target`."""

    at: list[Ints] = field(default_factory=list)
    kind: list[Ints] = field(default_factory=list)
    partner: list[Ints] = field(default_factory=list)
    source: list[Ints] = field(default_factory=list)
    target: list[Ints] = field(default_factory=list)
    amount: list[Ints] = field(default_factory=list)
    order: list[Ints] = field(default_factory=list)
    withdrawal: list[Ints] = field(default_factory=list)

    def add(
        self, kind: EntryKind, *, at: Ints, partner: Ints, source: Ints | int, target: Ints | int, amount: Ints,
        order: Ints | int = 0, withdrawal: Ints | int = 0,
    ) -> None:  # fmt: skip
        """Add movements of one kind; a single number stands for all of them."""
        shape = at.shape
        for column, value in (
            (self.at, at), (self.kind, _KIND[kind]), (self.partner, partner), (self.source, source),
            (self.target, target), (self.amount, amount), (self.order, order), (self.withdrawal, withdrawal),
        ):  # fmt: skip
            column.append(np.broadcast_to(np.asarray(value, dtype=np.int64), shape))


@dataclass(slots=True)
class _Request:
    partner: int
    amount: int
    before: int
    status: str
    created: int
    reviewed: int
    decided: int


def open_bank(partners: Partners) -> Bank:
    """A bank with all accounts at 0."""
    return Bank(np.zeros(FIRST_PARTNER_ACCOUNT + 3 * len(partners.orders), dtype=np.int64))


def write_money(
    writer: Writer, rng: np.random.Generator, calendar: Calendar, partners: Partners, bank: Bank, life: Life,
    money: Money, first_order: int, totals: ExpectedTotals,
) -> None:  # fmt: skip
    """Write the withdrawals and ledger rows of a block of whole partners."""
    done, back = np.flatnonzero(life.delivered != NEVER), np.flatnonzero(life.received != NEVER)
    partner = np.concatenate([life.partner[done], life.partner[back]])
    at = np.concatenate([life.delivered[done], life.received[back]])
    amount = np.concatenate([money.net_profit[done], -money.bare[back]])
    sequence = np.lexsort((at, partner))
    partner, at, amount = partner[sequence], at[sequence], amount[sequence]
    owners, starts = np.unique(partner, return_index=True)
    opening: dict[int, int] = {}
    requests: list[_Request] = []
    for owner, start, end in zip(owners.tolist(), starts.tolist(), [*starts[1:].tolist(), len(partner)], strict=True):
        running = np.cumsum(amount[start:end])
        opening[owner] = -min(0, int(running.min()))
        requests += _requests(rng, calendar, owner, at[start:end], running, opening[owner])
    moves = _Moves()
    topped = np.array([owner for owner, value in opening.items() if value], dtype=np.int64)
    moves.add(
        EntryKind.TOPUP, at=partners.joined[topped] + HOUR, partner=topped, source=CASH, target=_available(topped),
        amount=np.array([value for value in opening.values() if value], dtype=np.int64),
    )  # fmt: skip
    moves.add(
        EntryKind.ORDER_DONE, at=life.delivered[done], partner=life.partner[done], source=COURIER,
        target=_available(life.partner[done]), amount=money.net_profit[done], order=done + first_order,
    )  # fmt: skip
    moves.add(
        EntryKind.ORDER_RETUR, at=life.received[back], partner=life.partner[back],
        source=_available(life.partner[back]), target=COURIER, amount=money.bare[back], order=back + first_order,
    )  # fmt: skip
    _write_requests(writer, partners, bank, requests, moves, totals)
    _write_ledger(writer, bank, moves)


def write_accounts(writer: Writer, bank: Bank, totals: ExpectedTotals) -> None:
    """Write the ledger accounts with their final balances."""
    count = (len(bank.balances) - FIRST_PARTNER_ACCOUNT) // 3
    own = (AccountKind.PARTNER_AVAILABLE, AccountKind.PARTNER_RESERVED, AccountKind.PARTNER_DEBT)
    kinds = [AccountKind.COURIER, AccountKind.CASH, AccountKind.FEES, *(own * count)]
    writer.write("ledger_accounts", {
        "id": np.arange(1, len(kinds) + 1), "kind": [kind.value for kind in kinds],
        "partner_id": keys_or_null(np.concatenate([np.zeros(3, dtype=np.int64), np.repeat(np.arange(count) + 1, 3)])),
        "balance": bank.balances[1 : len(kinds) + 1],
    })  # fmt: skip
    available = bank.balances[FIRST_PARTNER_ACCOUNT::3][:count].tolist()
    reserved = bank.balances[FIRST_PARTNER_ACCOUNT + 1 :: 3][:count].tolist()
    totals.available.update(dict(enumerate(available, 1)))
    totals.reserved.update(dict(enumerate(reserved, 1)))


def _available(partner: Ints) -> Ints:
    return FIRST_PARTNER_ACCOUNT + 3 * partner


def _requests(
    rng: np.random.Generator, calendar: Calendar, owner: int, at: Ints, running: Ints, opening: int
) -> list[_Request]:
    """Withdrawals about once in three weeks, each of what the partner can spare for good; the last may be waiting."""
    lowest = np.minimum.accumulate(running[::-1])[::-1] + opening
    found: list[_Request] = []
    taken = 0
    moment = int(at[0]) + int(rng.integers(5 * DAY, _WITHDRAWAL_GAP))
    waiting_at = calendar.now - int(rng.integers(600, 2 * DAY))
    while moment < waiting_at - 5 * DAY:
        request = _request(rng, owner, at, running + opening, lowest, taken, moment, waiting=False)
        if request is not None:
            found.append(request)
            taken += request.amount if request.status == WithdrawalStatus.COMPLETED else 0
        moment += int(rng.integers(_WITHDRAWAL_GAP // 2, 2 * _WITHDRAWAL_GAP))
    if owner < _WAITING_PARTNERS or rng.random() < 0.01:
        request = _request(rng, owner, at, running + opening, lowest, taken, waiting_at, waiting=True)
        if request is not None:
            found.append(request)
    return found


def _request(
    rng: np.random.Generator, owner: int, at: Ints, balance: Ints, lowest: Ints, taken: int, moment: int, *,
    waiting: bool,
) -> _Request | None:  # fmt: skip
    last = int(np.searchsorted(at, moment, side="left")) - 1
    if last < 0:
        return None
    spare = int(lowest[last]) - taken
    amount = int(spare * rng.uniform(0.4, 0.8)) // 1000 * 1000
    if amount < _MIN_WITHDRAWAL:
        return None
    before = int(balance[last]) - taken
    if waiting:
        reviewed = moment + 300 if rng.random() < 0.4 else NEVER
        status = WithdrawalStatus.REQUESTED if reviewed == NEVER else WithdrawalStatus.ON_REVIEW
        return _Request(owner, amount, before, status, moment, reviewed, NEVER)
    ends = (WithdrawalStatus.COMPLETED, WithdrawalStatus.REJECTED, WithdrawalStatus.CANCELED)
    status = WithdrawalStatus(rng.choice(ends, p=[0.9, 0.06, 0.04]))
    reviewed = moment + int(rng.integers(600, 6 * HOUR)) if status != WithdrawalStatus.CANCELED else NEVER
    decided = max(moment, reviewed) + int(rng.integers(HOUR, 36 * HOUR))
    return _Request(owner, amount, before, status, moment, reviewed, decided)


def _write_requests(
    writer: Writer, partners: Partners, bank: Bank, requests: list[_Request], moves: _Moves, totals: ExpectedTotals
) -> None:
    if not requests:
        return
    ids = np.arange(bank.next_withdrawal, bank.next_withdrawal + len(requests))
    bank.next_withdrawal += len(requests)
    columns = np.array([(r.partner, r.amount, r.before, r.created, r.reviewed, r.decided) for r in requests])
    partner, amount, before, created, reviewed, decided = columns.T
    status = np.array([request.status for request in requests])
    owners = partner.tolist()
    settled, ended = status == WithdrawalStatus.COMPLETED, decided != NEVER
    account_no = np.array([
        former_account(partners, owner) if owner in MOVED and is_past else partners.account_no[owner]
        for owner, is_past in zip(owners, ended.tolist(), strict=True)
    ])  # fmt: skip
    notes = {"rejected": "Rekening tidak sesuai nama partner", "on_review": "Sedang dicek", "canceled": "Batal"}
    writer.write("withdrawals", {
        "id": ids, "partner_id": partner + 1, "bank_account_id": partner + 1,
        "bank_name": [partners.bank[owner] for owner in owners],
        "bank_account_no": account_no,
        "bank_account_name": [
            partners.full_name[owner] if owner in MOVED else partners.account_name[owner] for owner in owners
        ],
        "nominal": amount, "beginning_balance": before, "status": status,
        "notes": [notes.get(value) for value in status.tolist()],
        "proof_sha256": [None] * len(ids), "proof_type": [None] * len(ids),
        "reviewed_by": keys_or_null(np.where(reviewed != NEVER, FINANCE_ID, 0)),
        "decided_by": keys_or_null(np.where(ended, _decider(ids), 0)),
        "version": 1 + (reviewed != NEVER) + ended, "created_at": stamps(created), "reviewed_at": stamps(reviewed),
        "decided_at": stamps(decided), "updated_at": stamps(np.maximum(created, np.maximum(reviewed, decided))),
    })  # fmt: skip
    _write_decisions(writer, ids, amount, status, decided, account_no)
    free, held = _available(partner), _available(partner) + 1
    moves.add(
        EntryKind.WITHDRAWAL_RESERVE, at=created, partner=partner, source=free, target=held, amount=amount,
        withdrawal=ids,
    )  # fmt: skip
    moves.add(
        EntryKind.WITHDRAWAL, at=decided[settled], partner=partner[settled], source=held[settled], target=CASH,
        amount=amount[settled], withdrawal=ids[settled],
    )  # fmt: skip
    freed = ended & ~settled
    moves.add(
        EntryKind.WITHDRAWAL_RELEASE, at=decided[freed], partner=partner[freed], source=held[freed],
        target=free[freed], amount=amount[freed], withdrawal=ids[freed],
    )  # fmt: skip
    totals.withdrawals_by_status.update(status.tolist())
    totals.sum_withdrawn += int(amount[settled].sum())


def _decider(ids: Ints) -> Ints:
    return np.where(ids % 3 == 0, FINANCE_ID, FINANCE2_ID)


def _write_decisions(
    writer: Writer, ids: Ints, amount: Ints, status: NDArray[Any], decided: Ints, account_no: NDArray[Any]
) -> None:
    """Who completed and rejected; two people take turns. Demo decisions carry no snapshot."""
    made = np.flatnonzero((status == WithdrawalStatus.COMPLETED) | (status == WithdrawalStatus.REJECTED))
    writer.write("withdrawal_decisions", {
        "withdrawal_id": ids[made], "kind": status[made],
        "actor_id": _decider(ids[made]), "version": [2] * len(made),
        "nominal": amount[made], "bank_account_no": account_no[made],
        "comment": [""] * len(made), "self_approved": [0] * len(made), "seen": [0] * len(made),
        "snapshot": ["{}"] * len(made), "created_at": stamps(decided[made]), "expires_at": [None] * len(made),
    })  # fmt: skip


def _write_ledger(writer: Writer, bank: Bank, moves: _Moves) -> None:
    partner, at = np.concatenate(moves.partner), np.concatenate(moves.at)
    sequence = np.lexsort((at, partner))
    count = len(sequence)
    if count == 0:
        return
    source, target, amount = (np.concatenate(c)[sequence] for c in (moves.source, moves.target, moves.amount))
    ids = np.arange(bank.next_transaction, bank.next_transaction + count)
    bank.next_transaction += count
    writer.write("ledger_transactions", {
        "id": ids, "kind": KINDS[np.concatenate(moves.kind)[sequence]], "partner_id": partner[sequence] + 1,
        "order_id": keys_or_null(np.concatenate(moves.order)[sequence]),
        "withdrawal_id": keys_or_null(np.concatenate(moves.withdrawal)[sequence]), "created_at": stamps(at[sequence]),
    })  # fmt: skip
    account = np.column_stack([source, target]).ravel()
    signed = np.column_stack([-amount, amount]).ravel()
    by_account = np.argsort(account, kind="stable")
    running = np.cumsum(signed[by_account])
    sorted_account = account[by_account]
    touched, starts, lengths = np.unique(sorted_account, return_index=True, return_counts=True)
    offset = bank.balances[touched] - (running[starts] - signed[by_account][starts])
    after = np.empty_like(running)
    after[by_account] = running + np.repeat(offset, lengths)
    bank.balances[touched] = running[starts + lengths - 1] + offset
    writer.write("ledger_entries", {
        "id": np.arange(bank.next_entry, bank.next_entry + 2 * count), "transaction_id": np.repeat(ids, 2),
        "account_id": account, "amount": signed, "balance_after": after,
    })  # fmt: skip
    bank.next_entry += 2 * count
