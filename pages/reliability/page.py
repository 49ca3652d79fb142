"""Metrik Reliabilitas: where orders wait, how they flow, how many come back, and the tickets beside them."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import empty_state, guarded, page_header, view_switch
from dashboard.filters import PeriodFilter, Preset, comparison, courier_filter, filter_bar
from dashboard.i18n import _
from dashboard.links import COUNTED_BY
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.reliability.by_cohort import draw_by_cohort
from pages.reliability.by_event import draw_by_event
from pages.reliability.daily_table import draw_table
from pages.reliability.numbers import Days, draw_numbers
from queries import reliability, tickets
from queries.wib import Period, business_day

EVENT, COHORT = "kejadian", "kohort"


def answer(days: Days) -> str:
    """The page's sentence."""
    return _("{shipped} dikirim, {delivered} diterima, {returned} retur pada rentang ini").format(
        shipped=fmt.number(days.shipped), delivered=fmt.number(days.delivered), returned=fmt.number(days.returned)
    )


today = business_day(runtime().now())
period = PeriodFilter(today, Preset.LAST_30_DAYS)
couriers = courier_filter(ask(tickets.couriers))
compare = comparison()
filters = (period, couriers, compare)
only = couriers.value

days = Days(ask(reliability.daily, period.value, today, only))
before = Days(ask(reliability.daily, period.value.before(), today, only)) if compare.value else None
page_header(_("Metrik Reliabilitas"), answer(days))
filter_bar(filters)
if days.rows.empty:
    empty_state(_("Rentang ini belum terjadi."))
    st.stop()
draw_numbers(days, before)
happened = Period(period.value.start, min(period.value.end, today))
views = {EVENT: _("Per tanggal kejadian"), COHORT: _("Per kohort")}
view = view_switch(COUNTED_BY, _("Sudut pandang"), views)
with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
    if view == EVENT:
        draw_by_event(happened, days.rows, only)
    else:
        draw_by_cohort(happened, today, only)
with guarded(_("Tabel"), _("Grafik tetap dapat dipakai.")):
    draw_table(days.rows, filters)
