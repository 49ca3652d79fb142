"""The actions on a withdrawal, each with a dialog that says what it will do; all have a key."""

from collections.abc import Callable
from typing import TypeAlias

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.review import Dossier, Requirement
from dashboard.actions.withdrawals import (
    Shown,
    approve_withdrawal,
    cancel_withdrawal,
    new_decision_key,
    pay_withdrawal,
    reject_withdrawal,
    reverse_withdrawal,
    review_withdrawal,
    send_back,
)
from dashboard.actions.written import Written
from dashboard.client import ApiClient, api
from dashboard.components import Form, Question, comment_form, confirm, note_form, notify_written
from dashboard.components.payment_form import PaymentInput, payment_form
from dashboard.i18n import _
from dashboard.links import batch_link
from dashboard.session import current_user
from dashboard.state import REVIEW_DECIDED, ChosenRequest
from pages.payouts.chosen import choose, chosen, leave_out
from vocabulary import WAITING

Decide: TypeAlias = Callable[[ApiClient, Shown, str], Written[None]]


def actions(found: Dossier) -> None:
    """The buttons that this person may use now."""
    status, role = found.withdrawal.status, current_user().role
    if status == "completed" and role == "finance":
        yes = _("Dana kembali")
        if st.button(yes, key=_key("reverse", found), icon=":material/undo:"):
            title = _("Catat dana yang dikembalikan bank?")
            _open(
                found,
                Question(title, _facts(found), _returned(found), yes, _draft("reverse", found)),
                reverse_withdrawal,
            )
    if status not in WAITING:
        return
    if found.batch:
        link = f"[{found.batch.reference}]({batch_link(found.batch.id)})"
        st.info(_("Permintaan ini diputuskan bersama batch {batch}.").format(batch=link), icon=":material/inventory_2:")
        return
    with st.container(horizontal=True, gap="xsmall"):
        if role == "finance":
            _finance_actions(found)
        if status == "requested" and st.button(_("Batalkan"), key=_key("cancel", found), icon=":material/close:"):
            title, yes = _("Batalkan permintaan ini?"), _("Batalkan permintaan")
            _open(
                found, Question(title, _facts(found), _release(found), yes, _draft("cancel", found)), cancel_withdrawal
            )


def _finance_actions(found: Dossier) -> None:
    _approve_and_pay(found)
    _choose_for_batch(found)
    if found.withdrawal.status == "requested":
        if st.button(_("Tinjau"), key=_key("review", found), icon=":material/visibility:", shortcut="T"):
            title, yes = _("Tinjau permintaan ini?"), _("Tinjau")
            question = Question(title, _facts(found), _review_lines(), yes, _draft("review", found))
            _open(found, question, review_withdrawal)
    elif found.requirement.approvals and st.button(
        _("Kembalikan"), key=_key("back", found), icon=":material/reply:", shortcut="U"
    ):
        title, yes, lines = _("Kembalikan ke pembuat?"), _("Kembalikan"), _back_lines(found.requirement)
        _open(found, Question(title, _facts(found), lines, yes, _draft("back", found)), send_back)
    if st.button(_("Tolak"), key=_key("reject", found), icon=":material/block:", shortcut="X"):
        title, yes = _("Tolak permintaan ini?"), _("Tolak")
        question = Question(title, _facts(found), _release(found), yes, _draft("reject", found))
        _open(found, question, reject_withdrawal)


def _approve_and_pay(found: Dossier) -> None:
    needed = found.requirement
    has_approved = any(each.actor_id == found.you.id for each in needed.approvals)
    may_approve = not needed.satisfied and (not has_approved or found.you.may_self_approve)
    may_pay = needed.satisfied or (needed.missing == 1 and may_approve)
    if st.button(
        _("Setujui"),
        key=_key("approve", found),
        type="primary",
        icon=":material/check:",
        shortcut="A",
        disabled=not may_approve,
        help=None if may_approve else _approval_help(needed),
    ):
        _open_approval(found)
    if st.button(
        _("Bayar"),
        key=_key("pay", found),
        icon=":material/payments:",
        shortcut="B",
        disabled=not may_pay,
        help=_("Catat transfer yang sudah dikirim, dengan buktinya.")
        if may_pay
        else _("Menunggu persetujuan {count} orang lagi.").format(count=needed.missing),
    ):
        _open_payment(found)


def _choose_for_batch(found: Dossier) -> None:
    about = found.withdrawal
    is_chosen = about.id in chosen()
    label = _("Lepas dari batch") if is_chosen else _("Pilih untuk batch")
    if st.button(label, key=_key("pick", found), icon=":material/playlist_add:", shortcut="P"):
        if is_chosen:
            leave_out(about.id)
        else:
            choose({**chosen(), about.id: ChosenRequest(about.version, about.nominal)})
        st.rerun()


def _approval_help(needed: Requirement) -> str:
    if needed.satisfied:
        return _("Semua persetujuan sudah ada; tinggal dibayar.")
    return _("Anda sudah menyetujui; orang lain yang melanjutkan.")


def _facts(found: Dossier) -> list[tuple[str, str]]:
    about = found.withdrawal
    return [
        (_("Nominal"), fmt.rupiah(about.nominal)),
        (_("Partner"), found.partner.full_name),
        (_("Bank"), about.bank_name),
        (_("Rekening"), f"…{about.bank_account_no[-4:]} a.n. {about.bank_account_name}"),
    ]


def _review_lines() -> list[str]:
    return [_("Status menjadi Ditinjau; uang tetap dicadangkan."), _("Partner tidak dapat lagi membatalkannya.")]


def _back_lines(needed: Requirement) -> list[str]:
    names = ", ".join(each.name for each in needed.approvals)
    return [
        _("Persetujuan {names} gugur.").format(names=names),
        _("Permintaan tetap Ditinjau dan mulai lagi dari awal."),
    ]


def _release(found: Dossier) -> list[str]:
    return [
        _("{amount} kembali ke saldo partner.").format(amount=fmt.rupiah(found.withdrawal.nominal)),
        _("Keputusan ini final dan tercatat di audit."),
    ]


def _returned(found: Dossier) -> list[str]:
    amount = fmt.rupiah(found.withdrawal.nominal)
    return [
        _("{amount} kembali ke saldo partner lewat entri koreksi; entri lama tetap ada.").format(amount=amount),
        _("Pastikan bank sudah benar-benar mengembalikan dananya."),
        _("Keputusan ini final dan tercatat di audit."),
    ]


def _approval_lines(needed: Requirement) -> list[str]:
    others = needed.missing - 1
    after = (
        _("Sesudah ini masih perlu persetujuan {count} orang lain.").format(count=others)
        if others > 0
        else _("Sesudah ini permintaan siap dibayar.")
    )
    seen = _("Yang tampil di layar ini disimpan bersama keputusan Anda.")
    return [_("Belum ada uang yang keluar."), after, seen]


def _payment_lines(amount: str) -> list[str]:
    return [
        _("{amount} keluar dari saldo partner; tidak dapat dibatalkan.").format(amount=amount),
        _("Pastikan transfer sudah benar-benar dikirim ke rekening di atas."),
        _("Nominal, tanggal, dan 4 digit akhir harus sama dengan permintaan ini."),
        _("Bukti dan keputusan tercatat di audit atas nama Anda."),
    ]


def _open(found: Dossier, question: Question, decide: Decide) -> None:
    shown = _shown(found)
    form = note_form(f"wd-{shown.key}", _("Catatan (wajib)"))
    confirm(question, f"wd-{shown.key}", form, lambda notes: _decided(found, decide(api(), shown, notes)))


def _open_approval(found: Dossier) -> None:
    shown = _shown(found)
    title = _("Setujui {amount}?").format(amount=fmt.rupiah(found.withdrawal.nominal))
    confirm(
        Question(title, _facts(found), _approval_lines(found.requirement), _("Setujui"), _draft("approve", found)),
        f"wd-{shown.key}",
        comment_form(f"wd-{shown.key}"),
        lambda comment: _recorded(approve_withdrawal(api(), shown, comment)),
    )


def _open_payment(found: Dossier) -> None:
    shown, amount = _shown(found), fmt.rupiah(found.withdrawal.nominal)
    needs_note = found.withdrawal.status == "requested"

    def draw() -> tuple[PaymentInput, str]:
        entered = payment_form(f"wd-{shown.key}")
        label = _("Catatan (wajib)") if needs_note else _("Catatan")
        return entered, st.text_input(label, key=f"wd-{shown.key}-note", max_chars=2000) or ""

    def problem(value: tuple[PaymentInput, str]) -> str | None:
        entered, notes = value
        return entered.problem() or (_("Isi catatan dulu.") if needs_note and not notes.strip() else None)

    def write(value: tuple[PaymentInput, str]) -> None:
        entered, notes = value
        _decided(found, pay_withdrawal(api(), shown, entered.payment(), notes))

    title = _("Catat pembayaran {amount}?").format(amount=amount)
    question = Question(title, _facts(found), _payment_lines(amount), _("Catat pembayaran"), _draft("pay", found))
    confirm(question, f"wd-{shown.key}", Form(draw, problem), write)


def _key(action: str, found: Dossier) -> str:
    """The key of a button: one of another request is another button, so that a press is never taken for it."""
    return f"wd-{action}-{found.withdrawal.id}"


def _draft(action: str, found: Dossier) -> str:
    return f"withdrawal-{found.withdrawal.id}-{action}"


def _shown(found: Dossier) -> Shown:
    return Shown(found.withdrawal.id, found.seen, new_decision_key())


def _decided(found: Dossier, written: Written[None]) -> None:
    """As `_recorded`; what was chosen for a batch is decided otherwise now."""
    leave_out(found.withdrawal.id)
    _recorded(written)


def _recorded(written: Written[None]) -> None:
    """The queue goes on to the next request."""
    notify_written(written)
    REVIEW_DECIDED.set(True)
