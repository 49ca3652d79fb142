"""Rows of a batch, and what a person can record about one that is not clear."""

from collections.abc import Sequence

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.answers import frame
from dashboard.actions.payouts import Batch, PayoutRow, Reconciliation, resolve_failed, resolve_paid
from dashboard.actions.withdrawals import new_decision_key
from dashboard.client import api
from dashboard.components import Column, Form, Question, confirm, marked_row, notify_written, whole_view
from dashboard.components.payment_form import PaymentInput, payment_form
from dashboard.i18n import _
from dashboard.links import withdrawal_link
from dashboard.session import current_user
from pages.payouts.labels import row_state

RESOLVABLE = ("mismatched", "suspect")


def batch_rows(batch: Batch) -> None:
    """The rows of one batch."""
    columns = [
        Column("reference", _("Referensi"), opens=lambda row: withdrawal_link(int(row["withdrawal_id"]))),
        Column("bank_account_name", _("Atas nama")),
        Column("bank_name", _("Bank")),
        Column("bank_account_no", _("Rekening"), copies=True),
        Column("nominal", _("Nominal"), "money", copies=True),
        Column("state_label", _("Keadaan"), "badge", alarm=lambda row: row["state"] in RESOLVABLE),
        Column("reason", _("Alasan")),
    ]
    _table(batch.rows, columns, "batch-rows", _("Baris batch"), batch.total)


def open_rows(found: Reconciliation) -> None:
    """The open rows of all batches."""
    columns = [
        Column("reference", _("Referensi")),
        Column("nominal", _("Nominal"), "money", copies=True),
        Column("bank_account_name", _("Atas nama")),
        Column("bank_account_no", _("Rekening"), copies=True),
        Column("state_label", _("Keadaan"), "badge", alarm=lambda row: row["state"] != "sent"),
        Column("reason", _("Alasan")),
    ]
    _table(found.open, columns, "open-rows", _("Baris terbuka"), found.sums.open)


def _table(rows: Sequence[PayoutRow], columns: Sequence[Column], key: str, alt: str, nominal: int) -> None:
    shown = frame(PayoutRow, rows).assign(
        state_label=[row_state(row.state) for row in rows], reason=["; ".join(row.reasons) for row in rows]
    )
    sums, view = {"nominal": fmt.rupiah(nominal)}, whole_view(key, len(rows))
    marked = marked_row(shown, columns, view, id_column="id", total=len(rows), alt=alt, sums=sums)
    if marked is None or current_user().role != "finance":
        return
    row = next(row for row in rows if row.id == int(marked["id"]))
    if row.state in RESOLVABLE:
        _resolution(row)


def _resolution(row: PayoutRow) -> None:
    with st.container(horizontal=True):
        if st.button(_("Ternyata dibayar"), key=f"row-paid-{row.id}", icon=":material/check:"):
            _open_paid(row)
        if st.button(_("Ternyata gagal"), key=f"row-failed-{row.id}", icon=":material/close:"):
            _open_failed(row)


def _facts(row: PayoutRow) -> list[tuple[str, str]]:
    return [
        (_("Referensi"), row.reference),
        (_("Nominal"), fmt.rupiah(row.nominal)),
        (_("Rekening"), f"…{row.bank_account_no[-4:]} a.n. {row.bank_account_name}"),
    ]


def _note(key: str) -> str:
    return st.text_input(_("Dari mana Anda tahu? (wajib)"), key=f"{key}-note", max_chars=2000) or ""


def _note_problem(note: str) -> str | None:
    return None if note.strip() else _("Isi catatan dulu.")


def _open_paid(row: PayoutRow) -> None:
    key = new_decision_key()
    consequences = [
        _("{amount} keluar dari saldo partner; tidak dapat dibatalkan.").format(amount=fmt.rupiah(row.nominal)),
        _("Cocokkan dulu dengan mutasi rekening bank."),
    ]

    def draw() -> tuple[PaymentInput, str]:
        return payment_form(key), _note(key)

    def problem(value: tuple[PaymentInput, str]) -> str | None:
        entered, note = value
        return entered.problem() or _note_problem(note)

    def write(value: tuple[PaymentInput, str]) -> None:
        entered, note = value
        notify_written(resolve_paid(api(), row.id, note, entered.payment(), key=key))

    question = Question(
        _("Catat sebagai dibayar?"), _facts(row), consequences, _("Catat"), draft=f"payout-{row.id}-paid"
    )
    confirm(question, f"row-{key}", Form(draw, problem), write)


def _open_failed(row: PayoutRow) -> None:
    key = new_decision_key()
    consequences = [
        _("Permintaan kembali ke antrean dan dapat dibayar lagi."),
        _("Pastikan bank benar-benar tidak mengirim uangnya: kalau terkirim, partner dibayar dua kali."),
    ]
    confirm(
        Question(_("Catat sebagai gagal?"), _facts(row), consequences, _("Catat"), draft=f"payout-{row.id}-failed"),
        f"row-{key}",
        Form(lambda: _note(key), _note_problem),
        lambda note: notify_written(resolve_failed(api(), row.id, note, key=key)),
    )
