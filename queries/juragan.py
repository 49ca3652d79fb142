"""The Juragan view: one month of each partner. Definitions: docs/metrics.md, Partner growth."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, case, func, select

from queries.filters import Page, PageOf, Sort, require_sort
from queries.frames import frame
from queries.metrics import largest_remainder, whole_percent
from queries.partners import matching_search
from queries.schema import dim_shipments, mart_partner_months, mart_partner_pickup_days, mart_partners
from queries.wib import month_start, next_month

SORTS = ("total", "name", "join_date", "last_pickup", "unread_tickets", "returned", "problem")  # the last two as ratios


def month_page(connection: Connection, month: date, search: str, sort: Sort | None, page: Page) -> PageOf:
    """One page of partners with their month, by default the most transactions first.

    Columns: partner_id, name, no_hp, join_date, last_pickup, unread_tickets, notes (the newest, or None), total and
    shipped (both: orders handed over in the month), returned, problem (of those), retur_ratio, problem_ratio (whole
    percent, Int64 with NA), shares (courier in lower case -> whole percent, adding up to 100), activities (one 0 or 1
    per day of the month). Sums, of all partners that match: total, returned, problem, unread_tickets.

    Raises:
        FilterError: for an unknown sort column.
    """
    sort = sort or Sort("total", descending=True)
    require_sort(sort, SORTS)
    first = month_start(month)
    months = mart_partner_months
    sums = (
        select(
            months.c.partner_id, *(func.sum(months.c[name]).label(name) for name in ("shipped", "returned", "problem"))
        )
        .where(months.c.month == first)
        .group_by(months.c.partner_id)
        .subquery()
    )
    counts = {name: func.coalesce(sums.c[name], 0) for name in ("shipped", "returned", "problem")}
    columns = {
        "partner_id": mart_partners.c.partner_id,
        "name": mart_partners.c.full_name,
        "no_hp": mart_partners.c.phone,
        "join_date": mart_partners.c.join_date,
        "last_pickup": mart_partners.c.last_pickup,
        "unread_tickets": mart_partners.c.unread_tickets,
        "notes": mart_partners.c.last_note,
        "total": counts["shipped"],
    } | counts
    conditions = [mart_partners.c.join_date < next_month(first), *matching_search(search)]
    ratios = {name: counts[name] / func.nullif(counts["shipped"], 0) for name in ("returned", "problem")}
    order = ratios.get(sort.column, columns[sort.column])
    joined = mart_partners.outerjoin(sums, sums.c.partner_id == mart_partners.c.partner_id)
    rows = frame(
        connection,
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(joined)
        .where(*conditions)
        .order_by(
            case((order.is_(None), 1), else_=0),
            order.desc() if sort.descending else order.asc(),
            mart_partners.c.partner_id,
        )
        .limit(page.limit)
        .offset(page.offset),
    )
    for name in ("total", *counts):
        rows[name] = rows[name].astype("int64")
    ids = [int(partner) for partner in rows["partner_id"]]
    shipped = list(rows["shipped"])
    rows["retur_ratio"] = _percents(list(rows["returned"]), shipped)
    rows["problem_ratio"] = _percents(list(rows["problem"]), shipped)
    shares = _shares(connection, first, ids)
    rows["shares"] = pd.Series([shares[partner] for partner in ids], dtype="object")
    activities = _activities(connection, first, ids)
    rows["activities"] = pd.Series([activities[partner] for partner in ids], dtype="object")
    summed = ("total", "returned", "problem", "unread_tickets")
    whole = select(func.count(), *(func.coalesce(func.sum(columns[name]), 0) for name in summed))
    found, *totals = connection.execute(whole.select_from(joined).where(*conditions)).one()
    return PageOf(rows, int(found), {name: int(value) for name, value in zip(summed, totals, strict=True)})


def _percents(parts: list[int], wholes: list[int]) -> "pd.Series[Any]":
    ratios = [whole_percent(int(part), int(whole)) for part, whole in zip(parts, wholes, strict=True)]
    return pd.Series(ratios, dtype="Int64")


def _shares(connection: Connection, month: date, partner_ids: list[int]) -> dict[int, dict[str, int]]:
    couriers = sorted(courier.lower() for courier in connection.scalars(select(dim_shipments.c.courier)))
    counted = {partner: dict.fromkeys(couriers, 0) for partner in partner_ids}
    months = mart_partner_months
    for partner, courier, shipped in connection.execute(
        select(months.c.partner_id, months.c.courier, months.c.shipped).where(
            months.c.month == month, months.c.partner_id.in_(partner_ids), months.c.shipped > 0
        )
    ):
        counted[partner][courier.lower()] = int(shipped)
    return {partner: largest_remainder(counts) for partner, counts in counted.items()}


def _activities(connection: Connection, month: date, partner_ids: list[int]) -> dict[int, list[int]]:
    days = (next_month(month) - month).days
    strips = {partner: [0] * days for partner in partner_ids}
    table = mart_partner_pickup_days
    for partner, day in connection.execute(
        select(table.c.partner_id, table.c.day).where(
            table.c.partner_id.in_(partner_ids), table.c.day.between(month, month + timedelta(days=days - 1))
        )
    ):
        strips[partner][day.day - 1] = 1
    return strips
