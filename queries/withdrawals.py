"""Questions of the withdrawal review. Definitions: docs/metrics.md, Withdrawals."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from queries import measures, metrics
from queries.filters import FilterError, Page, PageOf, Sort, like_pattern
from queries.frames import frame
from queries.schema import dim_partners, fct_ledger, fct_orders, fct_withdrawals, mart_partners
from queries.wib import Period, business_day, month_start, naive_utc
from texts import listed
from vocabulary import WAITING, WithdrawalStatus

STATUSES = tuple(WithdrawalStatus)
APPROVAL_DAYS = 30
_QUEUE_SORTS = {"age": fct_withdrawals.c.created_at, "nominal": fct_withdrawals.c.nominal}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which withdrawals: text in e-mail, full name or account number; statuses (empty = all); WIB days of request.

    Raises:
        FilterError: for a status that does not exist.
    """

    search: str = ""
    statuses: tuple[str, ...] = ()
    period: Period | None = None

    def __post_init__(self) -> None:
        unknown = [status for status in self.statuses if status not in STATUSES]
        if unknown:
            raise FilterError("status {given!r} is not one of {known}", given=unknown[0], known=listed(STATUSES))


@dataclass(frozen=True, slots=True)
class ApprovalSummary:
    """waiting_status: waiting now; avg_req_last_month: requests per day of the previous WIB month, half up;
    avg_approval_seconds: mean of completed - requested over the last 30 days, None when none was completed."""

    waiting_status: int
    avg_req_last_month: int
    avg_approval_seconds: int | None
    waiting_nominal: int


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
    return conditions


def queue_page(connection: Connection, query_filter: QueueFilter, sort: Sort, page: Page, now: datetime) -> PageOf:
    """One page of withdrawals with the partner: waiting ones first, then by `sort` ("age" = oldest first, "nominal").

    Columns: withdrawal_id, partner_id, partner_name, email, bank_name, bank_account_no, bank_account_name, nominal,
    status, version, created_at, decided_at, age_seconds (until the decision, or until now).

    Raises:
        FilterError: for an unknown sort column.
    """
    if sort.column not in _QUEUE_SORTS:
        raise FilterError(
            "sort must be one of {known}, not {given!r}", known=listed(list(_QUEUE_SORTS)), given=sort.column
        )
    joined = fct_withdrawals.join(dim_partners, dim_partners.c.partner_id == fct_withdrawals.c.partner_id)
    conditions = _matching(query_filter)
    column = _QUEUE_SORTS[sort.column]
    statement = (
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
        )
        .select_from(joined)
        .where(*conditions)
        .order_by(
            fct_withdrawals.c.status.in_(WAITING).desc(),
            column.desc() if sort.descending else column.asc(),
            fct_withdrawals.c.withdrawal_id,
        )
        .limit(page.limit)
        .offset(page.offset)
    )
    rows = frame(connection, statement)
    ended = rows["decided_at"].fillna(pd.Timestamp(naive_utc(now)))
    rows["age_seconds"] = (ended - rows["created_at"]).dt.total_seconds().astype("int64")
    total = connection.scalar(select(func.count()).select_from(joined).where(*conditions))
    return PageOf(rows, int(total or 0))


def waiting_count(connection: Connection) -> int:
    """Withdrawals in requested or on_review."""
    statement = select(func.count()).select_from(fct_withdrawals).where(fct_withdrawals.c.status.in_(WAITING))
    return int(connection.scalar(statement) or 0)


def approval_summary(connection: Connection, now: datetime) -> ApprovalSummary:
    """The headline of the review page and of the contract's withdrawal metric."""
    this_month = month_start(business_day(now))
    last_month = month_start(this_month - timedelta(days=1))
    days = (this_month - last_month).days
    waiting = fct_withdrawals.c.status.in_(WAITING)
    completed = and_(
        measures.is_paid_out(fct_withdrawals),
        fct_withdrawals.c.decided_at > naive_utc(now) - timedelta(days=APPROVAL_DAYS),
        fct_withdrawals.c.decided_at <= naive_utc(now),
    )
    seconds = func.epoch(fct_withdrawals.c.decided_at) - func.epoch(fct_withdrawals.c.created_at)
    row = connection.execute(
        select(
            func.count().filter(waiting),
            func.coalesce(func.sum(fct_withdrawals.c.nominal).filter(waiting), 0),
            func.count().filter(
                fct_withdrawals.c.created_date >= last_month, fct_withdrawals.c.created_date < this_month
            ),
            func.avg(seconds).filter(completed),
        )
    ).one()
    return ApprovalSummary(
        waiting_status=int(row[0]),
        waiting_nominal=int(row[1]),
        avg_req_last_month=metrics.half_up(int(row[2]), days),
        avg_approval_seconds=None if row[3] is None else int(row[3]),
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
