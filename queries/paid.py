"""What was paid out, by the WIB day on which the payment was recorded. Definitions: docs/metrics.md, Withdrawals."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Date, cast, func, select

from queries import measures
from queries.filters import Page, PageOf, Sort, require_sort
from queries.frames import frame
from queries.schema import dim_partners, fct_withdrawals
from queries.wib import WIB_AHEAD, Period, week_start

_COUNT = func.count().label("withdrawals")
_NOMINAL = func.sum(fct_withdrawals.c.nominal)
_PARTNER_SORTS = ("partner", "withdrawals", "nominal", "paid")


@dataclass(frozen=True, slots=True)
class PaidOut:
    """Withdrawals that were paid out, their rupiah, and how many partners and banks got them."""

    withdrawals: int
    nominal: int
    partners: int
    banks: int


def total(connection: Connection, period: Period) -> PaidOut:
    """All that was paid out in a period."""
    table = fct_withdrawals.c
    row = connection.execute(
        select(
            func.count(),
            func.coalesce(_NOMINAL, 0),
            func.count(table.partner_id.distinct()),
            func.count(table.bank_name.distinct()),
        ).where(measures.is_paid_within(fct_withdrawals, period))
    ).one()
    return PaidOut(*map(int, row))


def per_bank(connection: Connection, period: Period) -> pd.DataFrame:
    """The banks that got money, the most first: bank_name, withdrawals, partners, nominal."""
    table = fct_withdrawals.c
    partners = func.count(table.partner_id.distinct()).label("partners")
    return _whole(
        frame(
            connection,
            select(table.bank_name, _COUNT, partners, _NOMINAL.label("nominal"))
            .where(measures.is_paid_within(fct_withdrawals, period))
            .group_by(table.bank_name)
            .order_by(_NOMINAL.desc(), table.bank_name),
        )
    )


def per_partner(connection: Connection, period: Period, sort: Sort, page: Page) -> PageOf:
    """The partners that got money, by "partner" (the name), "withdrawals", "nominal" or "paid" (the last payment):
    partner_id, partner_name, withdrawals, nominal, last_paid_at. The sums are of all.

    Raises:
        FilterError: for an unknown sort column.
    """
    require_sort(sort, _PARTNER_SORTS)
    table, name, last = fct_withdrawals.c, dim_partners.c.full_name, func.max(fct_withdrawals.c.decided_at)
    columns: dict[str, ColumnElement[Any]] = {
        "partner": func.lower(name),
        "withdrawals": func.count(),
        "nominal": _NOMINAL,
        "paid": last,
    }
    column = columns[sort.column]
    rows = frame(
        connection,
        select(
            table.partner_id,
            name.label("partner_name"),
            _COUNT,
            _NOMINAL.label("nominal"),
            last.label("last_paid_at"),
        )
        .select_from(fct_withdrawals.join(dim_partners, dim_partners.c.partner_id == table.partner_id))
        .where(measures.is_paid_within(fct_withdrawals, period))
        .group_by(table.partner_id, name)
        .order_by(column.desc() if sort.descending else column.asc(), table.partner_id)
        .limit(page.limit)
        .offset(page.offset),
    )
    whole = total(connection, period)
    return PageOf(_whole(rows), whole.partners, {"withdrawals": whole.withdrawals, "nominal": whole.nominal})


def days_of_week(week: date, period: Period) -> Period:
    """The days of the week that begins on `week` which a period has."""
    return Period(max(week, period.start), min(week + timedelta(days=6), period.end))


def per_week(connection: Connection, period: Period) -> pd.DataFrame:
    """Every week of a period, the newest first: week (its Monday), withdrawals, nominal. The days of the first and last
    week that lie outside of the period are not counted."""
    monday = cast(func.date_trunc("week", fct_withdrawals.c.decided_at + WIB_AHEAD), Date)
    found = connection.execute(
        select(monday, func.count(), _NOMINAL).where(measures.is_paid_within(fct_withdrawals, period)).group_by(monday)
    )
    by_week = {week: (int(count), int(nominal)) for week, count, nominal in found}
    first = week_start(period.start)
    weeks = [first + timedelta(days=7 * number) for number in range((period.end - first).days // 7 + 1)]
    rows = [(week, *by_week.get(week, (0, 0))) for week in reversed(weeks)]
    return pd.DataFrame(rows, columns=["week", "withdrawals", "nominal"])


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(nominal=rows["nominal"].astype("int64"))
