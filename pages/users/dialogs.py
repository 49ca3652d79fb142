"""The dialogs of the administration of users: each says what it does before it is done."""

import streamlit as st

from dashboard import format as fmt
from dashboard.actions import users
from dashboard.actions.users import NewAccount, OpenSession, RoleRequest, UserRow
from dashboard.actions.withdrawals import new_decision_key
from dashboard.client import api
from dashboard.components import NOTHING, Form, Question, confirm, notify_written
from dashboard.i18n import _
from dashboard.labels import role_name
from dashboard.state import GENERATED_PASSWORD

GIVEN = ("growth", "finance", "admin", "mitra")


def new_account() -> None:
    """Ask who an account is for."""

    def inputs() -> NewAccount:
        left, right = st.columns(2)
        return NewAccount(
            username=(left.text_input(_("Nama pengguna"), key="new-user-name", max_chars=100) or "").strip(),
            email=(right.text_input(_("E-mail"), key="new-user-email", max_chars=254) or "").strip(),
            full_name=(left.text_input(_("Nama lengkap"), key="new-user-full", max_chars=200) or "").strip(),
            phone=(right.text_input(_("Telepon"), key="new-user-phone", max_chars=20) or "").strip(),
            role=st.selectbox(_("Peran"), GIVEN, format_func=role_name, key="new-user-role"),
        )

    def write(account: NewAccount) -> None:
        written = users.create(api(), account)
        _keep(account.username, written.made.password)
        notify_written(written)

    def problem(account: NewAccount) -> str | None:
        is_whole = account.username and account.email and account.full_name
        return None if is_whole else _("Isi nama pengguna, e-mail, dan nama lengkap.")

    consequences = [
        _("Kata sandi dibuat otomatis dan ditampilkan satu kali sesudah akun ada."),
        _("Admin dan tim keuangan perlu admin kedua: akunnya baru ada sesudah ia menyetujui."),
    ]
    question = Question(_("Pengguna baru"), [], consequences, _("Buat akun"))
    confirm(question, "new-user", Form(inputs, problem), write)


def change_role(user: UserRow) -> None:
    """Ask which role a user gets."""
    key = new_decision_key()
    others = [role for role in GIVEN if role != user.role]
    form = Form(lambda: st.selectbox(_("Peran baru"), others, format_func=role_name, key=f"role-{key}"))
    consequences = [
        _("Semua sesinya berakhir dan ia masuk lagi dengan peran baru; hak menyetujui sendiri hilang."),
        _("Menjadi admin atau tim keuangan perlu admin kedua; sampai disetujui, perannya tetap."),
    ]
    question = Question(_("Ubah peran"), _facts(user), consequences, _("Ubah peran"))
    confirm(
        question,
        f"role-{key}",
        form,
        lambda role: notify_written(users.change_role(api(), user.user_id, role, key=key)),
    )


def reset_password(user: UserRow) -> None:
    """Give a generated password."""

    def write(_nothing: None) -> None:
        written = users.reset_password(api(), user.user_id)
        _keep(user.username, written.made.password)
        notify_written(written)

    consequences = [
        _("Kata sandi lama tidak berlaku lagi dan semua sesinya berakhir."),
        _("Kata sandi baru ditampilkan satu kali; sampaikan lewat jalur yang aman."),
    ]
    question = Question(_("Reset kata sandi"), _facts(user), consequences, _("Reset kata sandi"))
    confirm(question, f"reset-{user.user_id}", NOTHING, write)


def switch(user: UserRow) -> None:
    """Disable an active user, enable a disabled one."""
    key, enabled = new_decision_key(), user.state == "disabled"
    if enabled:
        title, consequences = _("Aktifkan pengguna"), [_("Ia dapat masuk lagi; sesi lama tetap berakhir.")]
    else:
        title = _("Nonaktifkan pengguna")
        consequences = [_("Semua sesinya berakhir sekarang dan ia tidak dapat masuk sampai diaktifkan lagi.")]
    confirm(
        Question(title, _facts(user), consequences, title),
        f"switch-{key}",
        NOTHING,
        lambda _nothing: notify_written(users.switch(api(), user.user_id, enabled=enabled, key=key)),
    )


def end_sessions(user: UserRow, only: OpenSession | None = None) -> None:
    """End all sessions of a user, or one."""
    key = new_decision_key()

    def write(_nothing: None) -> None:
        if only is None:
            notify_written(users.end_sessions(api(), user.user_id, key=key))
        else:
            notify_written(users.end_session(api(), user.user_id, only.session_id, key=key))

    title = _("Akhiri semua sesi") if only is None else _("Akhiri sesi")
    facts = _facts(user)
    if only is not None:
        facts.append((_("Masuk sejak"), fmt.instant(only.signed_in_at)))
    consequences = [_("Perangkat itu keluar dalam beberapa detik; yang belum disimpan di sana hilang.")]
    confirm(Question(title, facts, consequences, title), f"end-{key}", NOTHING, write)


def decide(request: RoleRequest, *, agreed: bool, is_own: bool) -> None:
    """Confirm or decline what an admin asked for, or take it back."""
    key = new_decision_key()

    def write(_nothing: None) -> None:
        if not agreed:
            notify_written(users.decline(api(), request.request_id, key=key))
            return
        written = users.confirm(api(), request.request_id)
        _keep(request.username, written.made.password)
        notify_written(written)

    facts = [
        (_("Pengguna"), fmt.plain(f"{request.full_name} ({request.username})")),
        (_("Peran"), role_name(request.role)),
        (_("Diajukan oleh"), fmt.plain(request.requested_by_name)),
    ]
    if not agreed:
        title = _("Tarik pengajuan") if is_own else _("Tolak pengajuan")
        consequences = [_("Tidak ada yang berubah; pengajuan baru dapat dibuat lagi.")]
    elif request.user_id is None:
        title, consequences = (
            _("Setujui"),
            [_("Akun dibuat sekarang; kata sandinya ditampilkan satu kali kepada Anda.")],
        )
    else:
        title, consequences = _("Setujui"), [_("Perannya berubah sekarang dan semua sesinya berakhir.")]
    confirm(Question(title, facts, consequences, title), f"request-{key}", NOTHING, write)


def _keep(username: str, password: str | None) -> None:
    if password is not None:
        GENERATED_PASSWORD.set((username, password))


def _facts(user: UserRow) -> list[tuple[str, str]]:
    return [
        (_("Pengguna"), fmt.plain(f"{user.full_name} ({user.username})")),
        (_("Peran"), role_name(user.role)),
    ]
