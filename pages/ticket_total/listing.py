"""The tickets behind the chart."""

from collections.abc import Sequence

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Column, empty_state, export_buttons, table, table_controls
from dashboard.filters import Filters, PeriodFilter, Preset
from dashboard.i18n import _
from dashboard.labels import ticket_status
from dashboard.links import partner_link
from dashboard.warehouse import ask
from pages.ticket_total.charts import ClickedBar
from queries import tickets
from queries.filters import Page, PageOf


def draw_list(period: PeriodFilter, couriers: Sequence[str], clicked: ClickedBar, filters: Filters) -> None:
    """The table and its exports: the tickets of the clicked bar, or of the whole period."""
    if clicked.day:
        bar = fmt.day(clicked.day) + (f", {clicked.courier}" if clicked.courier else "")
        st.caption(_("Tiket {bar}; klik dua kali grafik untuk semua.").format(bar=bar))
    sorts = {"created_at": _("Dibuat"), "partner": _("Partner"), "status": _("Status")}
    page, sort = table_controls(key="tiket", sorts=sorts, default="created_at", descending=True)
    only = (clicked.courier,) if clicked.courier else tuple(couriers)

    def fetch(wanted: Page) -> PageOf:
        found = ask(tickets.list_page, period.value, only, sort, wanted, day=clicked.day)
        return PageOf(found.rows.assign(status_label=found.rows["status"].map(ticket_status)), found.total)

    found = fetch(page)
    if found.total:
        shown = columns()
        table(found.rows, shown, total=found.total, key="tiket", page=page, alt=_("Daftar tiket"))
        export_buttons(name="tiket", columns=shown, fetch=fetch, filters=filters)
    else:
        empty_state(
            _("Tidak ada tiket pada rentang ini."),
            _("Tampilkan 30 hari"),
            lambda: period.choose(Preset.LAST_30_DAYS),
        )


def columns() -> list[Column]:
    """The columns of the table and of its exports."""
    return [
        Column("ticket_no", _("No. tiket")),
        Column("partner_name", _("Partner"), opens=lambda row: partner_link(int(row["partner_id"]), "tiket")),
        Column("courier", _("Ekspedisi")),
        Column("ticket_type", _("Jenis")),
        Column("status_label", _("Status"), "badge"),
        Column("description", _("Uraian")),
        Column("created_at", _("Dibuat"), "instant"),
    ]
