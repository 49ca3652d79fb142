"""The waiting withdrawals in the order in which they should be decided, with the reasons for that order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import FromClause, Select, func, or_, select
from sqlalchemy.orm import Session

from api.domains.bank_accounts.models import BankAccount
from api.domains.ledger.models import AccountKind, LedgerAccount
from api.domains.partners.models import Partner
from api.domains.review.context import Review
from api.domains.review.holds import Hold
from api.domains.review.priority import priority
from api.domains.review.requirements import Approval, account_reasons, valid_approvals
from api.domains.review.risk import ACCOUNT_COLUMNS, AccountFacts, Case, Risk, score, shared_accounts
from api.domains.review.schemas import QueueRow
from api.domains.withdrawals.models import Withdrawal
from queries.filters import Page, like_pattern
from queries.withdrawal_risk import OrderFacts
from vocabulary import WAITING


class _Row(NamedTuple):
    """What the queue reads of a withdrawal."""

    id: int
    partner_id: int
    bank_name: str
    bank_account_no: str
    bank_account_name: str
    nominal: int
    status: str
    version: int
    created_at: datetime
    full_name: str
    email: str
    joined_at: datetime
    problem_status: int
    balance: int
    details_at: datetime | None
    name_score: int | None
    is_current: bool


class Waiting(NamedTuple):
    """Rows of the queue, the number of all that match, and their rupiah together."""

    rows: list[QueueRow]
    total: int
    nominal: int


_withdrawals, _partners, _accounts = Withdrawal.__table__, Partner.__table__, BankAccount.__table__
_available, _reserved = LedgerAccount.__table__.alias(), LedgerAccount.__table__.alias()


def _waiting() -> Select[Any]:
    """The fields of _Row, of tables and built once: objects and building took longer than the question."""
    of, partner = _withdrawals.c, _partners.c
    kinds = {_available: AccountKind.PARTNER_AVAILABLE, _reserved: AccountKind.PARTNER_RESERVED}
    joined: FromClause = _withdrawals.join(_partners, partner.id == of.partner_id)
    joined = joined.join(_accounts, _accounts.c.id == of.bank_account_id)
    for account, kind in kinds.items():
        joined = joined.outerjoin(account, (account.c.partner_id == of.partner_id) & (account.c.kind == kind))
    return (
        select(
            *(of[name] for name in _Row._fields[: _Row._fields.index("full_name")]),
            *(partner[name] for name in ("full_name", "email", "joined_at", "problem_status")),
            func.coalesce(_available.c.balance, 0) + func.coalesce(_reserved.c.balance, 0),
            *ACCOUNT_COLUMNS,
        )
        .select_from(joined)
        .where(of.status.in_(WAITING))
    )


_WAITING = _waiting()


def waiting(
    review: Review,
    *,
    search: str = "",
    band: str = "",
    sort: str = "priority",
    free: bool = False,
    page: Page | None,
) -> Waiting:
    """One page of the queue, most urgent first, or without one all of it; `free`: only what no batch holds."""
    session, policy, now = review.session, review.policy, review.now
    rows = _rows(session, search)
    partners = {row.partner_id for row in rows}
    orders = review.risk_facts.of(partners) if review.risk_facts is not None else {}
    which = Withdrawal.id.in_([row.id for row in rows]) if search else Withdrawal.status.in_(WAITING)
    shared = shared_accounts(session, which)
    scores = score([_case(row, shared, orders) for row in rows], policy, now)
    waited = policy.hours.office().elapsed_each([row.created_at for row in rows], now)
    points = priority([row.nominal for row in rows], waited, scores.points, policy)
    places = [at for at in range(len(rows)) if not band or scores.band(at) == band]
    if free:
        held = review.holds_of(session, [rows[at].id for at in places])
        places = [at for at in places if rows[at].id not in held]
    keys = {
        "priority": [-total for total in sum(points.values(), np.zeros(len(rows))).round(1)],
        "age": [-seconds for seconds in waited],
        "nominal": [-row.nominal for row in rows],
        "risk": [-each for each in scores.points],
    }[sort]
    places.sort(key=lambda at: (keys[at], rows[at].created_at, rows[at].id))
    shown = places if page is None else places[page.offset : page.offset + page.limit]
    approved = valid_approvals(session, [rows[at] for at in shown], now)
    holds = review.holds_of(session, [rows[at].id for at in shown])
    answered = [
        _listed(
            _Place(rows[at], scores.cases[at].account, scores.risk(at), waited[at]),
            {key: float(of[at]) for key, of in points.items()},
            approved.get(rows[at].id, ()),
            holds.get(rows[at].id),
            review,
        )
        for at in shown
    ]
    return Waiting(answered, len(places), sum(rows[at].nominal for at in places))


def _rows(session: Session, search: str) -> list[_Row]:
    statement = _WAITING
    if search.strip():
        pattern = like_pattern(search)
        fields = (_partners.c.email, _partners.c.full_name, _withdrawals.c.bank_account_no)
        statement = statement.where(or_(*(func.lower(field).like(pattern, escape="\\") for field in fields)))
    return list(map(_Row._make, session.execute(statement)))


def _case(row: _Row, shared: Mapping[int, tuple[int, int]], orders: Mapping[int, OrderFacts]) -> Case:
    account = AccountFacts(row.details_at, row.name_score, row.is_current, *shared.get(row.id, (0, 0)))
    return Case(row.nominal, row.balance, row.joined_at, row.problem_status, account, orders.get(row.partner_id))


class _Place(NamedTuple):
    """A row with its judgement, and the working seconds that it waits."""

    row: _Row
    account: AccountFacts
    risk: Risk
    waited: int


def _listed(
    place: _Place,
    points: dict[str, float],
    approvals: Sequence[Approval],
    hold: Hold | None,
    review: Review,
) -> QueueRow:
    row, risk, policy = place.row, place.risk, review.policy
    target = int(policy.queue.target.total_seconds())
    needs_second = bool(account_reasons(place.account, policy, review.now))
    return {
        "withdrawal_id": row.id,
        "partner_id": row.partner_id,
        "partner_name": row.full_name,
        "email": row.email,
        "nominal": row.nominal,
        "balance_after": row.balance - row.nominal,
        "bank_name": row.bank_name,
        "bank_account_no": row.bank_account_no,
        "bank_account_name": row.bank_account_name,
        "status": row.status,
        "version": row.version,
        "created_at": row.created_at.isoformat(),
        "risk_points": risk.points,
        "risk_band": risk.band,
        "risk_parts": [part.as_dict() for part in risk.parts if part.points > 0],
        "priority": round(sum(points.values()), 1),
        "priority_parts": points,
        "working_seconds": place.waited,
        "target_seconds": target,
        "is_breached": place.waited > target,
        "batch": hold.reference if hold else None,
        "approvals": len(approvals),
        "approvals_needed": len(policy.required(row.nominal, risk.band, second=needs_second)),
        "approved_by": [approval.name for approval in approvals],
    }
