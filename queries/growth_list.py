"""The partners of the growth view with what somebody needs who calls them. Definitions: docs/metrics.md, Segments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, case, func, select

from queries.filters import Page, PageOf, Sort, require_sort
from queries.frames import frame
from queries.partners import GrowthFilter, matching
from queries.schema import mart_partner_pickup_days, mart_partners
from queries.segments import Segment, active_since, is_in

WEEKS = 12
_COLUMNS = (
    "partner_id full_name email phone city join_date first_product first_pickup last_pickup orders_shipped "
    "orders_returned orders_problem owner_name next_follow_up last_note"
)
# who is in several is spoken to about the first of them
_BY_URGENCY = (
    *(Segment.LOST, Segment.SLOWING, Segment.UNSTARTED, Segment.NO_PRODUCT, Segment.NO_PICKUP, Segment.NEW),
    Segment.DUE,
)
_PARTNER = mart_partners.c
_SORTS: Mapping[str, ColumnElement[Any]] = {
    **{name: _PARTNER[name] for name in _COLUMNS.split()},
    "retur": _PARTNER.orders_returned / func.nullif(_PARTNER.orders_shipped, 0),
    "problem": _PARTNER.orders_problem / func.nullif(_PARTNER.orders_shipped, 0),
    "last_note": _PARTNER.last_note_at,
}
SORTS = (*_SORTS, "handed")


@dataclass(frozen=True, slots=True)
class GrowthSums:
    """Of all partners that match: airway bills handed over in 30 days; orders of their whole life."""

    handed: int
    orders_shipped: int
    orders_returned: int
    orders_problem: int


def growth_list(connection: Connection, growth_filter: GrowthFilter, sort: Sort, page: Page, today: date) -> PageOf:
    """One page of partners; who has no value in the sort column comes last.

    Columns: partner_id, full_name, email, phone, city, join_date, first_product, first_pickup, last_pickup (dates or
    None), orders_shipped, orders_returned, orders_problem, owner_name, next_follow_up, last_note, handed (airway bills
    of 30 days), trend (airway bills of each of the last 12 spans of 7 days, the newest last), segment (the one of the
    filter, else the most urgent one that the partner is in, or None).

    Raises:
        FilterError: for an unknown sort column.
    """
    require_sort(sort, SORTS)
    recent = _handed(today)
    handed = func.coalesce(recent.c.handed, 0)
    conditions = matching(growth_filter)
    order = handed if sort.column == "handed" else _SORTS[sort.column]
    rows = frame(
        connection,
        select(*(_PARTNER[name] for name in _COLUMNS.split()), handed.label("handed"))
        .select_from(mart_partners.outerjoin(recent, recent.c.partner_id == _PARTNER.partner_id))
        .where(*conditions)
        .order_by(
            case((order.is_(None), 1), else_=0),
            order.desc() if sort.descending else order.asc(),
            _PARTNER.partner_id,
        )
        .limit(page.limit)
        .offset(page.offset),
    )
    rows["handed"] = rows["handed"].astype("int64")
    ids = [int(key) for key in rows["partner_id"]]
    trends, segments = _trends(connection, ids, today), _segments(connection, ids, today, growth_filter)
    rows["trend"] = pd.Series([trends[key] for key in ids], dtype="object")
    rows["segment"] = pd.Series([segments.get(key) for key in ids], dtype="object")
    total = connection.scalar(select(func.count()).select_from(mart_partners).where(*conditions))
    return PageOf(rows, int(total or 0))


def growth_sums(connection: Connection, growth_filter: GrowthFilter, today: date) -> GrowthSums:
    """The numbers of the list, added up over all partners that match."""
    recent = _handed(today)
    sums = [recent.c.handed, _PARTNER.orders_shipped, _PARTNER.orders_returned, _PARTNER.orders_problem]
    row = connection.execute(
        select(*(func.coalesce(func.sum(each), 0) for each in sums))
        .select_from(mart_partners.outerjoin(recent, recent.c.partner_id == _PARTNER.partner_id))
        .where(*matching(growth_filter))
    ).one()
    return GrowthSums(*(int(value) for value in row))


def _handed(today: date) -> FromClause:
    """Airway bills handed over in the last 30 days, by partner."""
    days = mart_partner_pickup_days.c
    within = days.day.between(active_since(today), today)
    return (
        select(days.partner_id, func.sum(days.handed).label("handed")).where(within).group_by("partner_id").subquery()
    )


def _trends(connection: Connection, partner_ids: list[int], today: date) -> dict[int, list[int]]:
    days = mart_partner_pickup_days.c
    first = today - timedelta(days=7 * WEEKS - 1)
    found = {partner: [0] * WEEKS for partner in partner_ids}
    statement = select(days.partner_id, days.day, days.handed)
    for partner, day, handed in connection.execute(
        statement.where(days.partner_id.in_(partner_ids), days.day.between(first, today))
    ):
        found[partner][(day - first).days // 7] += int(handed)
    return found


def _segments(
    connection: Connection, partner_ids: list[int], today: date, growth_filter: GrowthFilter
) -> dict[int, Segment]:
    if growth_filter.segment:
        return dict.fromkeys(partner_ids, growth_filter.segment.segment)
    first = case(*((is_in(segment, today), segment.value) for segment in _BY_URGENCY))
    statement = select(_PARTNER.partner_id, first).where(_PARTNER.partner_id.in_(partner_ids))
    return {int(key): Segment(code) for key, code in connection.execute(statement) if code}
