"""Pengguna & Peran: who may do what, since when they were there, and what waits for a second admin."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions import users
from dashboard.actions.answers import frame
from dashboard.actions.users import RoleRequest, UserRow
from dashboard.client import ApiClient, api
from dashboard.components import Column, empty_state, fetched, guarded, marked_row, page_header, sorted_view
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Choice, Filters, Search, filter_bar
from dashboard.i18n import _
from dashboard.labels import role_name
from dashboard.links import USER_ROLE, USER_STATE
from dashboard.session import current_user
from dashboard.state import GENERATED_PASSWORD
from pages.users import dialogs
from pages.users.person import draw_person
from queries.filters import Page, PageOf

ROLES = ("admin", "finance", "growth", "mitra", "partner")


def answer(client: ApiClient, waiting: Sequence[RoleRequest]) -> str:
    """The page's sentence."""
    everybody = users.users(client, Page(1), None).total
    admins = users.users(client, Page(1), None, role="admin", state="active").total
    text = _("{count} pengguna, {admins} admin dapat masuk, {waiting} pengajuan menunggu admin kedua")
    return text.format(count=fmt.number(everybody), admins=fmt.number(admins), waiting=fmt.number(len(waiting)))


def generated_password() -> None:
    """A password that was just generated, until the reader says that it is noted."""
    kept = GENERATED_PASSWORD.get()
    if kept is None:
        return
    username, password = kept
    with st.container(border=True, key="generated-password"):
        st.markdown(
            _("Kata sandi baru untuk **{username}**, hanya ditampilkan sekarang:").format(username=fmt.plain(username))
        )
        st.code(password, language=None)
        st.button(_("Sudah saya catat"), key="password-noted", on_click=GENERATED_PASSWORD.set, args=(None,))


def requests_waiting(waiting: Sequence[RoleRequest]) -> None:
    """Each request with what the reader can do about it."""
    own_id = current_user().user_id
    for request in waiting:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            is_own = request.requested_by == own_id
            st.markdown(_described(request))
            if (
                not is_own
                and request.user_id != own_id
                and st.button(
                    _("Setujui"), key=f"confirm-{request.request_id}", type="primary", icon=":material/done_all:"
                )
            ):
                dialogs.decide(request, agreed=True, is_own=False)
            if st.button(_("Tarik") if is_own else _("Tolak"), key=f"decline-{request.request_id}"):
                dialogs.decide(request, agreed=False, is_own=is_own)


def _described(request: RoleRequest) -> str:
    if request.role_before is None:
        what = _("Akun baru **{name}** sebagai {role}")
    else:
        what = _("**{name}** dari {before} menjadi {role}")
    text = what.format(
        name=fmt.plain(f"{request.full_name} ({request.username})"),
        role=role_name(request.role),
        before=role_name(request.role_before or request.role),
    )
    asked = _("diajukan {asker}, {at}; berlaku sampai {until}").format(
        asker=fmt.plain(request.requested_by_name),
        at=fmt.instant(request.requested_at),
        until=fmt.instant(request.expires_at),
    )
    return f"{text} · {asked}"


def user_list(client: ApiClient, wanted: Mapping[str, str], filters: Filters) -> None:
    """The users that match, the marked one below, and their export."""
    columns = [
        Column("full_name", _("Nama"), sort="full_name", below="username"),
        Column("role_label", _("Peran"), sort="role"),
        Column("state_label", _("Keadaan"), "badge", sort="state"),
        Column("email", _("E-mail"), sort="email", copies=True),
        Column("last_login_at", _("Terakhir masuk"), "instant", sort="last_login_at"),
        Column("open_sessions", _("Sesi terbuka"), "int", sort="open_sessions"),
        Column("created_at", _("Dibuat"), "instant", sort="created_at"),
        Column("phone", _("Telepon"), extra=True),
    ]
    view = sorted_view("users", columns, question=wanted)

    def fetch(page: Page) -> PageOf:
        of_page = users.users(client, page, view.sort, **wanted)
        return PageOf(rows_of(of_page.data).assign(user=pd.Series(of_page.data, dtype=object)), of_page.total)

    found, view = fetched(view, fetch)
    if not found.total:
        empty_state(_("Tidak ada pengguna yang cocok dengan saringan ini."))
        return
    marked = marked_row(found.rows, columns, view, id_column="user_id", total=found.total, alt=_("Pengguna"))
    if marked is None:
        st.caption(_("Klik baris untuk melihat sesinya dan mengubah akunnya."))
    else:
        with guarded(_("Pengguna"), _("Daftar tetap dapat dipakai.")):
            draw_person(marked["user"])

    def groups() -> Iterator[pd.DataFrame]:
        return map(rows_of, users.all_users(client, view.sort, **wanted))

    exported = [Column("user_id", _("ID"), "int"), Column("username", _("Nama pengguna")), *columns]
    export_links(Export("pengguna", exported, groups, found.total, ()), filters, None)


def rows_of(rows: Sequence[UserRow]) -> pd.DataFrame:
    """Users in the reader's words."""
    return frame(UserRow, rows).assign(
        role_label=[role_name(row.role) for row in rows],
        state_label=[_("Nonaktif") if row.state == "disabled" else _("Aktif") for row in rows],
    )


api_client = api()
waiting = users.requests(api_client)
page_header(_("Pengguna & Peran"), answer(api_client, waiting))
role = Choice(USER_ROLE, _("Peran"), {"": _("Semua"), **{code: role_name(code) for code in ROLES}})
state = Choice(USER_STATE, _("Keadaan"), {"": _("Semua"), "active": _("Aktif"), "disabled": _("Nonaktif")})
search = Search(_("Cari nama atau email"))
filter_bar((role, state, search))
if st.button(_("Pengguna baru"), key="user-new", icon=":material/person_add:", type="primary"):
    dialogs.new_account()
generated_password()
requests_waiting(waiting)
with guarded(_("Daftar pengguna"), _("Halaman lain tetap dapat dipakai.")):
    user_list(api_client, {"search": search.value, "role": role.value, "state": state.value}, (role, state, search))
