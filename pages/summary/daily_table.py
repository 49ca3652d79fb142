"""The days as a table."""

import pandas as pd

from dashboard import format as fmt
from dashboard.components import Column, by_raw_values, sorted_view, table
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Filters, PeriodFilter
from dashboard.filters.period import span_in_words
from dashboard.i18n import _
from queries.filters import Sort
from queries.summary import Trade
from queries.wib import Period


def columns() -> list[Column]:
    """The columns of the table and of its exports."""
    return [
        Column("day", _("Hari"), "date", sort="day"),
        Column("orders", _("Pesanan"), "int", sort="orders"),
        Column("cod", _("Transaksi COD"), "money", sort="cod"),
        Column("non_cod", _("Transaksi non-COD"), "money", sort="non_cod"),
        Column("shipping", _("Total ongkir"), "money", sort="shipping"),
        Column(
            "partners",
            _("Partner bertransaksi"),
            "int",
            sort="partners",
            help=_("Jumlah di bawah menghitung tiap partner sekali, bukan sekali per hari."),
        ),
    ]


def draw_table(days: pd.DataFrame, whole: Trade, filters: Filters) -> None:
    """The table with the sums of the whole period, and its exports; `days` as `summary.daily` gives them."""
    shown, usual = columns(), Sort("day", descending=True)
    view = sorted_view("ringkasan", shown, usual, question=[each.value for each in filters]).within(len(days))
    ordered = by_raw_values(days, shown, view.sort or usual)
    page = ordered.iloc[view.page.offset : view.page.offset + view.page.limit].reset_index(drop=True)
    sums = {
        "orders": fmt.number(whole.orders),
        "cod": fmt.rupiah(whole.cod),
        "non_cod": fmt.rupiah(whole.non_cod),
        "shipping": fmt.rupiah(whole.shipping),
        "partners": fmt.number(whole.partners),
    }
    table(page, shown, view, total=len(ordered), alt=_("Baris harian"), sums=sums)
    span = Period(days["day"].iloc[0], days["day"].iloc[-1])
    others = tuple(each for each in filters if not isinstance(each, PeriodFilter))
    facts = [(_("Periode"), span_in_words(span))]
    export_links(Export("ringkasan", shown, lambda: iter((ordered,)), len(ordered), facts, "day"), others, span)
