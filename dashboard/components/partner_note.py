"""Writing a note about a partner, with the notes before it."""

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.partners import add_partner_note
from dashboard.client import api
from dashboard.components.confirm import confirm
from dashboard.freshness import wait_until_landed
from dashboard.i18n import _
from dashboard.runtime import runtime
from dashboard.session import current_user
from queries import partner_detail
from queries.filters import Page

MOST_CHARACTERS = 2000
SHOWN = 5


def may_write_notes() -> bool:
    """Whether the user's role writes notes; the API decides again."""
    return current_user().role in ("admin", "growth")


def open_note_dialog(partner_id: int, name: str) -> None:
    """Open the dialog; call it once, when its button is clicked."""

    def inputs() -> str:
        text = st.text_area(_("Catatan"), key=f"note-{partner_id}", max_chars=MOST_CHARACTERS) or ""
        with runtime().warehouse.read() as connection:
            earlier = partner_detail.notes(connection, partner_id, Page(SHOWN))
        for note in earlier.rows.itertuples(index=False):
            st.caption(f"{note.author_name} · {fmt.instant(note.created_at)}")
            st.text(note.body)
        return str(text)

    def write(text: str) -> None:
        landed = wait_until_landed(add_partner_note(api(), partner_id, text.strip()).change_seq)
        told = _("Catatan tersimpan.") if landed else _("Catatan tersimpan; layar menyusul sebentar lagi.")
        st.session_state.pop(f"note-{partner_id}", None)
        st.toast(told, icon=":material/check_circle:")

    confirm(
        _("Catatan untuk {partner}").format(partner=name),
        [],
        [
            _("Menjadi catatan terbaru partner ini di semua halaman."),
            _("Nama Anda dan waktunya ikut tersimpan; catatan lama tetap ada sebagai riwayat."),
        ],
        _("Simpan"),
        f"note-{partner_id}",
        write,
        body=inputs,
        missing=lambda text: None if text.strip() else _("Isi catatan dulu."),
    )
