"""What a ticket is: its head, its order and its partner."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Fact, facts, page_header, tab_title
from dashboard.i18n import _
from dashboard.labels import ticket_status
from dashboard.links import order_link, partner_link
from dashboard.runtime import runtime
from queries.wib import naive_utc
from vocabulary import TicketStatus


def draw_head(ticket: Mapping[str, Any]) -> None:
    """Number, state and how long it has been open; `ticket` as `ticket_detail.facts` gives it."""
    title = _("Tiket {number}").format(number=ticket["ticket_no"])
    tab_title(title)
    page_header(fmt.plain(title), f"{ticket_status(ticket['status'])} · {_open_for(ticket)}")
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        closed = ticket["status"] == TicketStatus.CLOSED
        st.badge(ticket_status(ticket["status"]), color="green" if closed else "orange")
        if ticket["is_unread"]:
            st.badge(_("pesan partner belum dibaca"), icon=":material/mark_email_unread:", color="red")
        name = fmt.plain(ticket["partner_name"])
        st.markdown(f":material/storefront: [{name}]({partner_link(int(ticket['partner_id']), 'tiket')})")


def draw_facts(ticket: Mapping[str, Any]) -> None:
    """Kind, courier, order and instants."""
    st.header(_("Tentang tiket"), anchor=False)
    order = ticket["order_id"]
    number = ticket["order_no"] or (fmt.NONE if order is None else str(order))
    bill = _("resi {bill}").format(bill=ticket["airway_bill"]) if ticket["airway_bill"] else ""
    link = order_link(int(order)) if ticket["order_no"] else ""
    facts(
        [
            Fact(_("Jenis"), str(ticket["ticket_type"])),
            Fact(_("Uraian"), str(ticket["description"])),
            Fact(_("Pesanan"), number, bill, link),
            Fact(_("Ekspedisi"), str(ticket["courier"])),
            Fact(_("HP partner"), str(ticket["partner_phone"]) or fmt.NONE, copies=True),
            Fact(_("Dibuat"), fmt.instant(ticket["created_at"])),
            Fact(_("Ditutup"), fmt.instant(ticket["closed_at"])),
        ],
        label=_("Tentang tiket"),
    )


def _open_for(ticket: Mapping[str, Any]) -> str:
    until = ticket["closed_at"]
    seconds = ((until or naive_utc(runtime().now())) - ticket["created_at"]).total_seconds()
    if until is None:
        return _("terbuka sejak {time} lalu").format(time=fmt.duration(seconds))
    return _("ditutup sesudah {time}").format(time=fmt.duration(seconds))
