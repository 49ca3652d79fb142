"""The partners of the growth view."""

from collections.abc import Iterator
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from dashboard.components import Column, empty_state, fetched, pairs, sorted_view, table
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Filters
from dashboard.i18n import _
from dashboard.links import partner_link
from dashboard.warehouse import ask, stream_pages
from queries import partners
from queries.filters import Page, PageOf, Sort
from queries.partners import GrowthFilter
from queries.segments import active_since
from queries.wib import Period


def draw_table(wanted: GrowthFilter, today: date, filters: Filters) -> None:
    """The table and its exports."""
    shown = columns()
    usual = Sort("last_pickup", descending=True)
    view = sorted_view("growth", shown, usual, question=wanted)
    sort = view.sort or usual
    found, view = fetched(view, lambda page: ask(rows_of, wanted, sort, page, today))
    if not found.total:
        empty_state(_("Tidak ada partner yang cocok dengan saringan ini."))
        return
    table(found.rows, shown, view, total=found.total, alt=_("Daftar partner"))

    def groups() -> Iterator[pd.DataFrame]:
        return stream_pages(lambda connection, at: rows_of(connection, wanted, sort, at, today))

    export_links(Export("partner", shown, groups, found.total, (), "join_date"), filters, wanted.joined)


def rows_of(connection: Connection, wanted: GrowthFilter, sort: Sort, page: Page, today: date) -> PageOf:
    """One page of the filtered partners, with what they handed over in 30 days."""
    recent = Period(active_since(today), today)
    found = partners.growth_page(connection, wanted, sort, page)
    handed = partners.handed_since(connection, [int(key) for key in found.rows["partner_id"]], recent)
    rows = found.rows.assign(handed=[handed.get(int(key), 0) for key in found.rows["partner_id"]])
    rows["retur"] = pairs(rows["orders_returned"], rows["orders_shipped"])
    rows["problem"] = pairs(rows["orders_problem"], rows["orders_shipped"])
    return PageOf(rows, found.total)


def columns() -> list[Column]:
    """The columns of the table and of its exports."""
    return [
        Column(
            "full_name",
            _("Partner"),
            sort="full_name",
            opens=lambda row: partner_link(int(row["partner_id"])),
            below="phone",
        ),
        Column("join_date", _("Bergabung"), "date", sort="join_date"),
        Column("first_product", _("Produk pertama"), "date", sort="first_product"),
        Column("first_pickup", _("Pickup pertama"), "date", sort="first_pickup"),
        Column("last_pickup", _("Pickup terakhir"), "date", sort="last_pickup"),
        Column("handed", _("Pickup 30 hari"), "int", help=_("Paket yang diserahkan ke kurir dalam 30 hari.")),
        Column("orders_shipped", _("Pesanan terkirim"), "int", sort="orders_shipped"),
        Column("retur", _("Retur"), "ratio", help=_("Pesanan retur dibagi pesanan terkirim, sepanjang waktu.")),
        Column("problem", _("Masalah"), "ratio", help=_("Pesanan bermasalah dibagi pesanan terkirim.")),
        Column("last_note", _("Catatan")),
    ]
