"""Questions about the growth of partners. Definitions: docs/metrics.md, Partner growth."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, case, func, select

from queries.filters import Page, PageOf, Sort, like_pattern, require_sort
from queries.frames import frame
from queries.schema import mart_partner_months, mart_partner_pickup_days, mart_partners
from queries.segments import InSegment, active_since, is_in, lost_period
from queries.wib import Period, months_between

NOBODY = 0  # as owner_id
SORTS = (
    "partner_id",
    "full_name",
    "email",
    "phone",
    "join_date",
    "email_verified_at",
    "is_onboarded",
    "first_product",
    "first_order",
    "first_pickup",
    "last_pickup",
    "orders_created",
    "orders_shipped",
    "grand_total",
    "shipping_cost",
    "service_fee",
)
_COLUMNS = (
    "partner_id full_name brand_name email phone city join_date email_verified_at is_onboarded "
    "first_product first_order first_pickup last_pickup orders_created orders_shipped orders_returned orders_problem "
    "grand_total shipping_cost service_fee tickets unread_tickets notes last_note"
)


@dataclass(frozen=True, slots=True)
class GrowthFilter:
    """Which partners: join days, days of the last pickup, text anywhere in full name, e-mail or phone, a segment,
    cities (as `city_code` has them), couriers that the partner ever handed an order to (none means all), and who looks
    after it (NOBODY: without an owner)."""

    joined: Period | None = None
    picked_up: Period | None = None
    search: str = ""
    segment: InSegment | None = None
    cities: tuple[str, ...] = ()
    couriers: tuple[str, ...] = ()
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Of the partners that match: how many added a product, had a pickup, and had one in the last 30 days."""

    joined: int
    first_product: int
    first_pickup: int
    active: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Of the partners that match: a pickup in the last 30 days, and lost: one in the 30 days before, none since."""

    active: int
    lost: int


def growth_page(connection: Connection, growth_filter: GrowthFilter, sort: Sort, page: Page) -> PageOf:
    """One page of partners with their first and last steps; who has no value in the sort column comes last.

    Columns: partner_id, full_name, brand_name, email, phone, city, join_date, email_verified_at (naive UTC),
    is_onboarded, first_product, first_order, first_pickup, last_pickup (dates or None), orders_created, orders_shipped,
    orders_returned, orders_problem, tickets, unread_tickets, notes (counts), grand_total and shipping_cost (rupiah of
    shipped orders), service_fee (rupiah of delivered ones), last_note.

    Raises:
        FilterError: for an unknown sort column.
    """
    require_sort(sort, SORTS, "order_by")
    conditions = matching(growth_filter)
    column = mart_partners.c[sort.column]
    rows = frame(
        connection,
        select(*(mart_partners.c[name] for name in _COLUMNS.split()))
        .where(*conditions)
        .order_by(
            case((column.is_(None), 1), else_=0),
            column.desc() if sort.descending else column.asc(),
            mart_partners.c.partner_id,
        )
        .limit(page.limit)
        .offset(page.offset),
    )
    return PageOf(rows, int(connection.scalar(select(func.count()).where(*conditions)) or 0))


def handed_since(connection: Connection, partner_ids: list[int], period: Period) -> dict[int, int]:
    """Airway bills handed over in a period, by partner; partners without any are left out."""
    days = mart_partner_pickup_days
    found = connection.execute(
        select(days.c.partner_id, func.sum(days.c.handed))
        .where(days.c.partner_id.in_(partner_ids), days.c.day.between(period.start, period.end))
        .group_by(days.c.partner_id)
    )
    return {int(partner): int(handed) for partner, handed in found}


def funnel(connection: Connection, growth_filter: GrowthFilter, today: date) -> Funnel:
    """The steps joined -> first product -> first pickup -> active, of the partners that match."""
    since = active_since(today)
    row = connection.execute(
        select(
            func.count(),
            func.count(mart_partners.c.first_product),
            func.count(mart_partners.c.first_pickup),
            func.count().filter(mart_partners.c.last_pickup >= since),
        ).where(*matching(growth_filter))
    ).one()
    return Funnel(*(int(value) for value in row))


def activity(connection: Connection, growth_filter: GrowthFilter, today: date) -> Activity:
    """How many of the partners that match are active and how many were lost, as of a day."""
    lost, last = lost_period(today), mart_partners.c.last_pickup
    row = connection.execute(
        select(
            func.count().filter(last >= active_since(today)), func.count().filter(last.between(lost.start, lost.end))
        ).where(*matching(growth_filter))
    ).one()
    return Activity(int(row[0]), int(row[1]))


def retention(connection: Connection, growth_filter: GrowthFilter, months: list[date], today: date) -> pd.DataFrame:
    """Cohorts by month of joining, of the partners that match: columns cohort (first day), age (months since), joined,
    active.

    active = partners of the cohort with an order handed to a courier in that month. Months up to that of `today` only,
    and every such pair is present, also where nobody joined or shipped.
    """
    cohort = func.date_trunc("month", mart_partners.c.join_date)
    conditions = [cohort.in_(months), *matching(growth_filter)]
    sizes = {
        _first(month): int(count)
        for month, count in connection.execute(select(cohort, func.count()).where(*conditions).group_by(cohort))
    }
    counted = {
        (_first(month), _first(at)): int(count)
        for month, at, count in connection.execute(
            select(cohort, mart_partner_months.c.month, func.count(mart_partners.c.partner_id.distinct()))
            .select_from(
                mart_partners.join(mart_partner_months, mart_partner_months.c.partner_id == mart_partners.c.partner_id)
            )
            .where(*conditions, mart_partner_months.c.shipped > 0)
            .group_by(cohort, mart_partner_months.c.month)
        )
    }
    rows = [
        (month, age, sizes.get(month, 0), counted.get((month, at), 0))
        for month in months
        for age, at in enumerate(months_between(month, today))
    ]
    return pd.DataFrame(rows, columns=["cohort", "age", "joined", "active"])


def _first(value: Any) -> date:
    return value.date() if hasattr(value, "date") else value  # type: ignore[no-any-return]


def matching_search(search: str) -> list[ColumnElement[bool]]:
    """Conditions on mart_partners: the text anywhere in full name, e-mail or phone, whatever its case."""
    if not search.strip():
        return []
    return [mart_partners.c.search_text.like(like_pattern(search), escape="\\")]


def city_code() -> ColumnElement[str]:
    """The city of a row of mart_partners without regard to case and outer spaces; "" where it is not known."""
    code: ColumnElement[str] = func.lower(func.trim(mart_partners.c.city))
    return code


def matching(growth_filter: GrowthFilter) -> list[ColumnElement[bool]]:
    """Conditions on mart_partners, at least one."""
    conditions = matching_search(growth_filter.search)
    for column, period in (("join_date", growth_filter.joined), ("last_pickup", growth_filter.picked_up)):
        if period:
            conditions.append(mart_partners.c[column].between(period.start, period.end))
    if growth_filter.segment:
        conditions.append(is_in(growth_filter.segment.segment, growth_filter.segment.today))
    if growth_filter.cities:
        conditions.append(city_code().in_(growth_filter.cities))
    if growth_filter.couriers:
        months = mart_partner_months.c
        used = select(months.partner_id).where(months.courier.in_(growth_filter.couriers), months.shipped > 0)
        conditions.append(mart_partners.c.partner_id.in_(used))
    if growth_filter.owner_id is not None:
        owner = mart_partners.c.owner_id
        conditions.append(owner.is_(None) if growth_filter.owner_id == NOBODY else owner == growth_filter.owner_id)
    return conditions or [mart_partners.c.partner_id.is_not(None)]
