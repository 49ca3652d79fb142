"""Ringkasan: what waits for the reader, what is new, and how trade, partners and balances stand."""

from datetime import timedelta

import streamlit as st

from dashboard import format as fmt
from dashboard.components import guarded, page_header
from dashboard.filters import PeriodFilter, Preset, comparison, courier_filter, filter_bar
from dashboard.i18n import _
from dashboard.runtime import runtime
from dashboard.session import current_user
from dashboard.warehouse import ask
from pages.summary.changes import draw_changes
from pages.summary.charts import draw_trade
from pages.summary.daily_table import draw_table
from pages.summary.funnel import draw_steps
from pages.summary.numbers import draw_numbers
from pages.summary.standing import Standing
from pages.summary.targets import draw_targets, known_targets
from pages.summary.waiting import draw_waiting
from queries import summary, tickets
from queries.wib import Period, business_day

REFRESH_SECONDS = 180


def answer(trade: summary.Trade) -> str:
    """The page's sentence."""
    if not trade.orders:
        return _("Belum ada pesanan yang dikirim hari ini")
    return _("Hari ini {partners} partner mengirim {orders} pesanan senilai {amount}").format(
        partners=fmt.number(trade.partners),
        orders=fmt.number(trade.orders),
        amount=fmt.rupiah_short(trade.cod + trade.non_cod),
    )


@st.fragment(run_every=timedelta(seconds=REFRESH_SECONDS))
def work() -> None:
    """What waits and what is new: both are of now, whatever the filters below say."""
    now, role = runtime().now(), current_user().role
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.header(_("Menunggu Anda"), anchor=False)
        with guarded(_("Menunggu Anda"), _("Angka di bawah tetap dapat dipakai.")):
            draw_waiting(role, now)
    with right, st.container(border=True, height="stretch"):
        st.header(_("Sejak kunjungan terakhir"), anchor=False)
        with guarded(_("Sejak kunjungan terakhir"), _("Angka di bawah tetap dapat dipakai.")):
            draw_changes(role, now)


today = business_day(runtime().now())
page_header(_("Ringkasan"), answer(ask(summary.trade, Period(today, today))))
work()
period = PeriodFilter(today, Preset.LAST_30_DAYS)
couriers = courier_filter(ask(tickets.couriers))
compare = comparison()
filters = (period, couriers, compare)
filter_bar(filters)

standing = Standing(period.value, couriers.value, today, is_compared=bool(compare.value))
targets = known_targets()
with st.container(key="summary-numbers"):
    draw_numbers(standing, targets)
draw_targets(targets)
with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
    left, right = st.columns([3, 2], gap="medium")
    with left:
        draw_trade(standing.period, standing.days)
    with right:
        draw_steps(ask(summary.steps, period.value), period.value)
with guarded(_("Tabel"), _("Grafik tetap dapat dipakai.")):
    draw_table(standing.days, standing.trade, filters)
