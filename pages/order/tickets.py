"""The tickets about an order."""

import streamlit as st

from dashboard.components import Column, empty_state, whole_table
from dashboard.i18n import _
from dashboard.labels import ticket_status
from dashboard.links import ticket_link
from dashboard.warehouse import ask
from queries import order_detail


def draw_tickets(order_id: int) -> None:
    """The list, newest first."""
    st.header(_("Tiket"), anchor=False)
    rows = ask(order_detail.tickets, order_id)
    if rows.empty:
        empty_state(_("Belum ada tiket tentang pesanan ini."))
        return
    columns = [
        Column("ticket_no", _("No. tiket"), opens=lambda row: ticket_link(int(row["ticket_id"]))),
        Column("ticket_type", _("Jenis")),
        Column("status_label", _("Status"), "badge"),
        Column("description", _("Uraian")),
        Column("created_at", _("Dibuat"), "instant"),
    ]
    words = rows.assign(status_label=rows["status"].map(ticket_status))
    whole_table(words, columns, key="pt", alt=_("Tiket tentang pesanan ini"))
