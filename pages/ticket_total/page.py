"""Total Tiket: tickets per day and courier, against the period before, and the tickets behind a day."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import guarded, page_header
from dashboard.filters import PeriodFilter, Preset, comparison, courier_filter, filter_bar
from dashboard.i18n import _
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.ticket_total.charts import ClickedBar, draw_days
from pages.ticket_total.listing import draw_list
from pages.ticket_total.numbers import TicketTotals, draw_numbers
from queries import tickets
from queries.wib import business_day


def answer(totals: TicketTotals) -> str:
    """The page's sentence."""
    if not totals.count:
        return _("Tidak ada tiket pada rentang ini")
    courier, most = totals.busiest_courier()
    return _("{count} tiket pada rentang ini, terbanyak {courier} ({most})").format(
        count=fmt.number(totals.count), courier=courier, most=fmt.number(most)
    )


header = st.container()
period = PeriodFilter(business_day(runtime().now()), Preset.LAST_30_DAYS)
couriers = courier_filter(ask(tickets.couriers))
compare = comparison()
filters = (period, couriers, compare)
filter_bar(filters)

rows = ask(tickets.daily_totals, period.value, couriers.value)
before = ask(tickets.daily_totals, period.value.before(), couriers.value) if compare.value else None
totals = TicketTotals(rows, before, period.value)
with header:
    page_header(_("Total Tiket"), answer(totals))
draw_numbers(totals)
clicked = ClickedBar()
with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
    clicked = draw_days(totals)
with guarded(_("Daftar tiket"), _("Grafik tetap dapat dipakai.")):
    draw_list(period, couriers.value, clicked, filters)
