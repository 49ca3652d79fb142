"""Questions of the withdrawal review. Definitions: docs/metrics.md, Withdrawals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select

from queries import measures, metrics
from queries.filters import FilterError, Page, PageOf, Sort, like_pattern, require_sort
from queries.frames import frame, row_groups
from queries.schema import dim_partners, fct_ledger, fct_orders, fct_withdrawals, mart_partners
from queries.wib import Period, business_day, months_before, naive_utc
from texts import listed
from vocabulary import WAITING, WithdrawalStatus

STATUSES = tuple(WithdrawalStatus)
APPROVAL_DAYS = 30
_QUEUE_SORTS = ("age", "nominal", "paid")
_JOINED = fct_withdrawals.join(dim_partners, dim_partners.c.partner_id == fct_withdrawals.c.partner_id)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which withdrawals: text in e-mail, full name or account number; statuses (empty = all); WIB days of request, and
    WIB days of payment, which leave those that were paid out only.

    Raises:
        FilterError: for a status that does not exist.
    """

    search: str = ""
    statuses: tuple[str, ...] = ()
    period: Period | None = None
    paid: Period | None = None

    def __post_init__(self) -> None:
        unknown = [status for status in self.statuses if status not in STATUSES]
        if unknown:
            raise FilterError("status {given!r} is not one of {known}", given=unknown[0], known=listed(STATUSES))


@dataclass(frozen=True, slots=True)
class RequestRate:
    """Requests of a WIB month, and the days of that month."""

    requests: int
    days: int

    @property
    def per_day(self) -> Fraction:
        """Requests a day, exact."""
        return Fraction(self.requests, self.days)


@dataclass(frozen=True, slots=True)
class ApprovalTime:
    """Withdrawals completed in a span of time, and their microseconds from request to completion together."""

    completed: int
    microseconds: int

    @property
    def mean_seconds(self) -> Fraction | None:
        """The mean, exact; None when none was completed."""
        return Fraction(self.microseconds, self.completed * 1_000_000) if self.completed else None


@dataclass(frozen=True, slots=True)
class ApprovalSummary:
    """Withdrawals that wait now and their rupiah; the requests of the previous WIB month and of the month before it;
    the time to approval over the last 30 days and over the 30 days before those."""

    waiting_status: int
    waiting_nominal: int
    last_month: RequestRate
    month_before: RequestRate
    approval: ApprovalTime
    approval_before: ApprovalTime

    @property
    def avg_req_last_month(self) -> int:
        """Requests per day of the previous WIB month, half up to a whole one, as the contract prints it."""
        return metrics.half_up(self.last_month.requests, self.last_month.days)

    @property
    def avg_approval_seconds(self) -> int | None:
        """The mean of completed - requested over the last 30 days in whole seconds, rounded down; None without any."""
        mean = self.approval.mean_seconds
        return None if mean is None else int(mean)


@dataclass(frozen=True, slots=True)
class PartnerRisk:
    """What a reviewer weighs about a partner; money in rupiah, ratios as (part, whole)."""

    first_pickup: date | None
    last_pickup: date | None
    problem: tuple[int, int]
    retur: tuple[int, int]
    problem_descriptions: tuple[tuple[str, int], ...]  # (description, orders), most frequent first
    retur_shipping_potential: int
    retur_shipping_arriving: int
    potential_income: int


def _matching(query_filter: QueueFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query_filter.search.strip():
        pattern = like_pattern(query_filter.search)
        fields = (dim_partners.c.email, dim_partners.c.full_name, fct_withdrawals.c.bank_account_no)
        conditions.append(or_(*(func.lower(field).like(pattern, escape="\\") for field in fields)))
    if query_filter.statuses:
        conditions.append(fct_withdrawals.c.status.in_(query_filter.statuses))
    if query_filter.period:
        conditions.append(fct_withdrawals.c.created_date.between(query_filter.period.start, query_filter.period.end))
    if query_filter.paid:
        conditions.append(measures.is_paid_within(fct_withdrawals, query_filter.paid))
    return conditions


def queue_page(connection: Connection, query_filter: QueueFilter, sort: Sort, page: Page, now: datetime) -> PageOf:
    """One page of withdrawals with the partner: waiting ones first, then by `sort`: "age", the time that is shown,
    until the decision or until now; "nominal"; or "paid", the instant of payment. The sum of `nominal` is of all.

    Columns: withdrawal_id, partner_id, partner_name, email, bank_name, bank_account_no, bank_account_name, nominal,
    status, version, created_at, decided_at, paid_at, age_seconds (until the decision, or until now).

    Raises:
        FilterError: for an unknown sort column.
    """
    statement = _queued(query_filter, sort, now)
    rows = _with_age(frame(connection, statement.limit(page.limit).offset(page.offset)), now)
    whole = select(func.count(), func.coalesce(func.sum(fct_withdrawals.c.nominal), 0)).select_from(_JOINED)
    total, nominal = connection.execute(whole.where(*_matching(query_filter))).one()
    return PageOf(rows, int(total), {"nominal": int(nominal)})


def queue_groups(
    connection: Connection, query_filter: QueueFilter, sort: Sort, now: datetime
) -> Iterator[pd.DataFrame]:
    """All rows of `queue_page`, in row groups."""
    for rows in row_groups(connection, _queued(query_filter, sort, now)):
        yield _with_age(rows, now)


def _with_age(rows: pd.DataFrame, now: datetime) -> pd.DataFrame:
    until = rows["decided_at"].fillna(pd.Timestamp(naive_utc(now)))
    return rows.assign(age_seconds=(until - rows["created_at"]).dt.total_seconds().astype("int64"))


def _queued(query_filter: QueueFilter, sort: Sort, now: datetime) -> Select[Any]:
    require_sort(sort, _QUEUE_SORTS)
    table = fct_withdrawals.c
    ended = func.coalesce(table.decided_at, literal(naive_utc(now)))
    paid_at = measures.paid_at(fct_withdrawals)
    column: ColumnElement[Any] = {
        "age": func.epoch_us(ended) - func.epoch_us(table.created_at),
        "nominal": table.nominal,
        "paid": paid_at,
    }[sort.column]
    return (
        select(
            fct_withdrawals.c.withdrawal_id,
            fct_withdrawals.c.partner_id,
            dim_partners.c.full_name.label("partner_name"),
            dim_partners.c.email,
            fct_withdrawals.c.bank_name,
            fct_withdrawals.c.bank_account_no,
            fct_withdrawals.c.bank_account_name,
            fct_withdrawals.c.nominal,
            fct_withdrawals.c.status,
            fct_withdrawals.c.version,
            fct_withdrawals.c.created_at,
            fct_withdrawals.c.decided_at,
            paid_at.label("paid_at"),
        )
        .select_from(_JOINED)
        .where(*_matching(query_filter))
        .order_by(
            fct_withdrawals.c.status.in_(WAITING).desc(),
            (column.desc() if sort.descending else column.asc()).nulls_last(),
            fct_withdrawals.c.withdrawal_id,
        )
    )


def waiting_count(connection: Connection) -> int:
    """Withdrawals in requested or on_review."""
    statement = select(func.count()).select_from(fct_withdrawals).where(fct_withdrawals.c.status.in_(WAITING))
    return int(connection.scalar(statement) or 0)


def approval_summary(connection: Connection, now: datetime) -> ApprovalSummary:
    """The headline of the review page and of the contract's withdrawal metric."""
    instant = naive_utc(now)
    table = fct_withdrawals.c
    waiting = table.status.in_(WAITING)
    spans = [instant - timedelta(days=APPROVAL_DAYS * count) for count in range(3)]
    taken = func.epoch_us(table.decided_at) - func.epoch_us(table.created_at)
    columns: list[ColumnElement[Any]] = [
        func.count().filter(waiting),
        func.coalesce(func.sum(table.nominal).filter(waiting), 0),
    ]
    months = [months_before(business_day(now), count) for count in range(3)]
    columns += [
        func.count().filter(table.created_date >= first, table.created_date < after)
        for after, first in pairwise(months)
    ]
    for until, since in pairwise(spans):
        done = and_(measures.is_paid_out(fct_withdrawals), table.decided_at > since, table.decided_at <= until)
        columns += [func.count().filter(done), func.coalesce(func.sum(taken).filter(done), 0)]
    row = [int(value) for value in connection.execute(select(*columns)).one()]
    rates = [
        RequestRate(requests, (after - first).days)
        for requests, (after, first) in zip(row[2:4], pairwise(months), strict=True)
    ]
    return ApprovalSummary(
        waiting_status=row[0],
        waiting_nominal=row[1],
        last_month=rates[0],
        month_before=rates[1],
        approval=ApprovalTime(*row[4:6]),
        approval_before=ApprovalTime(*row[6:8]),
    )


def partner_risk(connection: Connection, partner_id: int) -> PartnerRisk | None:
    """The partner's ratios and expected return costs over its whole life; None for a partner not landed.

    retur_ratio = returned / shipped; the two potential amounts are those of `queries.metrics`.
    """
    partner = connection.execute(select(mart_partners).where(mart_partners.c.partner_id == partner_id)).first()
    if partner is None:
        return None
    mine = fct_orders.c.partner_id == partner_id
    running, arriving = measures.is_running(fct_orders), measures.is_arriving(fct_orders)
    money = connection.execute(
        select(
            func.coalesce(func.sum(fct_orders.c.return_shipping).filter(running), 0),
            func.coalesce(func.sum(fct_orders.c.net_profit).filter(running), 0),
            func.coalesce(func.sum(fct_orders.c.return_shipping).filter(arriving), 0),
        ).where(mine)
    ).one()
    descriptions = connection.execute(
        select(fct_orders.c.problem_description, func.count().label("orders"))
        .where(mine, measures.is_problem(fct_orders), fct_orders.c.problem_description.is_not(None))
        .group_by(fct_orders.c.problem_description)
        .order_by(func.count().desc(), fct_orders.c.problem_description)
    ).all()
    shipped, returned = int(partner.orders_shipped), int(partner.orders_returned)
    return PartnerRisk(
        first_pickup=partner.first_pickup,
        last_pickup=partner.last_pickup,
        problem=(int(partner.orders_problem), shipped),
        retur=(returned, shipped),
        problem_descriptions=tuple((str(text), int(orders)) for text, orders in descriptions),
        retur_shipping_potential=metrics.potential_return_cost(int(money[0]), returned, shipped),
        retur_shipping_arriving=int(money[2]),
        potential_income=metrics.potential_income(int(money[1]), returned, shipped),
    )


def orders_behind(connection: Connection, withdrawal_id: int, page: Page) -> PageOf:
    """The orders whose money a withdrawal pays out: delivered after the partner's previous completed request and up to
    this one. Columns: order_id, order_no, airway_bill, courier, payment_method, created_at, delivered_at, grand_total,
    shipping_cost, service_fee, net_profit; newest first.
    """
    this = select(fct_withdrawals).where(fct_withdrawals.c.withdrawal_id == withdrawal_id).subquery()
    previous = (
        select(func.max(fct_withdrawals.c.created_at))
        .where(
            fct_withdrawals.c.partner_id == this.c.partner_id,
            fct_withdrawals.c.created_at < this.c.created_at,
            measures.is_paid_out(fct_withdrawals),
        )
        .scalar_subquery()
    )
    conditions = (
        fct_orders.c.partner_id == this.c.partner_id,
        measures.is_delivered(fct_orders),
        fct_orders.c.delivered_at <= this.c.created_at,
        fct_orders.c.delivered_at > func.coalesce(previous, naive_utc(datetime.fromtimestamp(0, UTC))),
    )
    names = "order_id order_no airway_bill courier payment_method created_at delivered_at"
    money = "grand_total shipping_cost service_fee net_profit"
    rows = frame(
        connection,
        select(*(fct_orders.c[name] for name in f"{names} {money}".split()))
        .where(*conditions)
        .order_by(fct_orders.c.delivered_at.desc(), fct_orders.c.order_id)
        .limit(page.limit)
        .offset(page.offset),
    )
    total = connection.scalar(select(func.count()).select_from(fct_orders, this).where(*conditions))
    return PageOf(rows, int(total or 0))


def last_withdrawals(connection: Connection, partner_id: int, limit: int = 5) -> pd.DataFrame:
    """The newest withdrawals of a partner: withdrawal_id, nominal, status, bank_name, bank_account_no, created_at,
    decided_at, notes."""
    return frame(
        connection,
        select(
            fct_withdrawals.c.withdrawal_id,
            fct_withdrawals.c.nominal,
            fct_withdrawals.c.status,
            fct_withdrawals.c.bank_name,
            fct_withdrawals.c.bank_account_no,
            fct_withdrawals.c.created_at,
            fct_withdrawals.c.decided_at,
            fct_withdrawals.c.notes,
        )
        .where(fct_withdrawals.c.partner_id == partner_id)
        .order_by(fct_withdrawals.c.created_at.desc(), fct_withdrawals.c.withdrawal_id.desc())
        .limit(limit),
    )


def partner_balance(connection: Connection, partner_id: int) -> int:
    """The landed available balance of a partner in rupiah: the sum of its available account's entries."""
    statement = select(func.coalesce(func.sum(fct_ledger.c.amount), 0)).where(
        fct_ledger.c.partner_id == partner_id, fct_ledger.c.account_kind == "partner_available"
    )
    return int(connection.scalar(statement) or 0)
