"""One payout batch: its rows, its checker, the bank file, the bank's answer, and what is open."""

import streamlit as st

from dashboard import format as fmt
from dashboard.actions import payouts
from dashboard.actions.payouts import Batch
from dashboard.actions.withdrawals import new_decision_key
from dashboard.client import api
from dashboard.components import Form, Question, confirm, notify_written, tab_title
from dashboard.components.payment_form import rupiah_of
from dashboard.i18n import _
from dashboard.labels import batch_status
from dashboard.links import BATCH
from dashboard.session import current_user
from pages.payouts.bank import bank_files, imported_results, result_import
from pages.payouts.labels import profile_title, row_state
from pages.payouts.rows import batch_rows


def show_batch(batch_id: int) -> None:
    """Draw the batch and what can be done with it now."""
    found = payouts.batch(api(), batch_id)
    if BATCH.is_given():
        tab_title(_("Batch {reference}").format(reference=found.reference))
    st.header(f"{found.reference} · {batch_status(found.status)}", anchor=False)
    people = _("dibuat {maker}").format(maker=fmt.plain(found.maker))
    if found.checker:
        people += ", " + _("disetujui {checker}").format(checker=fmt.plain(found.checker))
    rows = _("{count} baris, {total}").format(count=fmt.number(found.row_count), total=fmt.rupiah(found.total))
    st.markdown(f"**{rows}** · {people} · {profile_title(found.profile)}")
    if found.comment:
        st.caption(fmt.plain(found.comment))
    if current_user().role == "finance":
        _actions(found)
    imported_results(found)
    st.markdown(_states(found))
    batch_rows(found)


def _states(found: Batch) -> str:
    """How many rows stand where, with their rupiah."""
    return " · ".join(
        f"**{row_state(state)}** {fmt.number(each.rows)} ({fmt.rupiah(each.total)})"
        for state, each in found.states.items()
    )


def _actions(found: Batch) -> None:
    if found.status == "proposed":
        with st.container(horizontal=True):
            if st.button(
                _("Setujui batch"),
                key="batch-approve",
                type="primary",
                icon=":material/check:",
                shortcut="A",
                disabled=not found.you_may_approve,
                help=None if found.you_may_approve else _("Anda pembuatnya; orang lain yang menyetujui."),
            ):
                _open_approval(found)
            _take_back(found)
    elif found.status in ("approved", "closed"):
        _at_the_bank(found)


def _at_the_bank(found: Batch) -> None:
    must_stop = bool(found.stopped) and found.may_be_taken_back
    if must_stop:
        names = ", ".join(fmt.plain(partner.full_name) for partner in found.stopped)
        st.warning(
            _(
                "{partners} ditandai palsu atau ditahan sesudah persetujuan. "
                "Tarik batch ini dan buat yang baru tanpa partner itu."
            ).format(partners=names),
            icon=":material/block:",
        )
    else:
        bank_files(found)
    if found.may_be_taken_back:
        _take_back(found)
    if not must_stop:
        result_import(found)


def _take_back(found: Batch) -> None:
    if st.button(_("Tarik batch"), key="batch-cancel", icon=":material/undo:"):
        _open_cancel(found)


def _open_approval(found: Batch) -> None:
    key = new_decision_key()

    def draw() -> tuple[int | None, int | None]:
        left, right = st.columns(2)
        rows = left.text_input(_("Ketik jumlah baris"), key=f"{key}-rows")
        total = right.text_input(_("Ketik total rupiah"), key=f"{key}-total")
        return rupiah_of(rows or ""), rupiah_of(total or "")

    def problem(stated: tuple[int | None, int | None]) -> str | None:
        if stated == (found.row_count, found.total):
            return None
        return _("Jumlah baris dan total harus sama dengan batch ini.")

    def write(stated: tuple[int | None, int | None]) -> None:
        rows, total = stated
        notify_written(payouts.approve_batch(api(), found.id, row_count=rows or 0, total=total or 0, key=key))

    question = Question(
        _("Setujui batch {reference}?").format(reference=found.reference),
        [
            (_("Baris"), fmt.number(found.row_count)),
            (_("Total"), fmt.rupiah(found.total)),
            (_("Dibuat"), found.maker),
        ],
        [
            _("Isinya terkunci: jumlah baris dan total tidak dapat berubah lagi."),
            _("File bank dapat dibuat; uang keluar saat bank menjalankannya."),
            _("Permintaan di dalamnya hanya selesai lewat hasil bank."),
        ],
        _("Setujui batch"),
    )
    confirm(question, f"batch-{key}", Form(draw, problem), write)


def _open_cancel(found: Batch) -> None:
    key = new_decision_key()
    title = _("Tarik batch {reference}?").format(reference=found.reference)
    consequences = [_("Semua permintaan di dalamnya bebas lagi; uangnya tetap dicadangkan.")]
    confirm(
        Question(title, [], consequences, _("Tarik batch"), draft=f"batch-{found.id}-cancel"),
        f"batch-{key}",
        Form(
            lambda: st.text_input(_("Alasan (wajib)"), key=f"{key}-why", max_chars=2000) or "",
            lambda reason: None if reason.strip() else _("Isi alasan dulu."),
        ),
        lambda reason: notify_written(payouts.cancel_batch(api(), found.id, reason, key=key)),
    )
