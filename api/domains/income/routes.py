"""admin_chart.* and admin_finance.income: what delivered orders earn, for those who see money."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import BeforeValidator
from sqlalchemy import Connection

from api.domains.income.schemas import (
    CourierProfit,
    CourierRanks,
    IncomeAnswer,
    MonthSeries,
    Nothing,
    PartnerProfit,
    PartnerRanks,
    income_row,
)
from api.kernel.analytics import Analytics
from api.kernel.answers import Envelope, laravel_page
from api.kernel.paging import ByPage
from api.kernel.periods import EARLIEST, LATEST, optional_period
from api.kernel.read import ReviewerRead
from api.kernel.routing import Router
from api.kernel.types import Code, OptionalDate, OptionalDirection, Words
from queries import income
from queries.filters import MAX_LIMIT, Page, Sort, require_known
from queries.frames import records
from queries.income import By, IncomeFilter
from queries.wib import Period, business_day, month_start, next_month
from vocabulary import PaymentMethod

router = Router(tags=["admin_chart"], prefix="/v1/admin/dashboard")
finance_router = Router(tags=["admin_finance"])
TOP_PARTNERS = 10
HIGHEST = Sort("profit", descending=True)
_NON_COD = ("NON COD", "NON-COD", "NON_COD")


def _method(value: object) -> object:
    """COD, BANK TRANSFER or Non COD, in any case; blank means both."""
    written = value.strip().upper() if isinstance(value, str) else value
    return PaymentMethod.BANK_TRANSFER.value if written in _NON_COD else written or None


MonthNumber = Annotated[str, Query(pattern=r"^(0?[1-9]|1[0-2])$", description="01 to 12, of the current year (WIB)")]
Method = Annotated[Literal["COD", "BANK TRANSFER"] | None, BeforeValidator(_method)]


def known_couriers(connection: Connection, given: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The codes of couriers that the query `name` gives.

    Raises:
        FilterError: there is no such courier.
    """
    only = tuple(sorted({code.strip().upper() for code in given}))
    require_known(name, only, income.couriers(connection))
    return only


def wanted(
    connection: Analytics,
    start_date: OptionalDate = None,
    end_date: OptionalDate = None,
    shipping: Words = (),
    payment_method: Method = None,
) -> IncomeFilter:
    """Orders delivered on days (all without dates), of couriers (all without), of one payment method (both without)."""
    period = optional_period(start_date, end_date) or Period(EARLIEST, LATEST)
    method = PaymentMethod(payment_method) if payment_method else None
    return IncomeFilter(period, known_couriers(connection, shipping, "shipping"), method)


@router.get("/performance/shipping")
def performance_shipping(
    read: ReviewerRead, connection: Analytics, month: MonthNumber, shipper: Code
) -> Envelope[MonthSeries | Nothing]:
    """Profit per day of a month with one courier; an empty list where nothing was delivered."""
    only = known_couriers(connection, (shipper,), "shipper")
    return read.answer(_month(connection, IncomeFilter(_days(read, month), only)))


@router.get("/performance/partner")
def performance_partner(
    read: ReviewerRead, connection: Analytics, month: MonthNumber
) -> Envelope[MonthSeries | Nothing]:
    """Profit per day of a month with all partners; an empty list where nothing was delivered."""
    return read.answer(_month(connection, IncomeFilter(_days(read, month))))


@router.get("/top/shipping")
def profit_shipping(read: ReviewerRead, connection: Analytics) -> Envelope[CourierRanks | Nothing]:
    """Profit of this month per courier, the highest first; an empty list where nothing was delivered."""
    cod, non_cod = (
        [CourierProfit(shipping=row["at"], profit=row["profit"]) for row in rows]
        for rows in _ranked(read, connection, By.COURIER, MAX_LIMIT)
    )
    return read.answer(CourierRanks(cod=cod, non_cod=non_cod) if cod or non_cod else [])


@router.get("/top/partner")
def profit_partner(read: ReviewerRead, connection: Analytics) -> Envelope[PartnerRanks | Nothing]:
    """The ten partners with the highest profit of this month, by payment method; as profit_shipping."""
    cod, non_cod = (
        [PartnerProfit(partner=row["partner_name"], partner_id=row["at"], profit=row["profit"]) for row in rows]
        for rows in _ranked(read, connection, By.PARTNER, TOP_PARTNERS)
    )
    return read.answer(PartnerRanks(cod=cod, non_cod=non_cod) if cod or non_cod else [])


@finance_router.get("/v1/admin/finance/income")
def partner_income(
    read: ReviewerRead,
    connection: Analytics,
    wanted: Annotated[IncomeFilter, Depends(wanted)],
    page: ByPage,
    sort: OptionalDirection = None,
) -> Envelope[IncomeAnswer]:
    """What partners' delivered orders earn; by name, with `sort` by shipping_profit. Profits are of all that match."""
    order = Sort("shipping_margin", sort == "DESC") if sort else Sort("at")
    found = income.listed_by(connection, wanted, By.PARTNER, order, page)
    rows = [income_row(row) for row in records(found.rows)]
    fees = found.sums["service_fee"]
    answer: IncomeAnswer = {
        "profit": {
            "total_shipping_profit": found.sums["shipping_margin"],
            "total_cod_profit": fees,
            "profit_cod": fees,
        },
        "incomes": rows,
        "income": laravel_page(rows, found.total, page) if found.total else [],
    }
    return read.answer(answer)


def _days(read: ReviewerRead, month: str) -> Period:
    first = month_start(business_day(read.now)).replace(month=int(month))
    return Period(first, next_month(first) - timedelta(days=1))


def _month(connection: Connection, wanted: IncomeFilter) -> MonthSeries | Nothing:
    found = {row["at"]: row for row in records(income.series(connection, wanted, By.DAY))}
    if not found:
        return []
    period = wanted.period
    days = [period.start + timedelta(days=offset) for offset in range(period.days)]
    none = {"cod": 0, "non_cod": 0}
    return {
        "categories": [str(day) for day in days],
        "cod": [found.get(day, none)["cod"] for day in days],
        "non_cod": [found.get(day, none)["non_cod"] for day in days],
    }


def _ranked(read: ReviewerRead, connection: Connection, by: By, most: int) -> list[list[dict[str, Any]]]:
    """COD, and non-COD."""
    month = business_day(read.now)
    period = Period(month_start(month), month)
    pages = [
        income.listed_by(connection, IncomeFilter(period, payment=method), by, HIGHEST, Page(most))
        for method in (PaymentMethod.COD, PaymentMethod.BANK_TRANSFER)
    ]
    return [records(each.rows) for each in pages]
