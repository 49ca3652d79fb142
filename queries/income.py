"""What delivered orders earn, from the shipping fee to our profit. Definitions: docs/metrics.md, Income and profit."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Select,
    case,
    cast,
    func,
    literal,
    select,
)

from queries import measures
from queries.filters import Page, PageOf, Sort, require_sort
from queries.frames import frame, row_groups
from queries.measures import INCOME
from queries.schema import dim_partners, dim_shipments, fct_ledger, fct_orders, mart_income_days
from queries.wib import WIB_AHEAD, Period
from vocabulary import PaymentMethod

MEASURES = ("orders", "unbilled", *INCOME)
SUMMED = (*MEASURES, "profit")
_GROUPS = "groups"
ORDER_FACTS = (
    *("order_id", "order_no", "airway_bill", "partner_id", "courier", "payment_method"),
    *("delivered_at", "courier_shipping"),
)
ORDER_SUMS = tuple(name for name in SUMMED if name not in ("orders", "unbilled", "shipping_cost"))


class By(StrEnum):
    """What income is listed by."""

    DAY = "day"
    MONTH = "month"
    COURIER = "courier"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class IncomeFilter:
    """Orders delivered on WIB days of the period; of some couriers (none: all), of one payment method (None: both), of
    one partner (None: all)."""

    period: Period
    couriers: tuple[str, ...] = ()
    payment: PaymentMethod | None = None
    partner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Income:
    """Delivered orders and their rupiah; of `unbilled` ones the margin is the usual one."""

    orders: int
    unbilled: int
    bare_shipping: int
    shipping_cost: int
    service_fee: int
    shipping_margin: int
    shipping_cashback: int
    grand_total: int
    net_profit: int
    profit: int


def couriers(connection: Connection) -> tuple[str, ...]:
    """All couriers of the shipment table and any that earned something besides, in alphabetical order."""
    known = select(dim_shipments.c.courier).union(select(mart_income_days.c.courier))
    return tuple(sorted(connection.scalars(known)))


def total(connection: Connection, wanted: IncomeFilter) -> Income:
    """All that matches."""
    amounts = _amounts(wanted)
    sums = [func.coalesce(value, 0) for value in _sums(amounts).values()]
    row = connection.execute(select(*sums).select_from(amounts).where(*_within(amounts, wanted))).one()
    return Income(*map(int, row))


def series(connection: Connection, wanted: IncomeFilter, by: By) -> pd.DataFrame:
    """The profit of each `by` (a day, a month or a courier) that has an order, in its order: at, cod, non_cod, profit,
    orders; rupiah."""
    amounts = _amounts(wanted)
    at, profit = _grouping(amounts, by), measures.profit(amounts)
    is_cod = amounts.c.payment_method == PaymentMethod.COD
    numbers = {
        "cod": case((is_cod, profit), else_=0),
        "non_cod": case((is_cod, 0), else_=profit),
        "profit": profit,
        "orders": amounts.c.orders,
    }
    sums = [_whole(func.sum(value)).label(name) for name, value in numbers.items()]
    statement = select(at.label("at"), *sums).select_from(amounts).where(*_within(amounts, wanted))
    return frame(connection, statement.group_by(at).order_by(at))


def listed_by(connection: Connection, wanted: IncomeFilter, by: By, sort: Sort, page: Page) -> PageOf:
    """What each `by` earned: `at` (the day, the first day of the month, the courier or the partner's id), the columns
    SUMMED and `sums` of them; of partners also partner_name and city. Sorted by "at", of partners the name, or by one
    of SUMMED.

    Raises:
        FilterError: for an unknown sort column.
    """
    statement = _listed_by(wanted, by, sort)
    rows = frame(connection, statement.limit(page.limit).offset(page.offset))
    # every row says how many there are, but for a page without any
    groups = rows.pop(_GROUPS)
    count = groups.iloc[0] if len(groups) else connection.scalar(_count(wanted, by))
    whole = total(connection, wanted)
    return PageOf(rows, int(count or 0), {name: getattr(whole, name) for name in SUMMED})


def orders_page(connection: Connection, wanted: IncomeFilter, sort: Sort, page: Page) -> PageOf:
    """The orders themselves: order_id, order_no, airway_bill, partner_id, partner_name, courier, payment_method,
    delivered_at, courier_shipping (null where it is not known) and ORDER_SUMS, with `sums` of those. Sorted by
    "partner" (the name) or any other column.

    Raises:
        FilterError: for an unknown sort column.
    """
    rows = frame(connection, _orders(wanted, sort).limit(page.limit).offset(page.offset))
    whole = total(connection, wanted)
    return PageOf(rows, whole.orders, {name: getattr(whole, name) for name in ORDER_SUMS})


def orders_groups(connection: Connection, wanted: IncomeFilter, sort: Sort) -> Iterator[pd.DataFrame]:
    """All rows of `orders_page`, in row groups."""
    return row_groups(connection, _orders(wanted, sort))


def credited(connection: Connection, wanted: IncomeFilter) -> int:
    """What the ledger credited to partners for delivered orders on the days of the period, rupiah."""
    entry = fct_ledger.c
    conditions: list[ColumnElement[bool]] = [
        entry.kind == "orderku_done",
        entry.account_kind == "partner_available",
        entry.created_date.between(wanted.period.start, wanted.period.end),
    ]
    if wanted.partner_id is not None:
        conditions.append(entry.partner_id == wanted.partner_id)
    if wanted.couriers or wanted.payment:
        orders = select(fct_orders.c.order_id).where(*_traded(fct_orders, wanted))
        conditions.append(entry.order_id.in_(orders))
    return int(connection.scalar(select(func.coalesce(func.sum(entry.amount), 0)).where(*conditions)) or 0)


def _whole(value: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(value, BigInteger)


def _sums(amounts: FromClause) -> dict[str, ColumnElement[int]]:
    """The sum under each name of SUMMED."""
    values = {**{name: amounts.c[name] for name in MEASURES}, "profit": measures.profit(amounts)}
    return {name: _whole(func.sum(values[name])) for name in SUMMED}


def _amounts(wanted: IncomeFilter, *, by_partner: bool = False) -> FromClause:
    """The mart; where partners matter, which it does not know, delivered orders with the same columns."""
    if wanted.partner_id is None and not by_partner:
        return mart_income_days
    orders = fct_orders
    return (
        select(
            cast(orders.c.delivered_at + WIB_AHEAD, Date).label("day"),
            orders.c.courier,
            orders.c.payment_method,
            orders.c.partner_id,
            literal(1, BigInteger).label("orders"),
            case((measures.is_unbilled(orders), 1), else_=0).label("unbilled"),
            *(value.label(name) for name, value in measures.income(orders).items()),
        )
        .where(*_matching(wanted))
        .subquery()
    )


def _within(amounts: FromClause, wanted: IncomeFilter) -> list[ColumnElement[bool]]:
    """What limits the mart to what is wanted; delivered orders are limited already."""
    if amounts is not mart_income_days:
        return []
    conditions: list[ColumnElement[bool]] = [amounts.c.day.between(wanted.period.start, wanted.period.end)]
    return [*conditions, *_traded(amounts, wanted)]


def _matching(wanted: IncomeFilter) -> list[ColumnElement[bool]]:
    """The same of orders."""
    orders, period = fct_orders, wanted.period
    conditions = [measures.is_delivered(orders), orders.c.delivered_at >= period.since]
    conditions += [orders.c.delivered_at < period.until, *_traded(orders, wanted)]
    if wanted.partner_id is not None:
        conditions.append(orders.c.partner_id == wanted.partner_id)
    return conditions


def _traded(rows: FromClause, wanted: IncomeFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.couriers:
        conditions.append(rows.c.courier.in_(wanted.couriers))
    if wanted.payment is not None:
        conditions.append(rows.c.payment_method == wanted.payment)
    return conditions


def _grouping(amounts: FromClause, by: By) -> ColumnElement[Any]:
    match by:
        case By.MONTH:
            return cast(func.date_trunc("month", amounts.c.day), Date)
        case By.PARTNER:
            found: ColumnElement[Any] = amounts.c.partner_id
            return found
        case _:
            return amounts.c[by.value]


def _grouped(wanted: IncomeFilter, by: By) -> Select[Any]:
    amounts = _amounts(wanted, by_partner=by is By.PARTNER)
    at = _grouping(amounts, by)
    sums = [value.label(name) for name, value in _sums(amounts).items()]
    groups = func.count().over().label(_GROUPS)
    return select(at.label("at"), *sums, groups).where(*_within(amounts, wanted)).group_by(at)


def _count(wanted: IncomeFilter, by: By) -> Select[Any]:
    amounts = _amounts(wanted, by_partner=by is By.PARTNER)
    return select(func.count(_grouping(amounts, by).distinct())).where(*_within(amounts, wanted))


def _listed_by(wanted: IncomeFilter, by: By, sort: Sort) -> Select[Any]:
    require_sort(sort, ("at", *SUMMED))
    grouped = _grouped(wanted, by).subquery()
    if by is not By.PARTNER:
        return select(grouped).order_by(*_order(grouped.c[sort.column], grouped.c.at, sort))
    partner = dim_partners.c
    joined = grouped.join(dim_partners, partner.partner_id == grouped.c.at)
    column = func.lower(partner.full_name) if sort.column == "at" else grouped.c[sort.column]
    chosen = select(grouped, partner.full_name.label("partner_name"), partner.city).select_from(joined)
    return chosen.order_by(*_order(column, grouped.c.at, sort))


def _order(column: ColumnElement[Any], last: ColumnElement[Any], sort: Sort) -> list[ColumnElement[Any]]:
    direction = column.desc() if sort.descending else column.asc()
    return [case((column.is_(None), 1), else_=0), direction, last]


def _orders(wanted: IncomeFilter, sort: Sort) -> Select[Any]:
    orders, partner = fct_orders, dim_partners.c
    amounts = measures.income(orders)
    earned = select(
        *(orders.c[name] for name in ORDER_FACTS),
        *(amounts[name].label(name) for name in INCOME if name in ORDER_SUMS),
    )
    rows = earned.where(*_matching(wanted)).subquery()
    profit = measures.profit(rows).label("profit")
    columns = {column.name: column for column in (*rows.c, profit)}
    columns["partner"] = func.lower(partner.full_name)
    require_sort(sort, columns)
    column = columns[sort.column]
    joined = rows.join(dim_partners, partner.partner_id == rows.c.partner_id)
    chosen = select(*rows.c, profit, partner.full_name.label("partner_name")).select_from(joined)
    return chosen.order_by(*_order(column, rows.c.order_id, sort))
