"""One user: what can be done, and the open sessions."""

import streamlit as st

from dashboard import format as fmt
from dashboard.actions import users
from dashboard.actions.users import OpenSession, UserRow
from dashboard.client import api
from dashboard.i18n import _
from dashboard.labels import role_name
from dashboard.session import current_user
from pages.users import dialogs

MOST_SESSIONS = 20


def draw_person(user: UserRow) -> None:
    """Name, role, the actions and the sessions. What nobody does to their own account has no button."""
    is_own = user.user_id == current_user().user_id
    with st.container(border=True):
        st.markdown(f"**{fmt.plain(user.full_name)}** · {fmt.plain(user.username)} · {role_name(user.role)}")
        if is_own:
            st.caption(_("Ini akun Anda: peran, kata sandi, dan keadaannya diubah oleh admin lain."))
        else:
            _actions(user)
        _sessions(user, is_own=is_own)


def _actions(user: UserRow) -> None:
    with st.container(horizontal=True, gap="small", key="user-actions"):
        if user.role != "partner" and st.button(_("Ubah peran"), key="user-role", icon=":material/badge:"):
            dialogs.change_role(user)
        if st.button(_("Reset kata sandi"), key="user-reset", icon=":material/key:"):
            dialogs.reset_password(user)
        is_disabled = user.state == "disabled"
        label, icon = (
            (_("Aktifkan"), ":material/person_check:") if is_disabled else (_("Nonaktifkan"), ":material/block:")
        )
        if st.button(label, key="user-switch", icon=icon):
            dialogs.switch(user)
        if user.open_sessions and st.button(_("Akhiri semua sesi"), key="user-end-all", icon=":material/logout:"):
            dialogs.end_sessions(user)


def _sessions(user: UserRow, *, is_own: bool) -> None:
    found = users.open_sessions(api(), user.user_id)
    if not found:
        st.caption(_("Tidak ada sesi yang terbuka."))
        return
    for session in found[:MOST_SESSIONS]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_described(session))
            if not session.is_current and st.button(
                _("Akhiri"), key=f"session-{session.session_id}", icon=":material/logout:"
            ):
                dialogs.end_sessions(user, session)
    if len(found) > MOST_SESSIONS:
        more = _("{count} sesi lain tidak ditampilkan; akhiri semuanya sekaligus.")
        st.caption(more.format(count=fmt.number(len(found) - MOST_SESSIONS)))


def _described(session: OpenSession) -> str:
    text = _("Masuk {at} dari {device}, terakhir diperbarui {refreshed}, berlaku sampai {until}").format(
        at=fmt.instant(session.signed_in_at),
        device=fmt.plain(session.login_from or _("aplikasi lain")),
        refreshed=fmt.instant(session.refreshed_at),
        until=fmt.instant(session.expires_at),
    )
    own = _("sesi ini")
    return f"{text} · **{own}**" if session.is_current else text
