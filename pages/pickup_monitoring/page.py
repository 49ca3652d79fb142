"""Monitoring Pickup: what waits, what is overdue, and at which courier and hour it comes late."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import guarded, page_header
from dashboard.filters import Choice, PeriodFilter, Preset, Search, comparison, courier_filter, filter_bar
from dashboard.i18n import _
from dashboard.links import PICKUPS_SHOWN
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.pickup_monitoring.charts import draw_lateness
from pages.pickup_monitoring.listing import draw_list
from pages.pickup_monitoring.numbers import draw_numbers
from pages.pickup_monitoring.overdue import draw_overdue
from pages.pickup_monitoring.ranking import draw_ranking
from queries import pickups
from queries.overdue import OverdueFilter
from queries.pickups import PickupFilter
from queries.wib import business_day

REFRESH_SECONDS = 30
WAITING, ALL = "belum", "semua"


def answer(waiting: pickups.WaitingCounts) -> str:
    """The page's sentence."""
    if not waiting.waiting:
        return _("Tidak ada pickup yang menunggu")
    return _("{overdue} dari {waiting} pickup yang menunggu sudah terlewati").format(
        overdue=fmt.number(waiting.overdue), waiting=fmt.number(waiting.waiting)
    )


@st.fragment(run_every=REFRESH_SECONDS)
def live() -> None:
    """The whole page; it refreshes by itself and keeps filters and scroll."""
    header = st.container()
    now = runtime().now()
    period = PeriodFilter(business_day(now), Preset.LAST_7_DAYS)
    couriers = courier_filter(ask(pickups.couriers))
    shown = Choice(PICKUPS_SHOWN, _("Tampilkan"), {WAITING: _("Belum Dipickup"), ALL: _("Semua")})
    search = Search(_("Cari resi atau nama"))
    compare = comparison()
    filters = (period, couriers, shown, search, compare)
    filter_bar(filters)
    only = couriers.value

    waiting = ask(pickups.waiting_counts, now, only)
    done = ask(pickups.punctuality, period.value, only)
    before = ask(pickups.punctuality, period.value.before(), only) if compare.value else None
    with header:
        page_header(_("Monitoring Pickup"), answer(waiting))
    draw_numbers(waiting, done, before)
    with guarded(_("Terlewati per partner"), _("Daftar pickup di bawah tetap dapat dipakai.")):
        draw_overdue(OverdueFilter(only))
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        by_hour = ask(pickups.lateness_by_hour, period.value, only)
        left, right = st.columns(2, gap="medium")
        with left:
            draw_lateness(by_hour)
        with right:
            draw_ranking(by_hour)
    with guarded(_("Daftar pickup"), _("Angka di atas tetap dapat dipakai.")):
        # what waits is work whatever its date: the period narrows the list of all
        waiting_only = shown.value == WAITING
        draw_list(PickupFilter(waiting_only, only, search.value, None if waiting_only else period.value), filters)


live()
