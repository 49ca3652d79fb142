"""The actions on a withdrawal, each with a dialog that says what it will do; all have a key."""

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.withdrawals import (
    Payment,
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
from dashboard.client import api
from dashboard.components.confirm import confirm
from dashboard.freshness import wait_until_landed
from dashboard.i18n import _
from dashboard.runtime import runtime
from dashboard.session import current_user
from queries.wib import business_day
from queries.withdrawals import WAITING

PROOF_MEGABYTES = 5  # as the API enforces
PICKED = "wd-picked"  # withdrawals that were picked for a batch: id -> version
Dossier = dict[str, Any]


def actions(withdrawal_id: int, found: Dossier) -> None:
    """The buttons that this person may use now."""
    status, role = found["withdrawal"]["status"], current_user().role
    if status == "completed" and role == "finance":
        title, yes = _("Catat dana yang dikembalikan bank?"), _("Dana kembali")
        if st.button(yes, key="wd-reverse", icon=":material/undo:"):
            _open(withdrawal_id, found, title, yes, reverse_withdrawal, _returned(found))
    if status not in WAITING:
        return
    if found["batch"]:
        link = f"[{found['batch']['reference']}](/batch?batch={found['batch']['id']})"
        st.info(_("Permintaan ini diputuskan bersama batch {batch}.").format(batch=link), icon=":material/inventory_2:")
        return
    with st.container(horizontal=True):
        if role == "finance":
            _finance_actions(withdrawal_id, found)
        if status == "requested" and st.button(_("Batalkan"), key="wd-cancel", icon=":material/close:"):
            title = _("Batalkan permintaan ini?")
            _open(withdrawal_id, found, title, _("Batalkan permintaan"), cancel_withdrawal, _release(found))


def _finance_actions(withdrawal_id: int, found: Dossier) -> None:
    needed = found["requirement"]
    has_approved = any(each["actor_id"] == found["you"]["id"] for each in needed["approvals"])
    missing = len(needed["roles"]) - len(needed["approvals"])
    may_approve = not needed["satisfied"] and (not has_approved or found["you"]["may_self_approve"])
    may_pay = needed["satisfied"] or (missing == 1 and may_approve)
    approving = st.button(
        _("Setujui"),
        key="wd-approve",
        type="primary",
        icon=":material/check:",
        shortcut="A",
        disabled=not may_approve,
        help=None if may_approve else _approval_help(needed),
    )
    if approving:
        _open_approval(withdrawal_id, found, missing)
    paying = st.button(
        _("Bayar"),
        key="wd-pay",
        icon=":material/payments:",
        shortcut="B",
        disabled=not may_pay,
        help=_("Catat transfer yang sudah dikirim, dengan buktinya.")
        if may_pay
        else _("Menunggu persetujuan {count} orang lagi.").format(count=missing),
    )
    if paying:
        _open_payment(withdrawal_id, found)
    picked = st.session_state.setdefault(PICKED, {})
    label = _("Lepas dari batch") if withdrawal_id in picked else _("Pilih untuk batch")
    if st.button(label, key="wd-pick", icon=":material/playlist_add:", shortcut="P"):
        if picked.pop(withdrawal_id, None) is None:
            picked[withdrawal_id] = found["withdrawal"]["version"]
        st.rerun()
    if found["withdrawal"]["status"] == "requested":
        if st.button(_("Tinjau"), key="wd-review", icon=":material/visibility:", shortcut="T"):
            title = _("Tinjau permintaan ini?")
            _open(withdrawal_id, found, title, _("Tinjau"), review_withdrawal, _review_lines())
    elif needed["approvals"] and st.button(_("Kembalikan"), key="wd-back", icon=":material/reply:", shortcut="U"):
        _open(withdrawal_id, found, _("Kembalikan ke pembuat?"), _("Kembalikan"), send_back, _back_lines(needed))
    if st.button(_("Tolak"), key="wd-reject", icon=":material/block:", shortcut="X"):
        _open(withdrawal_id, found, _("Tolak permintaan ini?"), _("Tolak"), reject_withdrawal, _release(found))


def _approval_help(needed: dict[str, Any]) -> str:
    if needed["satisfied"]:
        return _("Semua persetujuan sudah ada; tinggal dibayar.")
    return _("Anda sudah menyetujui; orang lain yang melanjutkan.")


def _facts(found: Dossier) -> list[tuple[str, str]]:
    about = found["withdrawal"]
    return [
        (_("Nominal"), fmt.rupiah(about["nominal"])),
        (_("Partner"), found["partner"]["full_name"]),
        (_("Bank"), about["bank_name"]),
        (_("Rekening"), f"…{about['bank_account_no'][-4:]} a.n. {about['bank_account_name']}"),
    ]


def _review_lines() -> list[str]:
    return [_("Status menjadi Ditinjau; uang tetap dicadangkan."), _("Partner tidak dapat lagi membatalkannya.")]


def _back_lines(needed: dict[str, Any]) -> list[str]:
    names = ", ".join(each["name"] for each in needed["approvals"])
    return [
        _("Persetujuan {names} gugur.").format(names=names),
        _("Permintaan tetap Ditinjau dan mulai lagi dari awal."),
    ]


def _release(found: Dossier) -> list[str]:
    amount = fmt.rupiah(found["withdrawal"]["nominal"])
    return [
        _("{amount} kembali ke saldo partner.").format(amount=amount),
        _("Keputusan ini final dan tercatat di audit."),
    ]


def _returned(found: Dossier) -> list[str]:
    amount = fmt.rupiah(found["withdrawal"]["nominal"])
    return [
        _("{amount} kembali ke saldo partner lewat entri koreksi; entri lama tetap ada.").format(amount=amount),
        _("Pastikan bank sudah benar-benar mengembalikan dananya."),
        _("Keputusan ini final dan tercatat di audit."),
    ]


def _open(
    withdrawal_id: int,
    found: Dossier,
    title: str,
    yes: str,
    decide: Callable[..., Written],
    consequences: list[str],
) -> None:
    key = new_decision_key()
    confirm(
        title,
        _facts(found),
        consequences,
        yes,
        f"wd-{key}",
        lambda notes: told(decide(api(), withdrawal_id, notes, seen=found["seen"], key=key)),
        body=lambda: st.text_input(_("Catatan (wajib)"), key=f"wd-note-{key}", max_chars=2000),
        missing=lambda notes: None if str(notes).strip() else _("Isi catatan dulu."),
    )


def _open_approval(withdrawal_id: int, found: Dossier, missing: int) -> None:
    key = new_decision_key()
    after = (
        _("Sesudah ini permintaan siap dibayar.")
        if missing <= 1
        else _("Sesudah ini masih perlu persetujuan {count} orang lain.").format(count=missing - 1)
    )
    confirm(
        _("Setujui {amount}?").format(amount=fmt.rupiah(found["withdrawal"]["nominal"])),
        _facts(found),
        [
            _("Belum ada uang yang keluar."),
            after,
            _("Yang tampil di layar ini disimpan bersama keputusan Anda."),
        ],
        _("Setujui"),
        f"wd-{key}",
        lambda comment: told(approve_withdrawal(api(), withdrawal_id, comment, seen=found["seen"], key=key)),
        body=lambda: st.text_input(_("Komentar"), key=f"wd-note-{key}", max_chars=2000) or "",
    )


def payment_inputs(key: str) -> tuple[Any, ...]:
    """The proof and what it says: (upload, amount text, day, last four digits)."""
    upload = st.file_uploader(
        _("Bukti transfer (PNG, JPEG, WebP, PDF, maks. 5 MB)"),
        type=["png", "jpg", "jpeg", "webp", "pdf"],
        key=f"{key}-proof",
        max_upload_size=PROOF_MEGABYTES,
    )
    if upload is not None and (upload.type or "").startswith("image/"):
        st.image(upload, width=260, alt=_("Bukti transfer"))
    left, middle, right = st.columns(3)
    amount = left.text_input(_("Nominal di bukti"), key=f"{key}-amount", placeholder="1.234.567")
    today = business_day(runtime().now())
    day = middle.date_input(_("Tanggal transfer"), today, max_value=today, key=f"{key}-day", format="DD/MM/YYYY")
    last = right.text_input(_("4 digit akhir rekening"), key=f"{key}-last", max_chars=4)
    return upload, amount, day, last


def payment_lacks(value: tuple[Any, ...]) -> str | None:
    """What is to be filled in first."""
    upload, amount, day, last = value
    if upload is None:
        return _("Unggah bukti transfer dulu.")
    if rupiah_of(amount) is None:
        return _("Isi nominal seperti di bukti, dalam rupiah penuh.")
    if not isinstance(day, date):
        return _("Isi tanggal transfer.")
    return None if len(last) == 4 and last.isascii() and last.isdigit() else _("Isi 4 digit akhir rekening.")


def rupiah_of(text: str) -> int | None:
    """Whole rupiah as a person types them (1.234.567, Rp 1,234,567, 1234567); None when it is something else."""
    digits = text.strip().removeprefix("Rp").strip()
    groups = digits.replace(",", ".").split(".")
    plain = groups[0].isascii() and all(group.isascii() and group.isdigit() for group in groups)
    if not plain or (len(groups) > 1 and any(len(group) != 3 for group in groups[1:])):
        return None
    return int("".join(groups)) or None


def payment_of(value: tuple[Any, ...]) -> Payment:
    """The filled-in inputs."""
    upload, amount, day, last = value
    mime = upload.type or "application/octet-stream"
    return Payment(upload.name, upload.getvalue(), mime, rupiah_of(amount) or 0, day, last)


def _open_payment(withdrawal_id: int, found: Dossier) -> None:
    key = new_decision_key()
    needs_note = found["withdrawal"]["status"] == "requested"

    def inputs() -> tuple[tuple[Any, ...], str]:
        value = payment_inputs(f"wd-{key}")
        label = _("Catatan (wajib)") if needs_note else _("Catatan")
        return value, st.text_input(label, key=f"wd-note-{key}", max_chars=2000) or ""

    def lacking(value: tuple[tuple[Any, ...], str]) -> str | None:
        if lacks := payment_lacks(value[0]):
            return lacks
        return _("Isi catatan dulu.") if needs_note and not value[1].strip() else None

    def write(value: tuple[tuple[Any, ...], str]) -> None:
        payment, notes = payment_of(value[0]), value[1]
        told(pay_withdrawal(api(), withdrawal_id, payment, notes, seen=found["seen"], key=key))

    amount = fmt.rupiah(found["withdrawal"]["nominal"])
    confirm(
        _("Catat pembayaran {amount}?").format(amount=amount),
        _facts(found),
        [
            _("{amount} keluar dari saldo partner; tidak dapat dibatalkan.").format(amount=amount),
            _("Pastikan transfer sudah benar-benar dikirim ke rekening di atas."),
            _("Nominal, tanggal, dan 4 digit akhir harus sama dengan permintaan ini."),
            _("Bukti dan keputusan tercatat di audit atas nama Anda."),
        ],
        _("Catat pembayaran"),
        f"wd-{key}",
        write,
        body=inputs,
        missing=lacking,
    )


def told(written: Written) -> None:
    """Say that it is done, once it can be seen; the queue goes on to the next request."""
    landed = wait_until_landed(written.change_seq)
    text = _("Keputusan tercatat.") if landed else _("Keputusan tercatat; angka menyusul sebentar lagi.")
    st.toast(text, icon=":material/check_circle:")
    st.session_state["wd-go-on"] = True
