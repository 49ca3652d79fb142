"""Whether the ledger is sound by itself: the rules that database and service keep, counted again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from api.domains.ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction

SHOWN = 5
Rules = Mapping[str, Callable[[], Select[Any]]]  # in words, with the question for the keys that break it


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken rule: how many rows break it, and the keys of the first ones."""

    rule: str
    count: int
    keys: tuple[int, ...]


def _unbalanced() -> Select[Any]:
    return (
        select(LedgerEntry.transaction_id)
        .group_by(LedgerEntry.transaction_id)
        .having(or_(func.sum(LedgerEntry.amount) != 0, func.count() < 2))
    )


def _empty() -> Select[Any]:
    return (
        select(LedgerTransaction.id)
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(LedgerEntry.id.is_(None))
    )


def _drifted() -> Select[Any]:
    return (
        select(LedgerAccount.id)
        .outerjoin(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id, LedgerAccount.balance)
        .having(func.coalesce(func.sum(LedgerEntry.amount), 0) != LedgerAccount.balance)
    )


def _wrong_running_balance() -> Select[Any]:
    running = func.sum(LedgerEntry.amount).over(partition_by=LedgerEntry.account_id, order_by=LedgerEntry.id)
    rows = select(LedgerEntry.id, LedgerEntry.balance_after, running.label("running")).subquery()
    return select(rows.c.id).where(rows.c.running != rows.c.balance_after)


def _ever_negative() -> Select[Any]:
    guarded = LedgerAccount.kind.in_((AccountKind.PARTNER_AVAILABLE, AccountKind.PARTNER_RESERVED))
    return select(LedgerEntry.id).join(LedgerAccount).where(guarded, LedgerEntry.balance_after < 0)


RULES: Rules = {
    "the entries of a transaction add up to 0": _unbalanced,
    "a transaction has entries": _empty,
    "an account's balance is the sum of its entries": _drifted,
    "balance_after is the sum of the account's entries so far": _wrong_running_balance,
    "a partner's balance was never negative": _ever_negative,
}


def broken(session: Session, rules: Rules) -> list[Problem]:
    """Every broken rule; empty for a sound ledger."""
    found = []
    for rule, statement in rules.items():
        rows = statement().subquery()
        count = session.scalar(select(func.count()).select_from(rows)) or 0
        if count:
            key = next(iter(rows.c))
            keys = session.scalars(select(key).order_by(key).limit(SHOWN))
            found.append(Problem(rule, count, tuple(keys)))
    return found
