"""One order: its life, its parcel, its money, its tickets, and the withdrawal that pays it out."""

import streamlit as st

from dashboard.components import guarded, missing_object
from dashboard.i18n import _, pgettext
from dashboard.links import ORDER, PagePath, page_link
from dashboard.warehouse import ask
from pages.order.about import draw_head, draw_parcel
from pages.order.life import draw_life
from pages.order.money import draw_money
from pages.order.tickets import draw_tickets
from queries import order_detail

order_id = ORDER.get()
order = None if order_id is None else ask(order_detail.facts, order_id)
if order_id is None or order is None:
    reason = (
        _("Alamat ini tidak menyebut nomor pesanan.")
        if order_id is None
        else _("Tidak ada pesanan dengan nomor {id}.").format(id=order_id)
    )
    missing_object(pgettext("one", "Pesanan"), reason, _("Ke Monitoring Pickup"), page_link(PagePath.PICKUP_MONITORING))
else:
    draw_head(order)
    rest = _("Bagian lain halaman ini tetap dapat dipakai.")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        with guarded(_("Perjalanan pesanan"), rest):
            draw_life(order)
        with guarded(_("Tiket"), rest):
            draw_tickets(order_id)
    with right:
        with guarded(_("Uang"), rest):
            draw_money(order)
        with guarded(_("Paket"), rest):
            draw_parcel(order)
