"""Monitoring Pickup: what is overdue and whom to call, where and when it comes late, and every airway bill."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import guarded, page_header
from dashboard.filters import PeriodFilter, Preset, Search, comparison, courier_filter, filter_bar
from dashboard.i18n import _
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.pickup_monitoring.cell import CellFilter
from pages.pickup_monitoring.heat import draw_lateness
from pages.pickup_monitoring.listing import draw_list
from pages.pickup_monitoring.numbers import draw_numbers
from pages.pickup_monitoring.overdue import draw_overdue
from pages.pickup_monitoring.ranking import draw_ranking
from pages.pickup_monitoring.shown import PickupFilters, shown_filter
from queries import pickups
from queries.overdue import OverdueFilter
from queries.wib import business_day

REFRESH_SECONDS = 30


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
    now = runtime().now()
    period = PeriodFilter(business_day(now), Preset.LAST_7_DAYS)
    couriers = courier_filter(ask(pickups.couriers))
    chosen = PickupFilters(
        period, couriers, shown_filter(), Search(_("Cari resi atau nama")), comparison(), CellFilter(couriers)
    )
    only, hour = chosen.couriers_and_hour

    waiting = ask(pickups.waiting_counts, now, only, hour)
    done = ask(pickups.punctuality, period.value, only, hour)
    before = ask(pickups.punctuality, period.value.before(), only, hour) if chosen.compare.value else None
    page_header(_("Monitoring Pickup"), answer(waiting))
    filter_bar(chosen.all)
    if chosen.search.value:  # who searches looks for one parcel: it comes before the rest
        draw_bills(chosen)
        st.caption(_("Angka, daftar partner dan peta di bawah tidak mengikuti pencarian."))
    draw_numbers(waiting, done, before)
    with guarded(_("Terlewati per partner"), _("Daftar pickup tetap dapat dipakai.")):
        draw_overdue(OverdueFilter(only, hour))
    with guarded(_("Grafik"), _("Daftar pickup tetap dapat dipakai.")):
        by_hour = ask(pickups.lateness_by_hour, period.value, couriers.value)
        left, right = st.columns([2, 3], gap="medium")
        with left:
            draw_lateness(by_hour, chosen.cell.value, chosen.choose_cell)
        with right:
            draw_ranking(by_hour)
    if not chosen.search.value:
        draw_bills(chosen)


def draw_bills(chosen: PickupFilters) -> None:
    """The list of airway bills."""
    with guarded(_("Daftar pickup"), _("Angka dan daftar partner tetap dapat dipakai.")):
        draw_list(chosen)


live()
