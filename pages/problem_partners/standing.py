"""A partner's mark now, what can be done about it, and its history: on Bermasalah and on the partner's own page."""

import streamlit as st

from dashboard import format as fmt
from dashboard.actions import problems
from dashboard.actions.answers import frame
from dashboard.actions.problems import MarkChange, Standing
from dashboard.client import ApiRefused, api
from dashboard.components import Column, empty_state, whole_table
from dashboard.i18n import _
from dashboard.session import current_user
from pages.problem_partners.labels import mark_color, mark_name
from pages.problem_partners.marking import open_dialog, waiting_text
from vocabulary import BLOCKING, ProblemMark


def draw_standing(partner_id: int) -> None:
    """The mark, its buttons for an admin, and every change of it."""
    try:
        found = problems.standing(api(), partner_id)
    except ApiRefused as refused:
        if not refused.names_nothing:
            raise
        empty_state(_("Partner ini datang dari berkas dan tidak ada di sistem, jadi tidak dapat ditandai."))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="problem-standing"):
        st.badge(mark_name(found.user_status), color=mark_color(found.user_status))
        st.caption(
            _("Withdrawal menunggu {waiting} · pesanan di jalan {running}").format(
                waiting=waiting_text(found), running=fmt.number(found.running_orders)
            )
        )
        if current_user().role == "admin":
            _actions(found)
    _history(found)


def _actions(found: Standing) -> None:
    offered = {
        ProblemMark.HOLD: (_("Tahan"), ":material/pause_circle:"),
        ProblemMark.FAKE: (_("Tandai palsu"), ":material/person_off:"),
        ProblemMark.UNHOLD: (_("Lepas"), ":material/play_circle:"),
    }
    for status, (label, icon) in offered.items():
        has_it = found.user_status is status
        if has_it or (status is ProblemMark.UNHOLD and found.user_status not in BLOCKING):
            continue
        if st.button(label, key=f"problem-{status.name.lower()}", icon=icon):
            open_dialog(found, status)


def _history(found: Standing) -> None:
    if not found.history:
        st.caption(_("Belum pernah ditandai di sini."))
        return
    rows = frame(MarkChange, found.history).assign(
        change=[f"{mark_name(each.before)} → {mark_name(each.status)}" for each in found.history]
    )
    columns = [
        Column("change", _("Tanda")),
        Column("reason", _("Alasan")),
        Column("actor_name", _("Oleh")),
        Column("created_at", _("Waktu"), "instant"),
    ]
    whole_table(rows, columns, key="problem-history", alt=_("Riwayat tanda"))
