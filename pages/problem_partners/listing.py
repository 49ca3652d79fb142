"""The list of partners, with the marked one's standing below."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st
from sqlalchemy import Connection

from dashboard import format as fmt
from dashboard.components import Column, empty_state, fetched, guarded, marked_row, pairs, sorted_view
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Filters
from dashboard.i18n import _
from dashboard.labels import payment_method
from dashboard.links import partner_link
from dashboard.warehouse import ask, stream_pages
from pages.problem_partners.labels import mark_name
from pages.problem_partners.standing import draw_standing
from queries import problem_partners
from queries.filters import Page, PageOf, Sort
from queries.problem_partners import ProblemFilter
from vocabulary import ProblemMark


def draw_list(wanted: ProblemFilter, filters: Filters) -> None:
    """The table, its export, and how the marked partner stands."""
    shown = columns()
    view = sorted_view("problem", shown, question=wanted)
    found, view = fetched(view, lambda page: ask(rows_of, wanted, view.sort, page))
    if not found.total:
        empty_state(_("Tidak ada partner yang cocok dengan saringan ini."))
        return
    alt = _("Partner bermasalah")
    sums = {
        "problem": fmt.percent(found.sums["orders_problem"], found.sums["orders_shipped"]),
        "retur": fmt.percent(found.sums["orders_returned"], found.sums["orders_shipped"]),
        "running": fmt.number(found.sums["running"]),
        "orders_shipped": fmt.number(found.sums["orders_shipped"]),
    }
    marked = marked_row(found.rows, shown, view, id_column="partner_id", total=found.total, alt=alt, sums=sums)
    if marked is None:
        st.caption(_("Klik baris untuk melihat riwayat tandanya dan memutuskan."))
    else:
        with st.container(border=True), guarded(_("Tanda partner"), _("Daftar tetap dapat dipakai.")):
            st.markdown(f"**{fmt.plain(str(marked['full_name']))}**")
            draw_standing(int(marked["partner_id"]))

    def groups() -> Iterator[pd.DataFrame]:
        return stream_pages(lambda connection, page: rows_of(connection, wanted, view.sort, page))

    exported = [each for each in shown if each.name not in ("courier", "payment_label", "product", "top_problem")]
    export_links(Export("bermasalah", [*exported, *_exported()], groups, found.total, ()), filters, wanted.joined)


def rows_of(connection: Connection, wanted: ProblemFilter, sort: Sort | None, page: Page) -> PageOf:
    """One page of partners with their ratios as pairs, and as the texts below the words."""
    found = problem_partners.problem_page(connection, wanted, sort, page)
    rows = found.rows
    shipped, problem = rows["orders_shipped"], rows["orders_problem"]
    rows = rows.assign(
        mark_label=[mark_name(ProblemMark(mark)) for mark in rows["problem_status"]],
        payment_label=rows["payment_method"].map(payment_method, na_action="ignore"),
        problem=pairs(problem, shipped),
        retur=pairs(rows["orders_returned"], shipped),
        courier_ratio=pairs(rows["courier_orders"], shipped),
        payment_ratio=pairs(rows["payment_orders"], shipped),
        product_ratio=pairs(rows["product_orders"], shipped),
        top_problem_ratio=pairs(rows["top_problem_orders"], problem),
    )
    for name in ("courier", "payment", "product", "top_problem"):
        rows[f"{name}_part"] = [_part(part, whole) for part, whole in rows[f"{name}_ratio"]]
    return PageOf(rows, found.total, found.sums)


def _part(part: Any, whole: Any) -> str:
    """67 % · 12/18; nothing where no order names anything."""
    return f"{fmt.percent(int(part), int(whole))} · {fmt.ratio(int(part), int(whole))}" if part else ""


def columns() -> list[Column]:
    """The columns, those beyond the ninth by choice."""
    return [
        Column(
            "full_name",
            _("Partner"),
            sort="full_name",
            opens=lambda row: partner_link(int(row["partner_id"])),
            below="phone",
        ),
        Column("mark_label", _("Tanda"), "badge", sort="problem_status"),
        Column(
            "problem",
            _("Masalah"),
            "ratio",
            sort="problem",
            help=_("Pesanan bermasalah dibagi pesanan terkirim, sepanjang waktu."),
        ),
        Column(
            "top_problem",
            _("Masalah terbanyak"),
            sort="top_problem_orders",
            below="top_problem_part",
            help=_("Keterangan yang paling sering di antara pesanan bermasalah."),
        ),
        Column(
            "retur",
            _("Retur"),
            "ratio",
            sort="retur",
            help=_("Pesanan retur dibagi pesanan terkirim, sepanjang waktu."),
        ),
        Column("running", _("Di jalan"), "int", sort="running", help=_("Pesanan yang sekarang di kurir.")),
        Column("courier", _("Kurir utama"), sort="courier_orders", below="courier_part"),
        Column("payment_label", _("Pembayaran utama"), sort="payment_orders", below="payment_part"),
        Column("product", _("Produk utama"), sort="product_orders", below="product_part"),
        Column("orders_shipped", _("Pesanan terkirim"), "int", sort="orders_shipped", extra=True),
        Column("city", _("Kota"), extra=True),
        Column("email", _("E-mail"), copies=True, extra=True),
        Column("join_date", _("Bergabung"), "date", sort="join_date", extra=True),
    ]


def _exported() -> list[Column]:
    """What stands in two lines on the screen, each in a column of its own."""
    return [
        Column("partner_id", _("ID"), "int"),
        Column("phone", _("Telepon")),
        Column("top_problem", _("Masalah terbanyak")),
        Column("top_problem_ratio", _("Bagian masalah terbanyak"), "ratio"),
        Column("courier", _("Kurir utama")),
        Column("courier_ratio", _("Bagian kurir utama"), "ratio"),
        Column("payment_label", _("Pembayaran utama")),
        Column("payment_ratio", _("Bagian pembayaran utama"), "ratio"),
        Column("product", _("Produk utama")),
        Column("product_ratio", _("Bagian produk utama"), "ratio"),
    ]
