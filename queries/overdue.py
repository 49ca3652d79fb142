"""Airway bills that wait past their due time, grouped by the partner who is to be called about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    FromClause,
    case,
    func,
    literal,
    select,
    true,
)

from queries.filters import Page, PageOf, Sort, require_sort
from queries.frames import frame
from queries.measures import wib_hour
from queries.schema import dim_partners, fct_pickups, mart_open_pickups
from queries.wib import naive_utc

SORTS = ("lateness", "overdue", "partner")
MOST_BILLS = 20  # of a partner, in a message to it
Contacts = Mapping[int, datetime]
"""By partner: when it was last contacted about its pickups."""


@dataclass(frozen=True, slots=True)
class OverdueFilter:
    """Which overdue airway bills: of some couriers (empty = all), due in one WIB hour of the day (None = any)."""

    couriers: tuple[str, ...] = ()
    hour: int | None = None


def partners_page(
    connection: Connection, wanted: OverdueFilter, contacts: Contacts, sort: Sort | None, page: Page, now: datetime
) -> PageOf:
    """One page of partners with overdue airway bills; without a sort, those that were not contacted since their newest
    one was due come first, the longest overdue before the others.

    Columns: partner_id, user_name, user_phone, overdue (airway bills), oldest_due_at, newest_due_at, worst_seconds (of
    the oldest), is_contacted (since the newest was due).

    Raises:
        FilterError: for an unknown sort column.
    """
    require_sort(sort, SORTS)
    waiting = mart_open_pickups
    groups = (
        select(
            waiting.c.partner_id,
            func.count().label("overdue"),
            func.min(waiting.c.due_at).label("oldest_due_at"),
            func.max(waiting.c.due_at).label("newest_due_at"),
        )
        .where(*_overdue(wanted, now))
        .group_by(waiting.c.partner_id)
        .subquery()
    )
    contacted = _is_contacted(groups, contacts)
    statement = (
        select(
            *groups.c,
            dim_partners.c.full_name.label("user_name"),
            dim_partners.c.phone.label("user_phone"),
            contacted.label("is_contacted"),
        )
        .join_from(groups, dim_partners, dim_partners.c.partner_id == groups.c.partner_id)
        .order_by(*_order(groups, contacted, sort), groups.c.partner_id)
    )
    rows = frame(connection, statement.limit(page.limit).offset(page.offset))
    rows["worst_seconds"] = _seconds_until(rows["oldest_due_at"], now)
    total = connection.scalar(select(func.count(waiting.c.partner_id.distinct())).where(*_overdue(wanted, now)))
    return PageOf(rows, int(total or 0))


def bills(connection: Connection, partners: Sequence[int], wanted: OverdueFilter, now: datetime) -> pd.DataFrame:
    """The overdue airway bills of some partners, the longest overdue first, at most MOST_BILLS of each: partner_id,
    pickup_order_id, order_id, airway_bill, courier, city, due_at, delay_seconds."""
    waiting = mart_open_pickups
    place = func.row_number().over(
        partition_by=waiting.c.partner_id, order_by=(waiting.c.due_at, waiting.c.pickup_order_id)
    )
    ranked = (
        select(waiting.c.pickup_order_id, place.label("place"))
        .where(waiting.c.partner_id.in_(partners), *_overdue(wanted, now))
        .subquery()
    )
    chosen = list(connection.scalars(select(ranked.c.pickup_order_id).where(ranked.c.place <= MOST_BILLS)))
    names = ("partner_id", "pickup_order_id", "order_id", "airway_bill", "courier", "city", "due_at")
    rows = frame(
        connection,
        select(*(fct_pickups.c[name] for name in names))
        .where(fct_pickups.c.pickup_order_id.in_(chosen))
        .order_by(fct_pickups.c.due_at, fct_pickups.c.pickup_order_id),
    )
    return rows.assign(delay_seconds=_seconds_until(rows["due_at"], now))


def _overdue(wanted: OverdueFilter, now: datetime) -> list[ColumnElement[bool]]:
    waiting = mart_open_pickups
    return [
        waiting.c.due_at < naive_utc(now),
        waiting.c.courier.in_(wanted.couriers) if wanted.couriers else true(),
        wib_hour(waiting.c.due_at) == wanted.hour if wanted.hour is not None else true(),
    ]


def _is_contacted(groups: FromClause, contacts: Contacts) -> ColumnElement[bool]:
    """Whether the mark of a partner is no older than its newest due time. Partners and instants are two lists, so that
    a thousand marks are two values of the statement."""
    place = func.list_position(literal(list(contacts), ARRAY(BigInteger)), groups.c.partner_id)
    marked_at = func.list_extract(literal([naive_utc(at) for at in contacts.values()], ARRAY(DateTime)), place)
    return func.coalesce(marked_at >= groups.c.newest_due_at, literal(False))


def _order(groups: FromClause, contacted: ColumnElement[bool], sort: Sort | None) -> list[ColumnElement[Any]]:
    if sort is None:
        return [case((contacted, 1), else_=0), groups.c.oldest_due_at]
    if sort.column == "lateness":  # the later it was due, the shorter it is overdue
        return [groups.c.oldest_due_at.asc() if sort.descending else groups.c.oldest_due_at.desc()]
    column: ColumnElement[Any] = groups.c.overdue if sort.column == "overdue" else func.lower(dim_partners.c.full_name)
    return [column.desc() if sort.descending else column.asc(), groups.c.oldest_due_at]


def _seconds_until(due: "pd.Series[Any]", now: datetime) -> "pd.Series[Any]":
    return pd.Series([int((naive_utc(now) - at).total_seconds()) for at in due], index=due.index, dtype="int64")
