"""The answers of admin_chart.* and admin_finance.income, in whole rupiah."""

from typing import Any

from typing_extensions import TypedDict

from api.kernel.answers import LaravelPage

Nothing = list[Any]  # what clients expect where there is nothing: an empty list in place of the object


class MonthSeries(TypedDict):
    """Profit per day of a month: parallel lists, a day without delivered orders is 0."""

    categories: list[str]
    cod: list[int]
    non_cod: list[int]


class CourierProfit(TypedDict):
    """A courier, and what we earned with it."""

    shipping: str
    profit: int


class CourierRanks(TypedDict):
    """Couriers by payment method, the highest profit first."""

    cod: list[CourierProfit]
    non_cod: list[CourierProfit]


class PartnerProfit(TypedDict):
    """A partner, and what we earned with it."""

    partner: str
    partner_id: int
    profit: int


class PartnerRanks(TypedDict):
    """Partners by payment method, the highest profit first."""

    cod: list[PartnerProfit]
    non_cod: list[PartnerProfit]


class ProfitTotals(TypedDict):
    """The shipping margin, and the service fees of COD; `profit_cod` is another name of total_cod_profit."""

    total_shipping_profit: int
    total_cod_profit: int
    profit_cod: int


class IncomeRow(TypedDict):
    """A partner; `grand_total` is another name of grandtotal, `net_profit` is the partner's."""

    partner_name: str
    district: str
    shipping_cost: int
    grandtotal: int
    grand_total: int
    shipping_profit: int
    net_profit: int


class IncomeAnswer(TypedDict):
    """The totals of everything that matches; a page of partners, as a list and as a page object."""

    profit: ProfitTotals
    incomes: list[IncomeRow]
    income: LaravelPage[IncomeRow] | Nothing


def income_row(row: dict[str, Any]) -> IncomeRow:
    """A row of `queries.income.listed_by` partners."""
    return {
        "partner_name": row["partner_name"],
        "district": row["city"],
        "shipping_cost": row["shipping_cost"],
        "grandtotal": row["grand_total"],
        "grand_total": row["grand_total"],
        "shipping_profit": row["shipping_margin"],
        "net_profit": row["net_profit"],
    }
