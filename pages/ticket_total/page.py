"""Total Tiket: tickets per day or hour and courier, against the period before, and the tickets behind a bar."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import guarded, page_header
from dashboard.filters import PeriodFilter, Preset, comparison, courier_filter, filter_bar
from dashboard.i18n import _
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.ticket_total.charts import ClickedBar, draw_days
from pages.ticket_total.listing import draw_list
from pages.ticket_total.message import leaders, tied
from pages.ticket_total.numbers import TicketTotals, draw_numbers
from queries import tickets
from queries.wib import business_day


def answer(totals: TicketTotals) -> str:
    """The page's sentence."""
    if not totals.count:
        return _("Tidak ada tiket pada rentang ini")
    first, most = leaders(totals.by_courier)
    if not first:
        return _("{count} tiket pada rentang ini").format(count=fmt.number(totals.count))
    return _("{count} tiket pada rentang ini, terbanyak {courier} ({most})").format(
        count=fmt.number(totals.count), courier=tied(first), most=fmt.number(most)
    )


def counted() -> TicketTotals:
    """The tickets of the filters, and of the period before where it is compared; a range of one day also by hours."""
    span, only = period.value, couriers.value
    earlier = span.before() if compare.value else None
    days = ask(tickets.daily_totals, span, only)
    days_before = ask(tickets.daily_totals, earlier, only) if earlier else None
    if span.days > 1:
        return TicketTotals(days, days_before, span)
    hours = ask(tickets.hourly_totals, span.start, only)
    hours_before = ask(tickets.hourly_totals, earlier.start, only) if earlier else None
    return TicketTotals(days, days_before, span, hours, hours_before)


period = PeriodFilter(business_day(runtime().now()), Preset.LAST_30_DAYS)
couriers = courier_filter(ask(tickets.couriers))
compare = comparison()
filters = (period, couriers, compare)
totals = counted()
page_header(_("Total Tiket"), answer(totals))
filter_bar(filters)
draw_numbers(totals)
clicked = ClickedBar()
with st.container(key="beside-the-list"), guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
    if totals.count:  # else the list says why there is nothing, and the way out
        clicked = draw_days(totals)
with guarded(_("Daftar tiket"), _("Grafik tetap dapat dipakai.")):
    draw_list(period, couriers.value, clicked, filters)
