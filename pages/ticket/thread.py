"""The messages of a ticket, oldest first."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard.components import empty_state
from dashboard.i18n import _
from dashboard.warehouse import ask
from queries import ticket_detail

STAFF = "staff"


def draw_thread(ticket: Mapping[str, Any]) -> None:
    """Each message with its author; texts stand as they were written."""
    st.header(_("Percakapan"), anchor=False)
    found = ask(ticket_detail.messages, int(ticket["ticket_id"]))
    if found.empty:
        empty_state(_("Belum ada pesan di tiket ini."))
        return
    for message in found.to_dict("records"):
        is_staff = message["author"] == STAFF
        with st.container(border=True):
            who = _("Tim Komship") if is_staff else str(ticket["partner_name"])
            facts = [fmt.plain(who), fmt.instant(message["created_at"])]
            if not is_staff and fmt.missing(message["read_at"]):
                facts.append(_("belum dibaca"))
            st.caption(" · ".join(facts))
            st.text(str(message["body"]))
