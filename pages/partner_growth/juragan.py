"""The Juragan view: what each partner handed over in a month, how regularly, and by which couriers."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st
from sqlalchemy import Connection

from dashboard import format as fmt
from dashboard.components import Column, empty_state, page_header, pairs, table, table_controls
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Month, Search, filter_bar
from dashboard.i18n import _
from dashboard.links import MONTH, partner_link
from dashboard.warehouse import ask, stream_pages
from pages.partner_detail.note import may_write_notes, open_note_dialog
from pages.partner_growth.courier_mix import draw_legend, mix_image, mix_text
from queries import juragan
from queries.filters import Page, PageOf, Sort
from queries.wib import Period, next_month

SIZE = 25


def draw_juragan(today: date) -> None:
    """Filters, the month's partners, and the note about the chosen one."""
    header = st.container()
    chosen = Month(MONTH, _("Bulan"), today)
    search = Search(_("Cari nama, email, HP"))
    filters = (chosen, search)
    filter_bar(filters)
    month = chosen.value
    sorts = {
        "total": _("Transaksi"),
        "name": _("Nama"),
        "last_pickup": _("Pickup terakhir"),
        "unread_tickets": _("Tiket belum dibaca"),
        "join_date": _("Bergabung"),
    }
    page, sort = table_controls(key="juragan", sorts=sorts, default="total", descending=True, size=SIZE)
    found = ask(rows_of, month, search.value, sort, page)
    with header:
        answer = _("{count} partner pada {month}")
        page_header(_("Juragan"), answer.format(count=fmt.number(found.total), month=fmt.month(month)))
    if not found.total:
        empty_state(_("Tidak ada partner yang cocok dengan saringan ini."))
        return
    shown = columns()
    draw_legend({courier for shares in found.rows["shares"] for courier, share in shares.items() if share})
    alt = _("Partner per bulan")
    selected = table(found.rows, shown, total=found.total, key="juragan", page=page, alt=alt, select=True)
    if may_write_notes():
        _note_button(selected)
    words = search.value

    def groups() -> Iterator[pd.DataFrame]:
        return stream_pages(lambda connection, at: rows_of(connection, month, words, sort, at))

    whole_month = Period(month, next_month(month) - timedelta(days=1))
    facts = [(_("Bulan"), fmt.month(month))]
    export_links(Export("juragan", shown, groups, found.total, facts), (search,), whole_month)


def rows_of(connection: Connection, month: date, search: str, sort: Sort, page: Page) -> PageOf:
    """One page of the month of each partner."""
    found = juragan.month_page(connection, month, search, sort, page)
    rows = found.rows.assign(whatsapp=found.rows["no_hp"])
    rows["retur"] = pairs(rows["returned"], rows["shipped"])
    rows["problem_parts"] = pairs(rows["problem"], rows["shipped"])
    return PageOf(rows, found.total)


def columns() -> list[Column]:
    """The columns of the table and of its exports."""
    return [
        Column("name", _("Partner"), opens=lambda row: partner_link(int(row["partner_id"]))),
        Column("total", _("Transaksi"), "int", help=_("Pesanan yang diserahkan ke kurir pada bulan ini.")),
        Column(
            "shares",
            _("Per ekspedisi"),
            "image",
            help=_("Bagian tiap ekspedisi, berjumlah 100 %."),
            width=245,
            image=mix_image,
            words=mix_text,
        ),
        Column("activities", _("Pickup per hari"), "strip", help=_("Satu tanda per hari; ▮ = ada pickup."), width=215),
        Column("retur", _("Retur"), "ratio", help=_("Pesanan bulan ini yang retur, dibagi yang terkirim.")),
        Column(
            "problem_parts", _("Masalah"), "ratio", help=_("Pesanan bulan ini yang bermasalah, dibagi yang terkirim.")
        ),
        Column("unread_tickets", _("Tiket baru"), "int", help=_("Tiket belum dibaca"), width=80),
        Column("notes", _("Catatan"), width=160),
        Column("whatsapp", _("WhatsApp"), "phone"),
    ]


def _note_button(selected: "pd.Series[Any] | None") -> None:
    if selected is None:
        st.caption(_("Pilih satu baris untuk menulis catatan."))
        return
    label = _("Tulis catatan untuk {partner}").format(partner=selected["name"])
    if st.button(label, key="juragan-note", type="primary", icon=":material/edit_note:"):
        open_note_dialog(int(selected["partner_id"]), str(selected["name"]))
