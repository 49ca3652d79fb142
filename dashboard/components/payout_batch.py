"""One payout batch: its rows, the checker's approval, the bank file, the bank's answer, and what is open."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions import payouts
from dashboard.actions.withdrawals import new_decision_key
from dashboard.actions.written import Written
from dashboard.client import ApiRefused, ApiUnreachable, api
from dashboard.components.confirm import confirm
from dashboard.components.states import empty_state, guarded
from dashboard.components.table import Column, table
from dashboard.components.withdrawal_decision import payment_inputs, payment_lacks, payment_of, rupiah_of, told
from dashboard.i18n import _
from dashboard.links import withdrawal_link
from dashboard.session import current_user
from queries.filters import Page

Batch = dict[str, Any]
SHOWN = 1000
_RESOLVABLE = ("mismatched", "suspect")


def batch_status(status: str) -> str:
    """proposed -> Diusulkan, ..."""
    return {
        "proposed": _("Menunggu pemeriksa"),
        "approved": _("Disetujui"),
        "closed": _("Selesai"),
        "canceled": _("Ditarik"),
    }[status]


def row_state(state: str) -> str:
    """suspect -> Meragukan, ..."""
    return {
        "proposed": _("Diusulkan"),
        "sent": _("Di bank"),
        "matched": _("Cocok, dibayar"),
        "mismatched": _("Tidak cocok"),
        "suspect": _("Meragukan"),
        "failed": _("Gagal"),
        "released": _("Dilepas"),
    }[state]


def show_batch(batch_id: int) -> None:
    """Draw the batch and what can be done with it now."""
    found = payouts.batch(api(), batch_id)
    st.subheader(f"{found['reference']} · {batch_status(found['status'])}", anchor=False)
    told_by = _("dibuat {maker}").format(maker=fmt.plain(found["maker"]))
    if found["checker"]:
        told_by += ", " + _("disetujui {checker}").format(checker=fmt.plain(found["checker"]))
    rows = _("{count} baris, {total}").format(count=fmt.number(found["row_count"]), total=fmt.rupiah(found["total"]))
    st.markdown(f"**{rows}** · {told_by} · {found['profile']}")
    if found["comment"]:
        st.caption(fmt.plain(found["comment"]))
    if current_user().role == "finance":
        _actions(found)
    _rows(found)
    for each in found["results"]:
        counts = ", ".join(f"{row_state(kind)} {fmt.number(count)}" for kind, count in each["counts"].items())
        st.caption(_("Hasil {name}: {counts}").format(name=fmt.plain(each["name"]), counts=counts or fmt.NONE))


def _actions(found: Batch) -> None:
    status = found["status"]
    if status == "proposed":
        with st.container(horizontal=True):
            if st.button(
                _("Setujui batch"),
                key="batch-approve",
                type="primary",
                icon=":material/check:",
                shortcut="A",
                disabled=not found["you_may_approve"],
                help=None if found["you_may_approve"] else _("Anda pembuatnya; orang lain yang menyetujui."),
            ):
                _open_approval(found)
            _take_back(found)
    elif status in ("approved", "closed"):
        may_stop = found["stopped"] and found["may_be_taken_back"]
        if may_stop:
            names = ", ".join(fmt.plain(partner["full_name"]) for partner in found["stopped"])
            st.warning(
                _(
                    "{partners} ditandai palsu atau ditahan sesudah persetujuan. "
                    "Tarik batch ini dan buat yang baru tanpa partner itu."
                ).format(partners=names),
                icon=":material/block:",
            )
        else:
            _files(found)
        if found["may_be_taken_back"]:
            _take_back(found)
        if status == "approved" and not may_stop:
            _result(found)


def _take_back(found: Batch) -> None:
    if st.button(_("Tarik batch"), key="batch-cancel", icon=":material/undo:"):
        _open_cancel(found)


def _open_approval(found: Batch) -> None:
    key = new_decision_key()
    count, total = found["row_count"], found["total"]

    def inputs() -> tuple[str, str]:
        left, right = st.columns(2)
        return (
            left.text_input(_("Ketik jumlah baris"), key=f"{key}-rows") or "",
            right.text_input(_("Ketik total rupiah"), key=f"{key}-total") or "",
        )

    def lacking(value: tuple[str, str]) -> str | None:
        if (rupiah_of(value[0]), rupiah_of(value[1])) == (count, total):
            return None
        return _("Jumlah baris dan total harus sama dengan batch ini.")

    def write(value: tuple[str, str]) -> None:
        rows, stated = rupiah_of(value[0]) or 0, rupiah_of(value[1]) or 0
        told(payouts.approve_batch(api(), found["id"], row_count=rows, total=stated, key=key))

    confirm(
        _("Setujui batch {reference}?").format(reference=found["reference"]),
        [
            (_("Baris"), fmt.number(count)),
            (_("Total"), fmt.rupiah(total)),
            (_("Dibuat"), found["maker"]),
        ],
        [
            _("Isinya terkunci: jumlah baris dan total tidak dapat berubah lagi."),
            _("File bank dapat dibuat; uang keluar saat bank menjalankannya."),
            _("Permintaan di dalamnya hanya selesai lewat hasil bank."),
        ],
        _("Setujui batch"),
        f"batch-{key}",
        write,
        body=inputs,
        missing=lacking,
    )


def _open_cancel(found: Batch) -> None:
    key = new_decision_key()
    confirm(
        _("Tarik batch {reference}?").format(reference=found["reference"]),
        [],
        [_("Semua permintaan di dalamnya bebas lagi; uangnya tetap dicadangkan.")],
        _("Tarik batch"),
        f"batch-{key}",
        lambda comment: told(payouts.cancel_batch(api(), found["id"], comment, key=key)),
        body=lambda: st.text_input(_("Alasan (wajib)"), key=f"{key}-why", max_chars=2000),
        missing=lambda text: None if str(text).strip() else _("Isi alasan dulu."),
    )


def _files(found: Batch) -> None:
    """Download buttons; the file is made, and audited, when one is clicked."""
    batch_id, client = found["id"], api()  # the file is made outside of the script's run, where nobody is signed in
    with st.container(horizontal=True):
        for kind in found["formats"]:
            st.download_button(
                _("File bank {kind}").format(kind=kind.upper()),
                lambda kind=kind: payouts.bank_file(client, batch_id, kind, 1)[0],
                f"{found['reference']}-{found['profile']}.{kind}",
                key=f"batch-file-{kind}",
                icon=":material/download:",
                on_click="ignore",
                help=_("Setiap pembuatan file tercatat di audit."),
            )
        for part in range(2, found["parts"] + 1):
            kind = found["formats"][0]
            st.download_button(
                _("Bagian {part}").format(part=part),
                lambda part=part, kind=kind: payouts.bank_file(client, batch_id, kind, part)[0],
                f"{found['reference']}-{found['profile']}-{part}.{kind}",
                key=f"batch-file-{part}",
                icon=":material/download:",
                on_click="ignore",
            )


def _result(found: Batch) -> None:
    """Upload of the bank's answer: first what it would do, then the import."""
    with st.container(border=True):
        upload = st.file_uploader(_("Hasil dari bank (CSV atau XLSX)"), type=["csv", "xlsx", "txt"], key="batch-result")
        if upload is None:
            return
        with guarded(_("Hasil bank"), _("Tidak ada yang diimpor.")):
            preview = _import(found, upload, dry_run=True, key=new_decision_key()).data
            counts = preview["counts"]
            if not counts:
                st.info(_("Tidak ada baris terbuka di file ini."), icon=":material/info:")
                return
            st.markdown(" · ".join(f"**{row_state(kind)}** {fmt.number(count)}" for kind, count in counts.items()))
            if st.button(_("Impor hasil"), key="batch-import", type="primary", icon=":material/publish:"):
                _open_import(found, upload, counts)


def _import(found: Batch, upload: Any, *, dry_run: bool, key: str) -> Written:
    return payouts.import_result(api(), found["id"], upload.name, upload.getvalue(), dry_run=dry_run, key=key)


def _open_import(found: Batch, upload: Any, counts: dict[str, int]) -> None:
    key = new_decision_key()
    lines = {
        "matched": _("{count} permintaan selesai dan uangnya keluar dari saldo partner."),
        "failed": _("{count} permintaan gagal di bank dan kembali ke antrean."),
        "mismatched": _("{count} baris tidak cocok dan menunggu keputusan orang."),
        "suspect": _("{count} baris meragukan: tidak diulang sebelum jelas."),
    }
    confirm(
        _("Impor hasil bank?"),
        [(_("File"), upload.name)],
        [lines[kind].format(count=fmt.number(count)) for kind, count in counts.items()],
        _("Impor hasil"),
        f"batch-{key}",
        lambda _value: told(_import(found, upload, dry_run=False, key=key)),
    )


def _rows(found: Batch) -> None:
    rows = pd.DataFrame(found["rows"])
    rows["state_label"] = rows["state"].map(row_state)
    rows["reasons_told"] = rows["reasons"].map("; ".join)
    columns = [
        Column("reference", _("Referensi"), width=140, opens=lambda row: withdrawal_link(int(row["withdrawal_id"]))),
        Column("bank_account_name", _("Atas nama"), width=150),
        Column("bank_name", _("Bank"), width=80),
        Column("bank_account_no", _("Rekening"), width=120),
        Column("nominal", _("Nominal"), "money", width=120),
        Column("state_label", _("Keadaan"), "badge", alarm=lambda row: row["state"] in _RESOLVABLE),
        Column("reasons_told", _("Alasan")),
    ]
    alt = _("Baris batch")
    picked = table(rows, columns, total=len(rows), key="batch-rows", page=Page(SHOWN), alt=alt, select=True)
    if picked is not None and picked["state"] in _RESOLVABLE and current_user().role == "finance":
        resolve_buttons(picked.to_dict())


def resolve_buttons(row: dict[str, Any]) -> None:
    """What a person can say of an open row."""
    with st.container(horizontal=True):
        if st.button(_("Ternyata dibayar"), key=f"row-paid-{row['id']}", icon=":material/check:"):
            _open_resolution(row, is_paid=True)
        if st.button(_("Ternyata gagal"), key=f"row-failed-{row['id']}", icon=":material/close:"):
            _open_resolution(row, is_paid=False)


def _open_resolution(row: dict[str, Any], *, is_paid: bool) -> None:
    key = new_decision_key()
    amount = fmt.rupiah(int(row["nominal"]))

    def inputs() -> tuple[str, Any]:
        value = payment_inputs(key) if is_paid else None
        return st.text_input(_("Dari mana Anda tahu? (wajib)"), key=f"{key}-note", max_chars=2000) or "", value

    def lacking(value: tuple[str, Any]) -> str | None:
        if is_paid and (lacks := payment_lacks(value[1])):
            return lacks
        return None if value[0].strip() else _("Isi catatan dulu.")

    def write(value: tuple[str, Any]) -> None:
        payment = payment_of(value[1]) if is_paid else None
        told(payouts.resolve_row(api(), int(row["id"]), value[0], payment, key=key))

    paid = [
        _("{amount} keluar dari saldo partner; tidak dapat dibatalkan.").format(amount=amount),
        _("Cocokkan dulu dengan mutasi rekening bank."),
    ]
    failed = [
        _("Permintaan kembali ke antrean dan dapat dibayar lagi."),
        _("Pastikan bank benar-benar tidak mengirim uangnya: kalau terkirim, partner dibayar dua kali."),
    ]
    confirm(
        _("Catat sebagai dibayar?") if is_paid else _("Catat sebagai gagal?"),
        [
            (_("Referensi"), row["reference"]),
            (_("Nominal"), amount),
            (_("Rekening"), f"…{row['bank_account_no'][-4:]} a.n. {row['bank_account_name']}"),
        ],
        paid if is_paid else failed,
        _("Catat"),
        f"row-{key}",
        write,
        body=inputs,
        missing=lacking,
    )


def dry_run_or_none(rows: list[dict[str, int]], profile: str) -> dict[str, Any] | None:
    """The dry run; None, with the reason on the screen, where the API refuses it."""
    try:
        return payouts.dry_run(api(), rows, profile)
    except ApiRefused as refused:
        st.error(refused.sentence, icon=":material/error:")
    except ApiUnreachable:
        st.error(_("Layanan tidak menjawab. Coba lagi."), icon=":material/error:")
    return None


def nothing_open() -> None:
    """The empty state of the open rows."""
    empty_state(_("Tidak ada baris terbuka: semua batch cocok dengan buku besar."))
