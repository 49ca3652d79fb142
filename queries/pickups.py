"""Questions of the pickup monitoring. Definitions: docs/metrics.md, Pickup monitoring."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import pandas as pd
from sqlalchemy import (
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
from queries.filters import FilterError, Page, PageOf, Sort, like_pattern
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
from queries.wib import Period, naive_utc
from texts import listed

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
    _refuse_unknown_sort(sort)
    unknown = set(pickup_filter.couriers) - set(couriers(connection))
    if unknown:
        raise FilterError("unknown courier {courier!r}", courier=min(unknown))
    seconds, status = _delay(naive_utc(now))
    order = (*_order(sort, seconds, status), fct_pickups.c.pickup_order_id)
    # which rows first, then what they say: wide columns and orders are read for one page only
    total, chosen = _chosen(connection, pickup_filter, sort, order, page)
    rows = frame(
        connection, _described(seconds, status).where(fct_pickups.c.pickup_order_id.in_(chosen)).order_by(*order)
    )
    orders = [int(key) for key in rows["order_id"]]
    states = select(fct_orders.c.order_id, fct_orders.c.state).where(fct_orders.c.order_id.in_(orders))
    known = {row.order_id: row.state for row in connection.execute(states)}
    rows["order_status"] = pd.Series([known.get(order, "") for order in orders], dtype="str")
    rows["delay_seconds"] = rows["delay_seconds"].astype("int64")
    rows["delay"] = [delay_text(value) for value in rows["delay_seconds"]]
    return PageOf(rows, total)


def matching_count(connection: Connection, pickup_filter: PickupFilter) -> int:
    """How many airway bills match."""
    return int(connection.scalar(_counted(pickup_filter)) or 0)


def monitoring_groups(
    connection: Connection, pickup_filter: PickupFilter, sort: Sort | None, now: datetime
) -> Iterator[pd.DataFrame]:
    """All rows of `monitoring_page` in row groups, without order_status and delay."""
    _refuse_unknown_sort(sort)
    seconds, status = _delay(naive_utc(now))
    order = (*_order(sort, seconds, status), fct_pickups.c.pickup_order_id)
    statement = _described(seconds, status).where(*_matching(pickup_filter)).order_by(*order)
    for rows in row_groups(connection, statement):
        yield rows.assign(delay_seconds=rows["delay_seconds"].astype("int64"))


def _refuse_unknown_sort(sort: Sort | None) -> None:
    if sort is not None and sort.column not in SORTS:
        raise FilterError("sort must be one of {known}, not {given!r}", known=listed(list(SORTS)), given=sort.column)


def _described(seconds: ColumnElement[int], status: ColumnElement[str]) -> Select[Any]:
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
    connection: Connection,
    pickup_filter: PickupFilter,
    sort: Sort | None,
    order: tuple[ColumnElement[Any], ...],
    page: Page,
) -> tuple[int, list[int]]:
    """How many airway bills match, and the keys of one page of them."""
    if pickup_filter == PickupFilter(waiting_only=True, couriers=pickup_filter.couriers) and sort is None:
        # the page that is open all day: of the waiting ones the order is that of due time, overdue or not
        waiting = mart_open_pickups
        mine = waiting.c.courier.in_(pickup_filter.couriers) if pickup_filter.couriers else true()
        count = select(func.count()).select_from(waiting).where(mine)
        keys = select(waiting.c.pickup_order_id).where(mine).order_by(waiting.c.due_at, waiting.c.pickup_order_id)
    else:
        count = _counted(pickup_filter)
        matching = _matching(pickup_filter)
        keys = select(fct_pickups.c.pickup_order_id).select_from(_searched(pickup_filter)).where(*matching)
        keys = keys.order_by(*order)
    found = connection.scalars(keys.limit(page.limit).offset(page.offset)).all()
    return int(connection.scalar(count) or 0), list(found)


def _counted(pickup_filter: PickupFilter) -> Select[Any]:
    return select(func.count()).select_from(_searched(pickup_filter)).where(*_matching(pickup_filter))


def _searched(pickup_filter: PickupFilter) -> FromClause:
    """The airway bills, with their partners where a name is searched for."""
    if not pickup_filter.search.strip():
        return fct_pickups
    return fct_pickups.join(dim_partners, dim_partners.c.partner_id == fct_pickups.c.partner_id)


def _matching(pickup_filter: PickupFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if pickup_filter.waiting_only:
        conditions.append(fct_pickups.c.pickup_order_id.in_(select(mart_open_pickups.c.pickup_order_id)))
    if pickup_filter.couriers:
        conditions.append(fct_pickups.c.courier.in_(pickup_filter.couriers))
    if pickup_filter.period:
        conditions.append(fct_pickups.c.due_date.between(pickup_filter.period.start, pickup_filter.period.end))
    if pickup_filter.hour is not None:
        conditions.append(measures.wib_hour(fct_pickups.c.due_at) == pickup_filter.hour)
    if pickup_filter.search.strip():
        pattern = like_pattern(pickup_filter.search)
        fields = (fct_pickups.c.airway_bill, dim_partners.c.full_name)
        conditions.append(or_(*(func.lower(field).like(pattern, escape="\\") for field in fields)))
    return conditions


def _delay(now: datetime) -> tuple[ColumnElement[int], ColumnElement[str]]:
    """Seconds of delay and delay_status as SQL, by metrics.md."""
    due, handed = fct_pickups.c.due_at, fct_pickups.c.handed_at
    waiting, late = measures.is_awaiting_pickup(fct_pickups), measures.is_late(fct_pickups)
    overdue = and_(waiting, due < now)
    waited = func.epoch(literal(now)) - func.epoch(due)
    seconds = case((overdue, waited), (late, func.epoch(handed) - func.epoch(due)), else_=0)
    status = case(
        (fct_pickups.c.canceled_at.is_not(None), CANCELED),
        (overdue, OVERDUE),
        (waiting, WAITING),
        (late, LATE),
        else_=ON_TIME,
    )
    return seconds, status


def _order(sort: Sort | None, seconds: ColumnElement[int], status: ColumnElement[str]) -> list[ColumnElement[Any]]:
    if sort is None:
        rank = case((status == OVERDUE, 0), (status == WAITING, 1), else_=2)
        return [rank, case((rank == 2, None), else_=fct_pickups.c.due_at), fct_pickups.c.due_at.desc()]
    column: ColumnElement[Any] = seconds if sort.column == "delay" else fct_pickups.c.due_at
    return [column.desc() if sort.descending else column.asc()]
