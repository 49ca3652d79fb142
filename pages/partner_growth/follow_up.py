"""Partners that are ticked, and the note that is written about all of them at once."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions.partners import FollowUp, Owner, add_follow_ups, owners
from dashboard.actions.withdrawals import new_decision_key
from dashboard.client import api
from dashboard.components import Form, Question, Ticking, confirm, guarded, kept_ticks
from dashboard.freshness import wait_until_landed
from dashboard.i18n import _, ngettext
from dashboard.state import PARTNERS_CHOSEN
from pages.partner_detail.note import MOST_CHARACTERS, may_write_notes

MOST_NAMED = 5
MOST_CHOSEN = 200  # as the API takes them


def ticking(rows: pd.DataFrame) -> Ticking | None:
    """Ticks for those who may write notes; the ticked ones are kept over pages and filters, with their names."""
    if not may_write_notes():
        return None
    names = {int(key): str(name) for key, name in zip(rows["partner_id"], rows["full_name"], strict=True)}
    return kept_ticks("partner_id", PARTNERS_CHOSEN, names)


def draw_choice(today: date) -> None:
    """The bar that says how many are ticked, with what can be done about them; it stays in view."""
    if not may_write_notes():
        return
    chosen = PARTNERS_CHOSEN.get()
    name = "partners-chosen" if chosen else "partners-unchosen"  # only what is chosen takes room on a phone (style.css)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=name):
        if len(chosen) > MOST_CHOSEN:
            text = _("{count} partner dicentang; satu catatan untuk paling banyak {most}.")
        elif chosen:
            text = ngettext("{count} partner dicentang", "{count} partner dicentang", len(chosen))
        else:
            text = _("Centang partner untuk menulis satu catatan bagi semuanya.")
        st.markdown(text.format(count=fmt.number(len(chosen)), most=fmt.number(MOST_CHOSEN)))
        is_open = st.button(
            _("Tulis catatan"),
            key="partners-note",
            type="primary",
            icon=":material/edit_note:",
            disabled=not 0 < len(chosen) <= MOST_CHOSEN,
        )
        if chosen:
            st.button(_("Kosongkan"), key="partners-none", type="tertiary", on_click=PARTNERS_CHOSEN.set, args=({},))
    if is_open:
        with guarded(_("Catatan"), _("Daftar partner tetap dapat dipakai.")):
            _open_dialog(chosen, owners(api()), today)


def _open_dialog(chosen: Mapping[int, str], people: Sequence[Owner], today: date) -> None:
    key = new_decision_key()
    by_id = {person.id: person.name for person in people}

    def inputs() -> FollowUp:
        text = st.text_area(_("Catatan"), key=f"{key}-text", max_chars=MOST_CHARACTERS) or ""
        left, right = st.columns(2)
        owner = left.selectbox(
            _("PIC"),
            list(by_id),
            index=None,
            placeholder=_("Tidak diubah"),
            format_func=lambda person: by_id[person],
            key=f"{key}-owner",
        )
        day = right.date_input(
            _("Tindak lanjut berikutnya"), value=None, min_value=today, format="DD/MM/YYYY", key=f"{key}-day"
        )
        return FollowUp(tuple(chosen), text.strip(), owner, day)

    def write(said: FollowUp) -> None:
        written = add_follow_ups(api(), said, key=key)
        landed = wait_until_landed(written.change_seq)
        PARTNERS_CHOSEN.set({})
        noted = written.made.partners
        text = ngettext("Catatan tersimpan untuk {count} partner.", "Catatan tersimpan untuk {count} partner.", noted)
        if not landed:
            text = _("Catatan tersimpan; layar menyusul sebentar lagi.")
        st.toast(text.format(count=fmt.number(noted)), icon=":material/check_circle:")

    question = Question(
        ngettext("Catatan untuk {count} partner", "Catatan untuk {count} partner", len(chosen)).format(
            count=fmt.number(len(chosen))
        ),
        [(_("Partner"), fmt.plain(_named(list(chosen.values()))))],
        [
            _("Menjadi catatan terbaru semua partner ini; catatan lama tetap ada sebagai riwayat."),
            _("Tanpa tanggal, rencana tindak lanjut yang lama dianggap selesai."),
            _("Tersimpan untuk semuanya atau tidak sama sekali."),
        ],
        _("Simpan"),
        draft=f"partner-notes-{zlib.crc32(str(sorted(chosen)).encode())}",  # of these partners and no others
    )
    form = Form(inputs, lambda said: None if said.notes else _("Isi catatan dulu."))
    confirm(question, f"partners-{key}", form, write)


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return _("{names} dan {count} lainnya").format(names=shown, count=fmt.number(more)) if more > 0 else shown
