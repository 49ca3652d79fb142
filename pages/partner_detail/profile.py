"""Who the partner is, and its numbers of all time."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Headline, headlines, page_header, tab_title
from dashboard.i18n import _
from pages.partner_detail.labels import problem_mark
from pages.partner_detail.note import may_write_notes, open_note_dialog


def draw_profile(partner_id: int, profile: Mapping[str, Any]) -> None:
    """Name, contact, marks and dates, then the headline numbers; `profile` as `partner_detail.profile` gives it."""
    name = str(profile["full_name"])
    tab_title(name)
    about = [str(profile["brand_name"]), str(profile["city"]), str(profile["email"])]
    page_header(name, " · ".join(part for part in about if part))
    with st.container(horizontal=True, vertical_alignment="center"):
        link = fmt.whatsapp(profile["phone"])
        if link:
            st.link_button(str(profile["phone"]), link, icon=":material/chat:")
        if may_write_notes() and st.button(_("Tulis catatan"), key="partner-note", icon=":material/edit_note:"):
            open_note_dialog(partner_id, name)
        mark = problem_mark(profile["problem_status"])
        if mark:
            st.badge(mark, icon=":material/warning:", color="red")
        st.caption(
            _("Bergabung {joined} · produk pertama {product} · pickup pertama {first} · terakhir {last}").format(
                joined=fmt.day(profile["join_date"]),
                product=fmt.day(profile["first_product"]),
                first=fmt.day(profile["first_pickup"]),
                last=fmt.day(profile["last_pickup"]),
            )
        )
    _numbers(profile)


def _numbers(profile: Mapping[str, Any]) -> None:
    shipped = int(profile["orders_shipped"])
    headlines(
        [
            Headline(_("Pesanan"), fmt.number(profile["orders_created"]), help=_("Semua pesanan yang dibuat.")),
            Headline(
                _("Terkirim"),
                fmt.number(shipped),
                help=_("Pesanan yang diserahkan ke kurir, bernilai {amount}.").format(
                    amount=fmt.rupiah(profile["grand_total"])
                ),
            ),
            Headline(
                _("Retur"),
                fmt.percent(profile["orders_returned"], shipped),
                help=_("Pesanan retur dibagi pesanan terkirim, sepanjang waktu."),
                part=profile["orders_returned"],
                whole=shipped,
            ),
            Headline(
                _("Masalah"),
                fmt.percent(profile["orders_problem"], shipped),
                help=_("Pesanan bermasalah dibagi pesanan terkirim."),
                part=profile["orders_problem"],
                whole=shipped,
            ),
            Headline(
                _("Tiket"),
                fmt.number(profile["tickets"]),
                help=_("Semua tiket; belum dibaca: {count}.").format(count=fmt.number(profile["unread_tickets"])),
            ),
        ]
    )
