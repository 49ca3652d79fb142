"""One ticket: what it is about, and what was written in it."""

import streamlit as st

from dashboard.components import guarded, missing_object
from dashboard.i18n import _, pgettext
from dashboard.links import TICKET, PagePath, page_link
from dashboard.warehouse import ask
from pages.ticket.about import draw_facts, draw_head
from pages.ticket.thread import draw_thread
from queries import ticket_detail

ticket_id = TICKET.get()
ticket = None if ticket_id is None else ask(ticket_detail.facts, ticket_id)
if ticket_id is None or ticket is None:
    reason = (
        _("Alamat ini tidak menyebut nomor tiket.")
        if ticket_id is None
        else _("Tidak ada tiket dengan nomor {id}.").format(id=ticket_id)
    )
    missing_object(pgettext("one", "Tiket"), reason, _("Ke Total Tiket"), page_link(PagePath.TICKET_TOTAL))
else:
    draw_head(ticket)
    left, right = st.columns([3, 2], gap="medium")
    with left, guarded(_("Percakapan"), _("Bagian lain halaman ini tetap dapat dipakai.")):
        draw_thread(ticket)
    with right:
        draw_facts(ticket)
