"""What each day, month, courier and partner earned, and the orders behind every number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd

from dashboard import format as fmt
from dashboard.components import Column, fetched, sorted_view, table, view_switch
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import span_pairs
from dashboard.i18n import _, pgettext
from dashboard.labels import payment_method
from dashboard.links import (
    COURIERS,
    INCOME_BY,
    INCOME_PARTNER,
    PERIOD,
    link_here,
    order_link,
    page_key,
    partner_link,
)
from dashboard.warehouse import ask, stream, stream_pages
from pages.income.filters import IncomeFilters
from queries import income
from queries.filters import Sort
from queries.income import By, IncomeFilter
from queries.wib import Period, next_month

ORDERS = "pesanan"
_ORDERS_TABLE = "pendapatan_pesanan"
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: what it is by, its title, its first column, its usual sort, and what narrows the page to a row."""

    by: By
    title: str
    first: Column
    usual: Sort
    narrowing: Callable[[Any], Pairs]


def draw_lists(filters: IncomeFilters) -> None:
    """The list that is chosen."""
    wanted = filters.wanted
    listings = _listings(wanted.period)
    titles = {key: listing.title for key, listing in listings.items()}
    chosen = view_switch(INCOME_BY, _("Rincian"), {**titles, ORDERS: _("Pesanan")})
    if chosen == ORDERS:
        _draw_orders(wanted, filters)
    else:
        _draw(listings[chosen], wanted, filters)


def orders_link(narrowing: Pairs) -> str:
    """This page with the orders behind one row."""
    return link_here(*narrowing, INCOME_BY.pair(ORDERS), page_key(_ORDERS_TABLE).pair(1))


def _listings(period: Period) -> Mapping[str, Listing]:
    """By the code in the address; the first is the usual one."""
    latest, highest = Sort("at", descending=True), Sort("profit", descending=True)

    def month(first: date) -> Pairs:
        return span_pairs(
            PERIOD, Period(max(first, period.start), min(next_month(first) - timedelta(days=1), period.end))
        )

    name = Column("partner_name", _("Partner"), sort="at", opens=lambda row: partner_link(int(row["at"])), below="city")
    return {
        "kurir": Listing(
            By.COURIER,
            _("Per kurir"),
            Column("at", _("Ekspedisi"), sort="at"),
            highest,
            lambda at: [COURIERS.pair(str(at))],
        ),
        "partner": Listing(By.PARTNER, _("Per partner"), name, highest, lambda at: [INCOME_PARTNER.pair(int(at))]),
        "hari": Listing(
            By.DAY,
            _("Per hari"),
            Column("at", _("Hari"), "date", sort="at"),
            latest,
            lambda at: span_pairs(PERIOD, Period(at, at)),
        ),
        "bulan": Listing(
            By.MONTH,
            _("Per bulan"),
            Column("month", _("Bulan"), sort="at"),
            latest,
            month,
        ),
    }


def _draw(listing: Listing, wanted: IncomeFilter, filters: IncomeFilters) -> None:
    name = f"pendapatan_{listing.by}"
    columns = [
        listing.first,
        Column(
            "profit",
            _("Profit"),
            "money",
            sort="profit",
            opens=lambda row: orders_link(listing.narrowing(row["at"])),
            alarm=lambda row: bool(row["profit"] < 0),
        ),
        Column("orders", _("Pesanan"), "int", sort="orders"),
        Column("bare_shipping", _("Ongkir"), "money", sort="bare_shipping"),
        Column("shipping_margin", _("Margin ongkir"), "money", sort="shipping_margin"),
        Column("service_fee", _("Biaya layanan COD"), "money", sort="service_fee"),
        Column("shipping_cashback", _("Cashback partner"), "money", sort="shipping_cashback"),
        Column("grand_total", _("Nilai pesanan"), "money", sort="grand_total", extra=True),
        Column("net_profit", _("Hak partner"), "money", sort="net_profit", extra=True),
        Column("shipping_cost", _("Ongkos kirim"), "money", sort="shipping_cost", extra=True),
        Column("unbilled", _("Margin perkiraan"), "int", sort="unbilled", extra=True),
    ]
    view = sorted_view(name, columns, listing.usual, question=wanted, size=20)
    sort = view.sort or listing.usual
    found, view = fetched(view, lambda page: ask(income.listed_by, wanted, listing.by, sort, page))
    rows = _named(found.rows, listing.by)
    table(rows, columns, view, total=found.total, alt=listing.title, sums=_sums(found.sums))

    def groups() -> Iterator[pd.DataFrame]:
        pages = stream_pages(lambda connection, page: income.listed_by(connection, wanted, listing.by, sort, page))
        return (_named(rows, listing.by) for rows in pages)

    dated = "at" if listing.by is By.DAY else None
    export = Export(name, columns, groups, found.total, (), dated)
    export_links(export, filters.all, wanted.period)


def _named(rows: pd.DataFrame, by: By) -> pd.DataFrame:
    return rows.assign(month=[fmt.month(at) for at in rows["at"]]) if by is By.MONTH else rows


def _sums(sums: Mapping[str, int]) -> dict[str, str]:
    counts = ("orders", "unbilled")
    return {name: (fmt.number if name in counts else fmt.rupiah)(value) for name, value in sums.items()}


def _draw_orders(wanted: IncomeFilter, filters: IncomeFilters) -> None:
    columns = [
        Column("order_no", _("No. pesanan"), sort="order_no", opens=lambda row: order_link(int(row["order_id"]))),
        Column("partner_name", _("Partner"), sort="partner", opens=lambda row: partner_link(int(row["partner_id"]))),
        Column("profit", _("Profit"), "money", sort="profit", alarm=lambda row: bool(row["profit"] < 0)),
        Column("courier", _("Ekspedisi"), sort="courier", below="payment_label"),
        Column("bare_shipping", _("Ongkir"), "money", sort="bare_shipping"),
        Column("shipping_margin", _("Margin ongkir"), "money", sort="shipping_margin", below="estimate"),
        Column("service_fee", _("Biaya layanan COD"), "money", sort="service_fee"),
        Column("shipping_cashback", _("Cashback partner"), "money", sort="shipping_cashback"),
        Column("payment_label", _("Pembayaran"), sort="payment_method", extra=True),
        Column("delivered_at", _("Diterima"), "instant", sort="delivered_at", extra=True),
        Column("airway_bill", _("Resi"), sort="airway_bill", extra=True),
        Column("courier_shipping", _("Tagihan ekspedisi"), "money", sort="courier_shipping", extra=True),
        Column("grand_total", _("Nilai pesanan"), "money", sort="grand_total", extra=True),
        Column("net_profit", _("Hak partner"), "money", sort="net_profit", extra=True),
    ]
    usual = Sort("profit", descending=True)
    view = sorted_view(_ORDERS_TABLE, columns, usual, question=wanted, size=20)
    sort = view.sort or usual
    found, view = fetched(view, lambda page: ask(income.orders_page, wanted, sort, page))
    alt = _("Pesanan di balik angka")
    table(_in_words(found.rows), columns, view, total=found.total, alt=alt, sums=_sums(found.sums))
    groups = partial(_all_orders, wanted, sort)
    export = Export(_ORDERS_TABLE, columns, groups, found.total, (), "delivered_at")
    export_links(export, filters.all, wanted.period)


def _all_orders(wanted: IncomeFilter, sort: Sort) -> Iterator[pd.DataFrame]:
    return map(_in_words, stream(income.orders_groups, wanted, sort))


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    usual = pgettext("margin", "perkiraan")
    return rows.assign(
        payment_label=rows["payment_method"].map(payment_method),
        estimate=["" if known else usual for known in rows["courier_shipping"].notna()],
    )
