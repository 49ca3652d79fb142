"""The Juragan view: what each partner handed over in a month, how regularly, and by which couriers."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st
from sqlalchemy import Connection

from dashboard import format as fmt
from dashboard.components import Column, empty_state, fetched, marked_row, page_header, pairs, sorted_view
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


def draw_juragan(today: date, switch: Callable[[], None]) -> None:
    """The month's answer, the `switch` of the views, filters, the partners, and the note about the chosen one."""
    chosen = Month(MONTH, _("Bulan"), today)
    search = Search(_("Cari nama, email, HP"))
    filters = (chosen, search)
    month = chosen.value
    shown = columns()
    usual = Sort("total", descending=True)
    view = sorted_view("juragan", shown, usual, question=(month, search.value), size=20)
    sort = view.sort or usual
    found, view = fetched(view, lambda page: ask(rows_of, month, search.value, sort, page))
    answer = _("{count} partner pada {month}")
    page_header(_("Juragan"), answer.format(count=fmt.number(found.total), month=fmt.month(month)))
    switch()
    filter_bar(filters)
    if not found.total:
        empty_state(_("Tidak ada partner yang cocok dengan saringan ini."))
        return
    draw_legend({courier for shares in found.rows["shares"] for courier, share in shares.items() if share})
    alt = _("Partner per bulan")
    rows = found.rows.assign(activities=_until(found.rows["activities"], month, today))
    sums = _sums(found.sums)
    selected = marked_row(rows, shown, view, id_column="partner_id", total=found.total, alt=alt, sums=sums)
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
    return PageOf(rows, found.total, found.sums)


def _until(activities: "pd.Series[Any]", month: date, today: date) -> "pd.Series[Any]":
    """The days of the month, those to come as None."""
    past = (today - month).days + 1
    return activities.map(lambda days: [day if at < past else None for at, day in enumerate(days)])


def _sums(sums: Mapping[str, int]) -> dict[str, str]:
    return {
        "total": fmt.number(sums["total"]),
        "retur": fmt.percent(sums["returned"], sums["total"]),
        "problem_parts": fmt.percent(sums["problem"], sums["total"]),
        "unread_tickets": fmt.number(sums["unread_tickets"]),
    }


def columns() -> list[Column]:
    """The columns of the table and of its exports."""
    return [
        Column("name", _("Partner"), sort="name", opens=lambda row: partner_link(int(row["partner_id"]))),
        Column(
            "total", _("Transaksi"), "int", sort="total", help=_("Pesanan yang diserahkan ke kurir pada bulan ini.")
        ),
        Column(
            "shares",
            _("Per ekspedisi"),
            "image",
            help=_("Bagian tiap ekspedisi, berjumlah 100 %."),
            image=mix_image,
            words=mix_text,
        ),
        Column("activities", _("Pickup per hari"), "strip", help=_("Satu kotak per hari; yang terisi = ada pickup.")),
        Column(
            "retur", _("Retur"), "ratio", sort="returned", help=_("Pesanan bulan ini yang retur, dibagi yang terkirim.")
        ),
        Column(
            "problem_parts",
            _("Masalah"),
            "ratio",
            sort="problem",
            help=_("Pesanan bulan ini yang bermasalah, dibagi yang terkirim."),
        ),
        Column("unread_tickets", _("Tiket baru"), "int", sort="unread_tickets", help=_("Tiket belum dibaca")),
        Column("notes", _("Catatan")),
        Column("whatsapp", _("WhatsApp"), "phone"),
    ]


def _note_button(selected: "pd.Series[Any] | None") -> None:
    if selected is None:
        st.caption(_("Pilih satu baris untuk menulis catatan."))
        return
    label = _("Tulis catatan untuk {partner}").format(partner=selected["name"])
    if st.button(label, key="juragan-note", type="primary", icon=":material/edit_note:"):
        open_note_dialog(int(selected["partner_id"]), str(selected["name"]))
