"""Writing a note about a partner, with the notes before it."""

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.partners import add_partner_note
from dashboard.client import api
from dashboard.components import Form, Question, confirm
from dashboard.freshness import wait_until_landed
from dashboard.i18n import _
from dashboard.session import current_user
from dashboard.state import NOTE_TEXT
from dashboard.warehouse import ask
from queries import partner_detail
from queries.filters import Page

MOST_CHARACTERS = 2000
SHOWN = 5


def may_write_notes() -> bool:
    """Whether the user's role writes notes; the API decides again."""
    return current_user().role in ("admin", "growth")


def open_note_dialog(partner_id: int, name: str) -> None:
    """Open the dialog; call it once, when its button is clicked."""
    written = NOTE_TEXT.of(partner_id)

    def inputs() -> str:
        text = st.text_area(_("Catatan"), key=written.name, max_chars=MOST_CHARACTERS) or ""
        _earlier_notes(partner_id)
        return str(text)

    def write(text: str) -> None:
        landed = wait_until_landed(add_partner_note(api(), partner_id, text.strip()).change_seq)
        written.pop()
        message = _("Catatan tersimpan.") if landed else _("Catatan tersimpan; layar menyusul sebentar lagi.")
        st.toast(message, icon=":material/check_circle:")

    question = Question(
        _("Catatan untuk {partner}").format(partner=name),
        [],
        [
            _("Menjadi catatan terbaru partner ini di semua halaman."),
            _("Nama Anda dan waktunya ikut tersimpan; catatan lama tetap ada sebagai riwayat."),
        ],
        _("Simpan"),
        draft=f"note-{partner_id}",
    )
    form = Form(inputs, lambda text: None if text.strip() else _("Isi catatan dulu."))
    confirm(question, f"note-{partner_id}", form, write)


def _earlier_notes(partner_id: int) -> None:
    earlier = ask(partner_detail.notes, partner_id, Page(SHOWN)).rows
    for author, instant, body in zip(earlier["author_name"], earlier["created_at"], earlier["body"], strict=True):
        st.caption(f"{author} · {fmt.instant(instant)}")
        st.text(body)
