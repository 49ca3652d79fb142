"""Perkembangan Partner: who joined, how far they came, who stays; and the Juragan month of each."""

from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import (
    Column,
    Headline,
    chart,
    empty_state,
    export_buttons,
    guarded,
    headlines,
    page_header,
    table,
    table_controls,
    view_switch,
)
from dashboard.components.charts_partners import funnel_figure, retention_figure
from dashboard.components.courier_mix import mix_legend
from dashboard.components.partner_note import may_write_notes, open_note_dialog
from dashboard.filters import Filters, Month, OptionalPeriod, Search, filter_bar
from dashboard.i18n import _
from dashboard.links import JOINED, LAST_PICKUP, MONTH, VIEW, partner_link
from dashboard.runtime import runtime
from queries import juragan, partners
from queries.filters import Page, PageOf, Sort
from queries.partners import GrowthFilter
from queries.wib import Period, business_day, month_start

COHORTS = 8
GROWTH, JURAGAN = "partner", "juragan"


def _partner_link(row: pd.Series) -> str:
    return partner_link(int(row["partner_id"]))


def _month_to_date(today: date) -> tuple[Period, Period]:
    """This month up to today, and as many days of the month before."""
    first = month_start(today)
    before = month_start(first - timedelta(days=1))
    last = min(before + (today - first), first - timedelta(days=1))
    return Period(first, today), Period(before, last)


def _growth(today: date) -> None:
    header = st.container()
    joined = OptionalPeriod(JOINED, _("Bergabung"), today)
    last_pickup = OptionalPeriod(LAST_PICKUP, _("Pickup terakhir"), today)
    search = Search(_("Cari nama, email, HP"))
    filters = (joined, last_pickup, search)
    filter_bar(filters)
    wanted = GrowthFilter(joined.value, last_pickup.value, search.value)
    this_month, month_before = _month_to_date(today)
    with runtime().warehouse.read() as opened:
        new = partners.funnel(opened, GrowthFilter(this_month), today)
        before = partners.funnel(opened, GrowthFilter(month_before), today)
        active = partners.activity(opened, today)
        steps = partners.funnel(opened, wanted, today)
        kept = partners.retention(opened, _last_months(today), today)
    with header:
        page_header(
            _("Perkembangan Partner"),
            _("{new} partner baru bulan ini, {picked} sudah pickup ({share})").format(
                new=fmt.number(new.joined),
                picked=fmt.number(new.first_pickup),
                share=fmt.percent(new.first_pickup, new.joined),
            ),
        )
    _growth_numbers(new, before, active)
    left, right = st.columns([2, 3], gap="medium")
    with left, guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        title = _("{share} dari {count} partner mencapai pickup pertama").format(
            share=fmt.percent(steps.first_pickup, steps.joined), count=fmt.number(steps.joined)
        )
        chart(funnel_figure(steps), title, alt=_("Corong partner"), key="growth-funnel", height=300)
    with right, guarded(_("Retensi"), _("Tabel di bawah tetap dapat dipakai.")):
        if kept.empty:
            empty_state(_("Belum ada partner yang bergabung dalam bulan-bulan terakhir."))
        else:
            title = _("Partner yang tetap mengirim, per bulan bergabung")
            chart(retention_figure(kept), title, alt=title, key="growth-retention", height=300)
    with guarded(_("Daftar partner"), _("Grafik tetap dapat dipakai.")):
        _growth_table(filters, wanted, today)


def _last_months(today: date) -> list[date]:
    months = [month_start(today)]
    while len(months) < COHORTS:
        months.append(month_start(months[-1] - timedelta(days=1)))
    return months


def _growth_numbers(new: partners.Funnel, before: partners.Funnel, active: partners.Activity) -> None:
    headlines(
        [
            Headline(
                _("Partner baru"),
                fmt.number(new.joined),
                help=_("Bergabung bulan ini sampai hari ini."),
                change=fmt.change(new.joined, before.joined),
                good="up",
                against=_("vs bulan lalu"),
            ),
            Headline(
                _("Produk pertama"),
                fmt.number(new.first_product),
                help=_("Partner baru bulan ini yang sudah punya produk."),
                part=new.first_product,
                whole=new.joined,
            ),
            Headline(
                _("Pickup pertama"),
                fmt.number(new.first_pickup),
                help=_("Partner baru bulan ini yang paketnya sudah diserahkan ke kurir."),
                part=new.first_pickup,
                whole=new.joined,
            ),
            Headline(
                _("Aktif 30 hari"),
                fmt.number(active.active),
                help=_("Partner dengan pickup dalam 30 hari terakhir."),
            ),
            Headline(
                _("Hilang"),
                fmt.number(active.lost),
                help=_("Pickup terakhirnya 31 sampai 60 hari lalu."),
                part=active.lost,
                whole=active.lost + active.active,
            ),
        ]
    )


def _growth_fetch(page: Page, sort: Sort, wanted: GrowthFilter, today: date) -> PageOf:
    """One page of the filtered partners, with what they handed over in 30 days."""
    recent = Period(today - timedelta(days=partners.ACTIVE_DAYS - 1), today)
    with runtime().warehouse.read() as opened:
        found = partners.growth_page(opened, wanted, sort, page)
        handed = partners.handed_since(opened, [int(key) for key in found.rows["partner_id"]], recent)
    rows = found.rows.assign(
        handed=[handed.get(int(key), 0) for key in found.rows["partner_id"]],
        retur=list(zip(found.rows["orders_returned"], found.rows["orders_shipped"], strict=True)),
        problem=list(zip(found.rows["orders_problem"], found.rows["orders_shipped"], strict=True)),
    )
    return PageOf(rows, found.total)


def _growth_table(filters: Filters, wanted: GrowthFilter, today: date) -> None:
    columns = [
        Column("full_name", _("Partner"), opens=_partner_link),
        Column("join_date", _("Bergabung"), "date"),
        Column("first_product", _("Produk pertama"), "date"),
        Column("first_pickup", _("Pickup pertama"), "date"),
        Column("last_pickup", _("Pickup terakhir"), "date"),
        Column("handed", _("Pickup 30 hari"), "int", help=_("Paket yang diserahkan ke kurir dalam 30 hari.")),
        Column("retur", _("Retur"), "ratio", help=_("Pesanan retur dibagi pesanan terkirim, sepanjang waktu.")),
        Column("problem", _("Masalah"), "ratio", help=_("Pesanan bermasalah dibagi pesanan terkirim.")),
        Column("last_note", _("Catatan")),
    ]
    sorts = {
        "last_pickup": _("Pickup terakhir"),
        "first_pickup": _("Pickup pertama"),
        "first_product": _("Produk pertama"),
        "join_date": _("Bergabung"),
        "full_name": _("Nama"),
        "orders_shipped": _("Pesanan terkirim"),
    }
    page, sort = table_controls(key="growth", sorts=sorts, default="last_pickup", descending=True)
    found = _growth_fetch(page, sort, wanted, today)
    if not found.total:
        empty_state(_("Tidak ada partner yang cocok dengan saringan ini."))
        return
    alt = _("Daftar partner")
    table(found.rows, columns, total=found.total, key="growth", page=page, alt=alt)
    fetch = partial(_growth_fetch, sort=sort, wanted=wanted, today=today)
    export_buttons(name="partner", columns=columns, fetch=fetch, filters=filters)


def _juragan_fetch(page: Page, sort: Sort, month: date, search: str) -> PageOf:
    """One page of the month of each partner."""
    with runtime().warehouse.read() as opened:
        found = juragan.month_page(opened, month, search, sort, page)
    rows = found.rows.assign(
        retur=list(zip(found.rows["returned"], found.rows["shipped"], strict=True)),
        problem_parts=list(zip(found.rows["problem"], found.rows["shipped"], strict=True)),
        whatsapp=found.rows["no_hp"],
    )
    return PageOf(rows, found.total)


def _juragan(today: date) -> None:
    header = st.container()
    chosen_month = Month(MONTH, _("Bulan"), today)
    search = Search(_("Cari nama, email, HP"))
    filters = (chosen_month, search)
    filter_bar(filters)
    month = chosen_month.value
    sorts = {
        "total": _("Transaksi"),
        "name": _("Nama"),
        "last_pickup": _("Pickup terakhir"),
        "unread_tickets": _("Tiket belum dibaca"),
        "join_date": _("Bergabung"),
    }
    page, sort = table_controls(key="juragan", sorts=sorts, default="total", descending=True, size=25)
    found = _juragan_fetch(page, sort, month, search.value)
    with header:
        page_header(
            _("Juragan"),
            _("{count} partner pada {month}").format(count=fmt.number(found.total), month=fmt.month(month)),
        )
    if not found.total:
        empty_state(_("Tidak ada partner yang cocok dengan saringan ini."))
        return
    columns = [
        Column("name", _("Partner"), opens=_partner_link),
        Column("total", _("Transaksi"), "int", help=_("Pesanan yang diserahkan ke kurir pada bulan ini.")),
        Column("shares", _("Per ekspedisi"), "mix", help=_("Bagian tiap ekspedisi, berjumlah 100 %."), width=245),
        Column("activities", _("Pickup per hari"), "strip", help=_("Satu tanda per hari; ▮ = ada pickup."), width=215),
        Column("retur", _("Retur"), "ratio", help=_("Pesanan bulan ini yang retur, dibagi yang terkirim.")),
        Column(
            "problem_parts", _("Masalah"), "ratio", help=_("Pesanan bulan ini yang bermasalah, dibagi yang terkirim.")
        ),
        Column("unread_tickets", _("Tiket baru"), "int", help=_("Tiket belum dibaca"), width=80),
        Column("notes", _("Catatan"), width=160),
        Column("whatsapp", _("WhatsApp"), "phone"),
    ]
    alt = _("Partner per bulan")
    mix_legend({courier for shares in found.rows["shares"] for courier, share in shares.items() if share})
    selected = table(found.rows, columns, total=found.total, key="juragan", page=page, alt=alt, select=True)
    if may_write_notes():
        if selected is None:
            st.caption(_("Pilih satu baris untuk menulis catatan."))
        elif st.button(
            _("Tulis catatan untuk {partner}").format(partner=selected["name"]),
            key="juragan-note",
            type="primary",
            icon=":material/edit_note:",
        ):
            open_note_dialog(int(selected["partner_id"]), str(selected["name"]))
    fetch = partial(_juragan_fetch, sort=sort, month=month, search=search.value)
    export_buttons(name="juragan", columns=columns, fetch=fetch, filters=filters)


now_day = business_day(runtime().now())
views = {GROWTH: _("Perkembangan"), JURAGAN: _("Juragan")}
view = view_switch(VIEW, _("Tampilan"), views)
if view == JURAGAN:
    with guarded(_("Juragan"), _("Tampilan Perkembangan tetap dapat dipakai.")):
        _juragan(now_day)
else:
    _growth(now_day)
