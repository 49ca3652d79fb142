"""Pendapatan & Profit: from the shipping fee to our profit, against the period before, down to the orders."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import empty_state, guarded, page_header
from dashboard.filters import filter_bar
from dashboard.i18n import _, ngettext
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.income.charts import draw_bridge, draw_over_time
from pages.income.filters import income_filters
from pages.income.ledger import draw_ledger, estimate_note
from pages.income.lists import draw_lists
from pages.income.numbers import draw_numbers
from queries import income
from queries.income import Income
from queries.wib import business_day


def answer(found: Income) -> str:
    """The page's sentence."""
    if not found.orders:
        return _("Tidak ada pesanan yang diterima pembeli pada rentang ini")
    text = ngettext(
        "Profit {profit} dari {count} pesanan yang diterima pembeli",
        "Profit {profit} dari {count} pesanan yang diterima pembeli",
        found.orders,
    )
    return text.format(profit=fmt.rupiah_short(found.profit), count=fmt.number(found.orders))


header = st.container()
today = business_day(runtime().now())
filters = income_filters(today)
filter_bar(filters.all)
wanted, wanted_before = filters.wanted, filters.wanted_before

whole = ask(income.total, wanted)
before = ask(income.total, wanted_before) if wanted_before else None
with header:
    page_header(_("Pendapatan & Profit"), answer(whole))
if not whole.orders:
    empty_state(
        _("Tidak ada pesanan yang diterima pembeli dengan saringan ini."), _("Tampilkan 30 hari"), filters.widen
    )
    st.stop()
draw_numbers(whole, before)
if note := estimate_note(whole):
    st.caption(note)
with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
    left, right = st.columns(2, gap="medium")
    with left:
        draw_bridge(whole)
    with right:
        draw_over_time(wanted, today)
with guarded(_("Rincian"), _("Grafik tetap dapat dipakai.")):
    draw_lists(filters)
with guarded(_("Hak partner dan ledger"), _("Bagian lain tetap dapat dipakai.")):
    st.markdown("**" + _("Hak partner dan ledger") + "**")
    draw_ledger(wanted, whole)
