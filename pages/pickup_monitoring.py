"""Monitoring Pickup: what waits, what is overdue, and at which courier and hour it comes late."""

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
)
from dashboard.components.charts_pickup import lateness_by_hour
from dashboard.filters import Choice, Filters, PeriodFilter, Preset, Search, Several, Toggle, filter_bar
from dashboard.i18n import _
from dashboard.links import COMPARE, COURIERS, PICKUPS_SHOWN, partner_link
from dashboard.runtime import runtime
from queries import pickups
from queries.filters import Page, PageOf, Sort
from queries.metrics import percent
from queries.pickups import PickupFilter
from queries.wib import business_day

REFRESH_SECONDS = 30
ORDER = "work"
WAITING, ALL = "belum", "semua"


def _severe(row: pd.Series) -> bool:
    return bool(row["delay_status"] == pickups.OVERDUE)


def _columns() -> list[Column]:
    return [
        Column(
            "delay_seconds", _("Terlambat"), "duration", help=_("Lewat dari jadwal pickup."), width=115, alarm=_severe
        ),
        Column("delay_label", _("Status pickup"), "badge"),
        Column("user_name", _("Partner"), opens=lambda row: partner_link(int(row["partner_id"])), width=150),
        Column("whatsapp", _("WhatsApp"), "phone"),
        Column("shipping", _("Ekspedisi"), width="small"),
        Column("qty", _("Jumlah"), "int", width="small"),
        Column("no_resi", _("Resi")),
        Column("pickup_city", _("Kota")),
        Column("due_at", _("Jadwal"), "instant"),
    ]


def _labels() -> dict[str, str]:
    return {
        pickups.OVERDUE: _("Terlewati"),
        pickups.LATE: _("Terlambat"),
        pickups.ON_TIME: _("Tepat Waktu"),
        pickups.WAITING: _("Menunggu"),
        pickups.CANCELED: _("Batal"),
    }


def _fetch(page: Page, sort: Sort | None, wanted: PickupFilter) -> PageOf:
    """One page of the filtered airway bills."""
    with runtime().warehouse.read() as opened:
        found = pickups.monitoring_page(opened, wanted, sort, page, runtime().now())
    rows = found.rows.assign(delay_label=found.rows["delay_status"].map(_labels()), whatsapp=found.rows["user_phone"])
    # a delay of 0 is no delay: shown as "-", sorted as 0
    rows["delay_seconds"] = rows["delay_seconds"].where(rows["delay_seconds"] > 0)
    return PageOf(rows, found.total)


@st.fragment(run_every=REFRESH_SECONDS)
def _live() -> None:
    header = st.container()
    with runtime().warehouse.read() as opened:
        known = pickups.couriers(opened)
    now = runtime().now()
    period = PeriodFilter(business_day(now), Preset.LAST_7_DAYS)
    couriers = Several(COURIERS, _("Kurir"), known, _("Semua kurir"))
    shown = Choice(PICKUPS_SHOWN, _("Tampilkan"), {WAITING: _("Belum Dipickup"), ALL: _("Semua")})
    search = Search(_("Cari resi atau nama"))
    compare = Toggle(COMPARE, _("Bandingkan"), _("Tanpa pembanding"), default=True)
    filters = (period, couriers, shown, search, compare)
    filter_bar(filters)
    only = couriers.value
    with runtime().warehouse.read() as opened:
        waiting = pickups.waiting_counts(opened, now, only)
        done = pickups.punctuality(opened, period.value, only)
        before = pickups.punctuality(opened, period.value.before(), only) if compare.value else None
        hours = pickups.lateness_by_hour(opened, period.value, only)
    with header:
        page_header(
            _("Monitoring Pickup"),
            _("{overdue} dari {waiting} pickup yang menunggu sudah terlewati").format(
                overdue=fmt.number(waiting.overdue), waiting=fmt.number(waiting.waiting)
            )
            if waiting.waiting
            else _("Tidak ada pickup yang menunggu"),
        )
    _numbers(waiting, done, before)
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        if hours.empty:
            empty_state(_("Belum ada paket yang diserahkan pada rentang ini."))
        else:
            worst = hours.groupby("courier")[["late", "handed"]].sum()
            worst = worst.assign(share=worst["late"] / worst["handed"]).sort_values("share", ascending=False).iloc[0]
            chart(
                lateness_by_hour(hours),
                _("{courier} paling sering terlambat: {share} dari {handed} paket").format(
                    courier=worst.name,
                    share=fmt.percent(int(worst["late"]), int(worst["handed"])),
                    handed=fmt.number(int(worst["handed"])),
                ),
                alt=_("Keterlambatan per ekspedisi dan jam jadwal"),
                key="pickup-heat",
                height=90 + 42 * hours["courier"].nunique(),
            )
    with guarded(_("Daftar pickup"), _("Angka di atas tetap dapat dipakai.")):
        # what waits is work whatever its date: the period narrows the list of all
        waiting_only = shown.value == WAITING
        _list(PickupFilter(waiting_only, only, search.value, None if waiting_only else period.value), filters)


def _numbers(waiting: pickups.WaitingCounts, done: pickups.Punctuality, before: pickups.Punctuality | None) -> None:
    on_time = percent(done.handed - done.late, done.handed)
    mean = done.late_seconds // done.late if done.late else None
    on_time_before = percent(before.handed - before.late, before.handed) if before else None
    mean_before = before.late_seconds // before.late if before and before.late else None
    headlines(
        [
            Headline(
                _("Menunggu"),
                fmt.number(waiting.waiting),
                help=_("Paket yang belum diserahkan ke kurir, sekarang, semua tanggal."),
            ),
            Headline(
                _("Terlewati"),
                fmt.number(waiting.overdue),
                help=_("Menunggu dan sudah melewati jadwal pickup."),
                part=waiting.overdue,
                whole=waiting.waiting,
            ),
            Headline(
                _("Rata-rata telat"),
                fmt.duration(mean),
                help=_("Rata-rata keterlambatan paket yang terlambat diserahkan pada rentang ini."),
                change=fmt.change(mean, mean_before),
                good="down",
            ),
            Headline(
                _("Tepat waktu"),
                fmt.percent_value(on_time),
                help=_("Paket yang diserahkan tidak lewat dari jadwal, dibagi semua yang diserahkan."),
                change=fmt.change(on_time, on_time_before),
                good="up",
                part=done.handed - done.late,
                whole=done.handed,
            ),
        ]
    )


def _list(wanted: PickupFilter, filters: Filters) -> None:
    sorts = {ORDER: _("Yang perlu ditangani"), "delay": _("Keterlambatan"), "due": _("Jadwal")}
    page, chosen = table_controls(key="pickup", sorts=sorts, default=ORDER, descending=True)
    sort = None if chosen.column == ORDER else chosen
    found = _fetch(page, sort, wanted)
    if not found.total:
        empty_state(_("Tidak ada pickup yang cocok dengan saringan ini."))
        return
    columns = _columns()
    table(
        found.rows,
        columns,
        total=found.total,
        key="pickup",
        page=page,
        alt=_("Daftar pickup"),
    )
    fetch = partial(_fetch, sort=sort, wanted=wanted)
    export_buttons(name="pickup", columns=columns, fetch=fetch, filters=filters)


_live()
