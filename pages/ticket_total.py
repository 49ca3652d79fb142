"""Total Tiket: tickets per day and courier, against the period before, and the tickets behind a day."""

from datetime import date
from functools import partial

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
)
from dashboard.components.charts_operations import tickets_per_day
from dashboard.filters import PeriodFilter, Preset, Several, Toggle, filter_bar
from dashboard.i18n import _
from dashboard.labels import ticket_status
from dashboard.links import COMPARE, COURIERS, partner_link
from dashboard.runtime import runtime
from queries import tickets
from queries.filters import Page, PageOf, Sort
from queries.wib import business_day

with runtime().warehouse.read() as connection:
    known = tickets.couriers(connection)
header = st.container()
period = PeriodFilter(business_day(runtime().now()), Preset.LAST_30_DAYS)
couriers = Several(COURIERS, _("Kurir"), known, _("Semua kurir"))
compare = Toggle(COMPARE, _("Bandingkan"), _("Tanpa pembanding"), default=True)
filters = (period, couriers, compare)
filter_bar(filters)
with runtime().warehouse.read() as connection:
    rows = tickets.daily_totals(connection, period.value, couriers.value)
    before = tickets.daily_totals(connection, period.value.before(), couriers.value) if compare.value else None
count = int(rows["tickets"].sum())
count_before = None if before is None else int(before["tickets"].sum())
per_courier = rows.groupby("courier")["tickets"].sum().sort_values(ascending=False)
per_day = rows.groupby("day")["tickets"].sum()
with header:
    page_header(
        _("Total Tiket"),
        _("{count} tiket pada rentang ini, terbanyak {courier} ({most})").format(
            count=fmt.number(count), courier=per_courier.index[0], most=fmt.number(int(per_courier.iloc[0]))
        )
        if count
        else _("Tidak ada tiket pada rentang ini"),
    )
headlines(
    [
        Headline(
            _("Tiket"),
            fmt.number(count),
            help=_("Tiket yang dibuat pada rentang ini, per hari WIB."),
            change=None if count_before is None else fmt.change(count, count_before),
            good="down",
        ),
        Headline(
            _("Rata-rata per hari"),
            fmt.number(round(count / period.value.days)),
            help=_("Tiket dibagi jumlah hari pada rentang ini."),
        ),
        Headline(_("Hari tersibuk"), fmt.number(int(per_day.max())), help=_("Tiket terbanyak dalam satu hari WIB.")),
    ]
)
clicked: date | None = None
clicked_courier: str | None = None
with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
    total_before = None if before is None else [int(value) for value in before.groupby("day")["tickets"].sum()]
    points = chart(
        tickets_per_day(rows, total_before, _("Sebelumnya")),
        _("{count} tiket, {per_day} per hari").format(
            count=fmt.number(count), per_day=fmt.number(round(count / period.value.days))
        ),
        alt=_("Tiket per hari dan ekspedisi"),
        key="tiket-chart",
        select=True,
        days=period.value,
    )
    if points:
        clicked = date.fromisoformat(str(points[0]["x"])[:10])
        of_bar = points[0].get("customdata")
        clicked_courier = str(of_bar[0]) if of_bar else None

columns = [
    Column("ticket_no", _("No. tiket")),
    Column("partner_name", _("Partner"), opens=lambda row: partner_link(int(row["partner_id"]), "tiket")),
    Column("courier", _("Ekspedisi")),
    Column("ticket_type", _("Jenis")),
    Column("status_label", _("Status"), "badge"),
    Column("description", _("Uraian")),
    Column("created_at", _("Dibuat"), "instant"),
]


def show_30_days() -> None:
    """The way out of a range without tickets."""
    period.choose(Preset.LAST_30_DAYS)


def fetch(page: Page, sort: Sort) -> PageOf:
    """One page of the filtered tickets."""
    only = (clicked_courier,) if clicked_courier else couriers.value
    with runtime().warehouse.read() as opened:
        found = tickets.list_page(opened, period.value, only, sort, page, day=clicked)
    return PageOf(found.rows.assign(status_label=found.rows["status"].map(ticket_status)), found.total)


with guarded(_("Daftar tiket"), _("Grafik tetap dapat dipakai.")):
    if clicked:
        bar = fmt.day(clicked) + (f", {clicked_courier}" if clicked_courier else "")
        st.caption(_("Tiket {bar}; klik dua kali grafik untuk semua.").format(bar=bar))
    sorts = {"created_at": _("Dibuat"), "partner": _("Partner"), "status": _("Status")}
    page, sort = table_controls(key="tiket", sorts=sorts, default="created_at", descending=True)
    found = fetch(page, sort)
    if found.total:
        table(found.rows, columns, total=found.total, key="tiket", page=page, alt=_("Daftar tiket"))
        export_buttons(name="tiket", columns=columns, fetch=partial(fetch, sort=sort), filters=filters)
    else:
        empty_state(_("Tidak ada tiket pada rentang ini."), _("Tampilkan 30 hari"), show_30_days)
