"""The executive summary: what was traded and by whom, who stays, who left, what is owed to partners, and the steps of
those who joined. Definitions: docs/metrics.md, Executive summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, Date, and_, case, cast, func, select

from queries import metrics
from queries.schema import fct_ledger, fct_orders, mart_partner_months, mart_partner_pickup_days, mart_partners
from queries.wib import WIB_AHEAD, Period, months_before
from vocabulary import PaymentMethod

USUAL_DAYS = 30
LOST_MONTHS = 2  # full months without anything handed over
_OWED = ("partner_available", "partner_reserved")
_DAILY = ("orders", "cod", "non_cod", "shipping")


@dataclass(frozen=True, slots=True)
class Trade:
    """Orders handed over in a period: their number, the rupiah of grand totals by payment, shipping, and partners."""

    orders: int
    cod: int
    non_cod: int
    shipping: int
    partners: int


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Partners, and the profit in rupiah of all orders that were ever delivered for them."""

    partners: int
    profit: int

    @property
    def per_partner(self) -> Fraction | None:
        """Rupiah for each partner, exact; None without partners."""
        return Fraction(self.profit, self.partners) if self.partners else None


@dataclass(frozen=True, slots=True)
class PartnerMonth:
    """A WIB month: partners active in the month before, those of them active in this one too, and the lifetime of all
    that are active in it."""

    month: date
    before: int
    kept: int
    lifetime: Lifetime

    @property
    def retention(self) -> Fraction | None:
        """Kept of those of the month before, in percent, exact."""
        return metrics.share(self.kept, self.before)


@dataclass(frozen=True, slots=True)
class Churned:
    """Partners that were lost as of a WIB day, and the days from first to last pickup of all of them together."""

    as_of: date
    partners: int
    days: int

    @property
    def mean_days(self) -> Fraction | None:
        """Days from first to last pickup of a lost partner, exact; None where none was lost."""
        return Fraction(self.days, self.partners) if self.partners else None


@dataclass(frozen=True, slots=True)
class Steps:
    """Of the partners who joined in a period: all, with a confirmed e-mail, with a product, with a pickup; and
    `trading`, whoever handed an order over in the period, whenever it joined."""

    joined: int
    verified: int
    with_product: int
    with_pickup: int
    trading: int


def usual_period(today: date) -> Period:
    """The days that are summed up unless somebody asks for others."""
    return Period(today - timedelta(days=USUAL_DAYS - 1), today)


def trade(connection: Connection, period: Period, only: tuple[str, ...] = ()) -> Trade:
    """The orders handed over on the WIB days of a period, by some couriers (none: by any)."""
    columns = [*_sums(), func.count(fct_orders.c.partner_id.distinct())]
    row = connection.execute(select(*columns).where(*_handed_over(period, only))).one()
    return Trade(*(int(value) for value in row))


def daily(connection: Connection, period: Period, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """The same by day, every day of the period: day (date), orders, cod, non_cod, shipping, partners."""
    day = cast(fct_orders.c.shipped_at + WIB_AHEAD, Date)
    statement = select(day, *_sums(), func.count(fct_orders.c.partner_id.distinct()))
    found = {
        row[0]: tuple(int(value) for value in row[1:])
        for row in connection.execute(statement.where(*_handed_over(period, only)).group_by(day))
    }
    days = [period.start + timedelta(days=number) for number in range(period.days)]
    rows = [(day, *found.get(day, (0,) * 5)) for day in days]
    return pd.DataFrame(rows, columns=["day", *_DAILY, "partners"])


def lifetime(connection: Connection, period: Period, only: tuple[str, ...] = ()) -> Lifetime:
    """What the partners with an order handed over in a period left us over their whole life; of some couriers: their
    orders with these."""
    trading = select(fct_orders.c.partner_id).where(*_handed_over(period, only))
    months = mart_partner_months.c
    columns = (func.count(months.partner_id.distinct()), _rupiah(months.profit))
    statement = select(*columns).where(months.partner_id.in_(trading), *_of_couriers(months.courier, only))
    return Lifetime(*(int(value) for value in connection.execute(statement).one()))


def partner_months(connection: Connection, last: date, count: int, only: tuple[str, ...] = ()) -> list[PartnerMonth]:
    """The month of `last` and those before it, `count` in all, the oldest first. Active: with an order handed over."""
    months = [months_before(last, back) for back in range(count, -1, -1)]
    table = mart_partner_months.c
    was_active = [
        func.bool_or(and_(table.month == month, table.shipped > 0)).label(f"active_{at}")
        for at, month in enumerate(months)
    ]
    partner = (
        select(*was_active, _rupiah(table.profit).label("profit"))
        .where(*_of_couriers(table.courier, only))
        .group_by(table.partner_id)
        .subquery()
    )
    columns: list[ColumnElement[Any]] = []
    for at in range(1, len(months)):
        before, now = partner.c[f"active_{at - 1}"], partner.c[f"active_{at}"]
        columns += [func.count().filter(before), func.count().filter(and_(before, now)), func.count().filter(now)]
        columns.append(_rupiah(case((now, partner.c.profit), else_=0)))
    row = [int(value) for value in connection.execute(select(*columns).select_from(partner)).one()]
    return [
        PartnerMonth(month, row[at], row[at + 1], Lifetime(row[at + 2], row[at + 3]))
        for month, at in zip(months[1:], range(0, len(row), 4), strict=True)
    ]


def churned(connection: Connection, days: Sequence[date]) -> list[Churned]:
    """Who was lost as of each WIB day: something was handed over before, and nothing in the two full months before the
    day's month nor in that up to the day."""
    table = mart_partner_pickup_days.c
    last = [func.max(table.day).filter(table.day <= day).label(f"last_{at}") for at, day in enumerate(days)]
    partner = select(func.min(table.day).label("first"), *last).group_by(table.partner_id).subquery()
    columns: list[ColumnElement[Any]] = []
    for at, day in enumerate(days):
        pickup = partner.c[f"last_{at}"]
        lost = pickup < months_before(day, LOST_MONTHS)
        columns += [func.count().filter(lost), func.coalesce(func.sum(pickup - partner.c.first).filter(lost), 0)]
    row = [int(value) for value in connection.execute(select(*columns).select_from(partner)).one()]
    return [Churned(day, *row[at * 2 : at * 2 + 2]) for at, day in enumerate(days)]


def month_ends(as_of: date, count: int) -> list[date]:
    """The last days of `count` months before that of a day, and the day itself, the oldest first."""
    return [months_before(as_of, back) - timedelta(days=1) for back in range(count - 1, -1, -1)] + [as_of]


def owed(connection: Connection, period: Period) -> list[int]:
    """Rupiah that all partners have with us, at the end of the day before a period and of each of its days."""
    since = _owed_by_day(connection, period.start)
    balances = [_owed_in_all(connection) - sum(since.values())]
    for number in range(period.days):
        balances.append(balances[-1] + since.get(period.start + timedelta(days=number), 0))
    return balances


def steps(connection: Connection, period: Period) -> Steps:
    """How far the partners who joined in a period have come until now, and who trades in it."""
    table = mart_partners.c
    names = ("email_verified_at", "first_product", "first_pickup")
    counts = [func.count(), *(func.count(table[name]) for name in names)]
    joined = table.join_date.between(period.start, period.end)
    row = connection.execute(select(*counts).select_from(mart_partners).where(joined)).one()
    trading = select(func.count(fct_orders.c.partner_id.distinct())).where(*_handed_over(period, ()))
    return Steps(*[int(value) for value in (*row, connection.scalar(trading) or 0)])


def _rupiah(value: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(value), 0), BigInteger)


def _sums() -> list[ColumnElement[int]]:
    """As `_DAILY` names them."""
    orders = fct_orders.c
    is_cod = orders.payment_method == PaymentMethod.COD
    cod, other = (case((test, orders.grand_total), else_=0) for test in (is_cod, ~is_cod))
    return [func.count(), _rupiah(cod), _rupiah(other), _rupiah(orders.shipping_cost)]


def _handed_over(period: Period, only: tuple[str, ...]) -> list[ColumnElement[bool]]:
    shipped = fct_orders.c.shipped_at
    return [shipped >= period.since, shipped < period.until, *_of_couriers(fct_orders.c.courier, only)]


def _of_couriers(courier: ColumnElement[str], only: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [courier.in_(only)] if only else []


def _owed_in_all(connection: Connection) -> int:
    # by kind, and chosen here: to compare the kind of every row takes four times as long
    kinds = select(fct_ledger.c.account_kind, func.sum(fct_ledger.c.amount)).group_by(fct_ledger.c.account_kind)
    return sum(int(amount) for kind, amount in connection.execute(kinds) if kind in _OWED)


def _owed_by_day(connection: Connection, first: date) -> dict[date, int]:
    """What came to and went from the partners' balances on each day from `first` on."""
    table = fct_ledger.c
    grouped = (
        select(table.created_date, table.account_kind, func.sum(table.amount))
        .where(table.created_date >= first)
        .group_by(table.created_date, table.account_kind)
    )
    days: dict[date, int] = {}
    for day, kind, amount in connection.execute(grouped):
        if kind in _OWED:
            days[day] = days.get(day, 0) + int(amount)
    return days
