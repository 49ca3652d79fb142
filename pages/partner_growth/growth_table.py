"""The partners of the growth view."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from dashboard import format as fmt
from dashboard.components import Column, empty_state, fetched, pairs, sorted_view, table
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Filters
from dashboard.i18n import _
from dashboard.links import partner_link
from dashboard.warehouse import ask, stream_pages
from pages.partner_growth.follow_up import draw_choice, ticking
from pages.partner_growth.labels import segment_name
from pages.partner_growth.message import ready_message
from pages.partner_growth.trend import trend_image, trend_text
from queries import growth_list
from queries.filters import Page, PageOf, Sort
from queries.growth_list import GrowthSums
from queries.partners import GrowthFilter


def draw_table(wanted: GrowthFilter, today: date, filters: Filters) -> None:
    """The table, the bar of the ticked partners and the exports."""
    shown = columns(today)
    usual = Sort("last_pickup", descending=True)
    view = sorted_view("growth", shown, usual, question=wanted)
    sort = view.sort or usual
    found, view = fetched(view, lambda page: ask(rows_of, wanted, sort, page, today))
    if not found.total:
        empty_state(_("Tidak ada partner yang cocok dengan saringan ini."))
        draw_choice(today)
        return
    sums = _sums(ask(growth_list.growth_sums, wanted, today))
    ticks = ticking(found.rows)
    table(found.rows, shown, view, total=found.total, alt=_("Daftar partner"), ticking=ticks, sums=sums)
    draw_choice(today)

    def groups() -> Iterator[pd.DataFrame]:
        return stream_pages(lambda connection, at: rows_of(connection, wanted, sort, at, today))

    exported = [*shown, Column("whatsapp", _("Nomor WhatsApp")), Column("segment_label", _("Segmen"))]
    export_links(Export("partner", exported, groups, found.total, (), "join_date"), filters, wanted.joined)


def rows_of(connection: Connection, wanted: GrowthFilter, sort: Sort, page: Page, today: date) -> PageOf:
    """One page of the filtered partners, with what they handed over in 30 days."""
    found = growth_list.growth_list(connection, wanted, sort, page, today)
    rows = found.rows.assign(
        whatsapp=found.rows["phone"].map(fmt.international),
        segment_label=found.rows["segment"].map(segment_name, na_action="ignore"),
    )
    rows["retur"] = pairs(rows["orders_returned"], rows["orders_shipped"])
    rows["problem"] = pairs(rows["orders_problem"], rows["orders_shipped"])
    return PageOf(rows, found.total)


def columns(today: date) -> list[Column]:
    """The columns of the table and of its exports, those beyond the ninth by choice."""
    return [
        Column(
            "full_name",
            _("Partner"),
            sort="full_name",
            opens=lambda row: partner_link(int(row["partner_id"])),
            below="partner_id",
        ),
        Column("phone", _("Telepon"), sort="phone", opens=_whatsapp_link, below="email"),
        Column("city", _("Kota"), sort="city"),
        Column("last_pickup", _("Pickup terakhir"), "date", sort="last_pickup"),
        Column(
            "handed",
            _("Pickup 30 hari"),
            "int",
            sort="handed",
            help=_("Paket yang diserahkan ke kurir dalam 30 hari."),
        ),
        Column(
            "trend",
            _("Tren 12 minggu"),
            "image",
            help=_("Paket yang diserahkan ke kurir per 7 hari, paling kanan sampai hari ini."),
            image=trend_image,
            words=trend_text,
        ),
        Column("owner_name", _("PIC"), sort="owner_name"),
        Column(
            "next_follow_up",
            _("Tindak lanjut"),
            "date",
            sort="next_follow_up",
            alarm=partial(_is_due, today=today),
            help=_("Tanggal partner dihubungi lagi; yang sudah tiba ditandai."),
        ),
        Column("last_note", _("Catatan"), sort="last_note"),
        Column("partner_id", _("ID"), sort="partner_id", copies=True, extra=True),
        Column("email", _("E-mail"), sort="email", copies=True, extra=True),
        Column("join_date", _("Bergabung"), "date", sort="join_date", extra=True),
        Column("first_product", _("Produk pertama"), "date", sort="first_product", extra=True),
        Column("first_pickup", _("Pickup pertama"), "date", sort="first_pickup", extra=True),
        Column("orders_shipped", _("Pesanan terkirim"), "int", sort="orders_shipped", extra=True),
        Column(
            "retur",
            _("Retur"),
            "ratio",
            sort="retur",
            extra=True,
            help=_("Pesanan retur dibagi pesanan terkirim, sepanjang waktu."),
        ),
        Column(
            "problem",
            _("Masalah"),
            "ratio",
            sort="problem",
            extra=True,
            help=_("Pesanan bermasalah dibagi pesanan terkirim."),
        ),
    ]


def _whatsapp_link(row: "pd.Series[Any]") -> str:
    return fmt.whatsapp(row["phone"], ready_message(str(row["full_name"]), row["segment"])) or ""


def _is_due(row: "pd.Series[Any]", today: date) -> bool:
    day = row["next_follow_up"]
    return not fmt.missing(day) and day <= today


def _sums(sums: GrowthSums) -> dict[str, str]:
    return {
        "handed": fmt.number(sums.handed),
        "orders_shipped": fmt.number(sums.orders_shipped),
        "retur": fmt.percent(sums.orders_returned, sums.orders_shipped),
        "problem": fmt.percent(sums.orders_problem, sums.orders_shipped),
    }
