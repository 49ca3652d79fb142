"""Questions of the pickup monitoring. Definitions: docs/metrics.md, Pickup monitoring."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
)

from queries import measures
from queries.filters import FilterError, Page, PageOf, Sort, require_sort
from queries.frames import frame, row_groups
from queries.metrics import delay_text, share
from queries.schema import (
    dim_partners,
    dim_shipments,
    fct_orders,
    fct_pickups,
    mart_open_pickups,
    mart_pickup_days,
)
from queries.wib import Period, day_start, naive_utc

OVERDUE, LATE, ON_TIME, WAITING, CANCELED = "Terlewati", "Terlambat", "Tepat Waktu", "Menunggu", "Batal"
SORTS = ("delay", "due")


@dataclass(frozen=True, slots=True)
class PickupFilter:
    """Which airway bills: only waiting ones, couriers (empty = all), text in airway bill or partner name, due days, WIB
    hour of due (None = any)."""

    waiting_only: bool = False
    couriers: tuple[str, ...] = ()
    search: str = ""
    period: Period | None = None
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """Airway bills not yet handed to the courier; `overdue`: those of them past due."""

    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of the airway bills handed over that were due in a period: all, the late ones, and their seconds of delay."""

    handed: int
    late: int
    late_seconds: int

    @property
    def on_time(self) -> int:
        """Handed over no later than due."""
        return self.handed - self.late

    @property
    def on_time_share(self) -> Fraction | None:
        """On time of those handed over in percent, exact; None where none was handed over."""
        return share(self.on_time, self.handed)

    @property
    def mean_delay(self) -> Fraction | None:
        """Seconds of delay of those that were late, exact; None where none was."""
        return Fraction(self.late_seconds, self.late) if self.late else None


def couriers(connection: Connection) -> tuple[str, ...]:
    """All couriers of the shipment table and any that pickups name besides."""
    known = select(dim_shipments.c.courier).union(
        select(mart_pickup_days.c.courier), select(mart_open_pickups.c.courier)
    )
    return tuple(sorted(connection.scalars(known)))


def waiting_counts(
    connection: Connection, now: datetime, only: tuple[str, ...] = (), hour: int | None = None
) -> WaitingCounts:
    """How many wait now, and how many of them are past due; due in one WIB hour of the day, or in any."""
    statement = select(func.count(), func.count().filter(mart_open_pickups.c.due_at < naive_utc(now)))
    if only:
        statement = statement.where(mart_open_pickups.c.courier.in_(only))
    if hour is not None:
        statement = statement.where(measures.wib_hour(mart_open_pickups.c.due_at) == hour)
    row = connection.execute(statement).one()
    return WaitingCounts(int(row[0]), int(row[1]))


def punctuality(
    connection: Connection, period: Period, only: tuple[str, ...] = (), hour: int | None = None
) -> Punctuality:
    """How punctual the airway bills were that were due in a period; in one WIB hour of its days, or in any."""
    statement = select(
        *(
            func.coalesce(func.sum(mart_pickup_days.c[name]), 0).label(name)
            for name in ("handed", "late", "late_seconds")
        )
    ).where(mart_pickup_days.c.due_date.between(period.start, period.end))
    if only:
        statement = statement.where(mart_pickup_days.c.courier.in_(only))
    if hour is not None:
        statement = statement.where(mart_pickup_days.c.due_hour == hour)
    row = connection.execute(statement).one()
    return Punctuality(int(row[0]), int(row[1]), int(row[2]))


def lateness_by_hour(connection: Connection, period: Period, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """Per courier and WIB hour of due: courier, due_hour, handed, late, late_seconds."""
    statement = (
        select(
            mart_pickup_days.c.courier,
            mart_pickup_days.c.due_hour,
            func.sum(mart_pickup_days.c.handed).label("handed"),
            func.sum(mart_pickup_days.c.late).label("late"),
            func.sum(mart_pickup_days.c.late_seconds).label("late_seconds"),
        )
        .where(mart_pickup_days.c.due_date.between(period.start, period.end))
        .group_by(mart_pickup_days.c.courier, mart_pickup_days.c.due_hour)
        .order_by(mart_pickup_days.c.courier, mart_pickup_days.c.due_hour)
    )
    if only:
        statement = statement.where(mart_pickup_days.c.courier.in_(only))
    rows = frame(connection, statement)
    return rows.astype({"due_hour": "int64", "handed": "int64", "late": "int64", "late_seconds": "int64"})


def monitoring_page(
    connection: Connection, pickup_filter: PickupFilter, sort: Sort | None, page: Page, now: datetime
) -> PageOf:
    """One page of airway bills, by default the waiting ones most overdue first, then the rest by due time.

    Columns: pickup_order_id, pickup_id, order_id, partner_id, user_name, user_phone, shipping, qty, no_resi,
    pickup_city, order_status, due_at, requested_at, handed_at, delay_seconds (0 where on time or not due yet),
    delay, delay_status, and the pickup place: address_id, address_name, address_detail, district, city, pic,
    pic_phone, pickup_date, pickup_time.

    Raises:
        FilterError: for an unknown sort column or courier.
    """
    require_sort(sort, SORTS)
    unknown = set(pickup_filter.couriers) - set(couriers(connection))
    if unknown:
        raise FilterError("unknown courier {courier!r}", courier=min(unknown))
    # which rows first, then what they say: wide columns and orders are read for one page only
    total, chosen = _chosen(connection, pickup_filter, sort, page, now)
    described = _described(now).where(fct_pickups.c.pickup_order_id.in_(chosen))
    rows = frame(connection, described.order_by(*_order(fct_pickups, sort, now)))
    orders = [int(key) for key in rows["order_id"]]
    states = select(fct_orders.c.order_id, fct_orders.c.state).where(fct_orders.c.order_id.in_(orders))
    known = {row.order_id: row.state for row in connection.execute(states)}
    rows["order_status"] = pd.Series([known.get(order, "") for order in orders], dtype="str")
    rows["delay_seconds"] = rows["delay_seconds"].astype("int64")
    rows["delay"] = [delay_text(value) for value in rows["delay_seconds"]]
    return PageOf(rows, total)


def matching_count(connection: Connection, pickup_filter: PickupFilter) -> int:
    """How many airway bills match."""
    hits: FromClause = _hits(pickup_filter) if pickup_filter.search.strip() else fct_pickups
    conditions = [] if hits is not fct_pickups else _matching(pickup_filter, fct_pickups)
    return int(connection.scalar(select(func.count()).select_from(hits).where(*conditions)) or 0)


def monitoring_groups(
    connection: Connection, pickup_filter: PickupFilter, sort: Sort | None, now: datetime
) -> Iterator[pd.DataFrame]:
    """All rows of `monitoring_page` in row groups, without order_status and delay."""
    require_sort(sort, SORTS)
    statement = _described(now).where(*_matching(pickup_filter, fct_pickups))
    statement = statement.order_by(*_order(fct_pickups, sort, now))
    for rows in row_groups(connection, statement):
        yield rows.assign(delay_seconds=rows["delay_seconds"].astype("int64"))


def _described(now: datetime) -> Select[Any]:
    seconds, status = _delay(fct_pickups, now)
    place = "address_id address_name address_detail district city pic pic_phone pickup_date pickup_time"
    plain = f"pickup_order_id pickup_id order_id partner_id qty due_at requested_at handed_at {place}"
    return select(
        *(fct_pickups.c[name] for name in plain.split()),
        dim_partners.c.full_name.label("user_name"),
        dim_partners.c.phone.label("user_phone"),
        fct_pickups.c.courier.label("shipping"),
        fct_pickups.c.airway_bill.label("no_resi"),
        fct_pickups.c.city.label("pickup_city"),
        seconds.label("delay_seconds"),
        status.label("delay_status"),
    ).join_from(fct_pickups, dim_partners, dim_partners.c.partner_id == fct_pickups.c.partner_id)


def _chosen(
    connection: Connection, pickup_filter: PickupFilter, sort: Sort | None, page: Page, now: datetime
) -> tuple[int, list[int]]:
    """How many airway bills match, and the keys of one page of them."""
    if pickup_filter.search.strip() or pickup_filter.hour is not None:
        return _found(connection, pickup_filter, sort, page, now)
    if sort is None:
        return _by_work(connection, pickup_filter, page)
    keys = select(fct_pickups.c.pickup_order_id).where(*_matching(pickup_filter, fct_pickups))
    keys = keys.order_by(*_order(fct_pickups, sort, now))
    found = list(connection.scalars(keys.limit(page.limit).offset(page.offset)))
    return matching_count(connection, pickup_filter), found


def _by_work(connection: Connection, pickup_filter: PickupFilter, page: Page) -> tuple[int, list[int]]:
    """The usual order without a search or an hour: first the waiting ones, of which there are few, by due time,
    overdue or not. The others are looked through for a page that reaches them."""
    bills, waiting = fct_pickups.c, mart_open_pickups.c
    mine = _of_waiting(pickup_filter)
    count = int(connection.scalar(select(func.count()).select_from(mart_open_pickups).where(*mine)) or 0)
    keys = select(waiting.pickup_order_id).where(*mine).order_by(waiting.due_at, waiting.pickup_order_id)
    found = list(connection.scalars(keys.limit(page.limit).offset(page.offset)))
    if pickup_filter.waiting_only:
        return count, found
    if len(found) < page.limit:
        over = or_(bills.handed_at.is_not(None), bills.canceled_at.is_not(None))
        rest = select(bills.pickup_order_id).where(over, *_matching(pickup_filter, fct_pickups))
        rest = rest.order_by(bills.due_at.desc(), bills.pickup_order_id)
        rest = rest.limit(page.limit - len(found)).offset(max(page.offset - count, 0))
        found += connection.scalars(rest)
    return matching_count(connection, pickup_filter), found


def _of_waiting(pickup_filter: PickupFilter) -> list[ColumnElement[bool]]:
    """What a filter says of mart_open_pickups, but for its search and hour."""
    due = mart_open_pickups.c.due_at
    conditions: list[ColumnElement[bool]] = [true()]
    if pickup_filter.couriers:
        conditions.append(mart_open_pickups.c.courier.in_(pickup_filter.couriers))
    if pickup_filter.period:
        end = pickup_filter.period.end + timedelta(days=1)
        conditions.append(and_(due >= day_start(pickup_filter.period.start), due < day_start(end)))
    return conditions


def _found(
    connection: Connection, pickup_filter: PickupFilter, sort: Sort | None, page: Page, now: datetime
) -> tuple[int, list[int]]:
    """Where all are looked through and few found: once, and what is found is counted and sorted."""
    hits = _hits(pickup_filter)
    count = select(func.count()).select_from(hits).scalar_subquery()
    rows = select(hits.c.pickup_order_id, count).order_by(*_order(hits, sort, now))
    found = connection.execute(rows.limit(page.limit).offset(page.offset)).all()
    if not found:  # nothing matches, or the page is past the end
        return matching_count(connection, pickup_filter) if page.offset else 0, []
    return int(found[0][1]), [row[0] for row in found]


def _hits(pickup_filter: PickupFilter) -> CTE:
    """What matches: pickup_order_id and instants."""
    names = ("pickup_order_id", "due_at", "handed_at", "canceled_at")
    bills: FromClause = fct_pickups
    if pickup_filter.waiting_only:  # taken out first, else the text is looked for in all
        needed = (*names, "partner_id", "courier", "airway_bill", "due_date")
        waiting = _matching(PickupFilter(waiting_only=True), fct_pickups)
        bills = select(*(fct_pickups.c[name] for name in needed)).where(*waiting).cte("waiting")
        bills = bills.prefix_with("MATERIALIZED")
    conditions = _matching(replace(pickup_filter, waiting_only=False), bills)
    return select(*(bills.c[name] for name in names)).where(*conditions).cte("found").prefix_with("MATERIALIZED")


def _matching(pickup_filter: PickupFilter, bills: FromClause) -> list[ColumnElement[bool]]:
    """Conditions on airway bills."""
    conditions: list[ColumnElement[bool]] = []
    if pickup_filter.waiting_only:
        conditions.append(bills.c.pickup_order_id.in_(select(mart_open_pickups.c.pickup_order_id)))
    if pickup_filter.couriers:
        conditions.append(bills.c.courier.in_(pickup_filter.couriers))
    if pickup_filter.period:
        conditions.append(bills.c.due_date.between(pickup_filter.period.start, pickup_filter.period.end))
    if pickup_filter.hour is not None:
        conditions.append(measures.wib_hour(bills.c.due_at) == pickup_filter.hour)
    text = pickup_filter.search.strip().lower()
    if text:
        named = select(dim_partners.c.partner_id).where(func.contains(func.lower(dim_partners.c.full_name), text))
        # lower case of two million texts costs as much as looking for the text in them
        bill = bills.c.airway_bill if text.isdigit() else func.lower(bills.c.airway_bill)
        conditions.append(or_(func.contains(bill, text), bills.c.partner_id.in_(named)))
    return conditions


def _delay(bills: FromClause, now: datetime) -> tuple[ColumnElement[int], ColumnElement[str]]:
    """Seconds of delay and delay_status as SQL, by metrics.md."""
    at, due, handed = naive_utc(now), bills.c.due_at, bills.c.handed_at
    waiting, late = measures.is_awaiting_pickup(bills), measures.is_late(bills)
    overdue = and_(waiting, due < at)
    waited = func.epoch(literal(at)) - func.epoch(due)
    seconds = case((overdue, waited), (late, func.epoch(handed) - func.epoch(due)), else_=0)
    status = case(
        (bills.c.canceled_at.is_not(None), CANCELED),
        (overdue, OVERDUE),
        (waiting, WAITING),
        (late, LATE),
        else_=ON_TIME,
    )
    return seconds, status


def _order(bills: FromClause, sort: Sort | None, now: datetime) -> list[ColumnElement[Any]]:
    """What airway bills are sorted by; the key decides between equals."""
    seconds, status = _delay(bills, now)
    due, key = bills.c.due_at, bills.c.pickup_order_id
    if sort is None:
        rank = case((status == OVERDUE, 0), (status == WAITING, 1), else_=2)
        return [rank, case((rank == 2, None), else_=due), due.desc(), key]
    column: ColumnElement[Any] = seconds if sort.column == "delay" else due
    return [column.desc() if sort.descending else column.asc(), key]
