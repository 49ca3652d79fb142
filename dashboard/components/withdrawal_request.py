"""One withdrawal request: its money, its risk, its history and the decision."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import format as fmt
from dashboard import theme
from dashboard.actions.withdrawals import (
    Proof,
    approve_withdrawal,
    cancel_withdrawal,
    new_decision_key,
    reject_withdrawal,
    reverse_withdrawal,
    review_withdrawal,
    transaction_history,
    withdrawal_detail,
)
from dashboard.actions.written import Written
from dashboard.client import api
from dashboard.components.chart import chart
from dashboard.components.confirm import confirm
from dashboard.components.states import empty_state
from dashboard.components.table import Column, table
from dashboard.freshness import wait_until_landed
from dashboard.i18n import _
from dashboard.labels import withdrawal_status
from dashboard.runtime import runtime
from dashboard.session import current_user
from queries import withdrawals as questions
from queries.filters import Page

SHOWN = 20
PROOF_MEGABYTES = 5  # as the API enforces
Detail = dict[str, Any]


def show_request(withdrawal_id: int) -> None:
    """Draw the request, read fresh through the API."""
    detail = withdrawal_detail(api(), withdrawal_id)
    name = f"[{_plain(detail['partner_name'])}](/partner?id={detail['partner_id']})"
    st.subheader(f"{fmt.rupiah(detail['withdrawal_nominal'])} · {name}", anchor=False)
    st.markdown(
        _("ke **{bank} {account}** a.n. **{name}** · {status}").format(
            bank=_plain(detail["bank_name"]),
            account=_plain(detail["bank_account_no"]),
            name=_plain(detail["bank_account_name"]),
            status=withdrawal_status(detail["status"]),
        )
    )
    _actions(withdrawal_id, detail)
    if detail["status"] in questions.WAITING:
        _bridge(detail)
    _ratios(detail)
    _history(detail)
    _behind(withdrawal_id, detail["partner_id"])


def _plain(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#$~:|" else sign for sign in text)


def _bridge(detail: Detail) -> None:
    labels = [_("Saldo sekarang"), _("Withdrawal ini"), _("Saldo sesudahnya")]
    values = [detail["current_balance"], -detail["withdrawal_nominal"], detail["balance_after_approval"]]
    figure = go.Figure(
        go.Waterfall(
            x=labels,
            y=values,
            measure=["absolute", "relative", "total"],
            text=[fmt.rupiah_short(value) for value in values],
            totals={"marker": {"color": theme.color("primary")}},
            decreasing={"marker": {"color": theme.color("warn")}},
        )
    )
    figure.update_yaxes(visible=False)
    title = _("Saldo menjadi {after} sesudah persetujuan").format(after=fmt.rupiah(detail["balance_after_approval"]))
    chart(figure, title, alt=title, key="wd-bridge", height=200)


def _iso_day(text: str | None) -> str:
    return fmt.day(date.fromisoformat(text[:10])) if text else fmt.NONE


def _share(parts: list[int]) -> str:
    return f"{fmt.percent(*parts)} · {fmt.ratio(*parts)}"


def _ratios(detail: Detail) -> None:
    info = detail["information_summary"]
    facts = {
        _("Bergabung"): _iso_day(info["join_date"]),
        _("Pickup terakhir"): _iso_day(info["last_pickup"]),
        _("Rasio masalah"): _share(info["problem_ratio"]["ratio"]),
        _("Rasio retur"): _share(info["retur_ratio"]["ratio"]),
        _("Potensi ongkir retur"): fmt.rupiah(detail["retur_shipping_cost_potensial"]),
        _("Ongkir retur dalam perjalanan"): fmt.rupiah(detail["retur_shipping_cost_when_arrived"]),
        _("Potensi pendapatan"): fmt.rupiah(detail["potecy_income"]),
        _("Saldo ideal"): fmt.rupiah(detail["ideal_balance"]),
    }
    st.table(facts, border="horizontal")
    if detail["notes"]:
        st.info(_plain(detail["notes"]), title=_("Catatan"), icon=":material/sticky_note_2:")


def _history(detail: Detail) -> None:
    with st.expander(_("Mutasi saldo"), on_change="rerun", key="wd-history") as section:
        if not section.open:
            return
        rows = pd.DataFrame(transaction_history(api(), detail["partner_user_id"], 1, SHOWN)["data"])
        if rows.empty:
            empty_state(_("Belum ada mutasi saldo."))
            return
        columns = [
            Column("created_at", _("Waktu")),
            Column("description", _("Keterangan")),
            Column("type", _("Arah")),
            Column("nominal", _("Nominal"), "money"),
            Column("saldo", _("Saldo"), "money"),
            Column("cnote", _("Resi")),
        ]
        table(rows, columns, total=len(rows), key="wdh", page=Page(SHOWN), alt=_("Mutasi saldo"), select=False)


def _behind(withdrawal_id: int, partner_id: int) -> None:
    with runtime().warehouse.read() as connection:
        orders = questions.orders_behind(connection, withdrawal_id, Page(SHOWN))
        last = questions.last_withdrawals(connection, partner_id)
    with st.expander(_("Pesanan di balik permintaan ini ({count})").format(count=fmt.number(orders.total))):
        if orders.total:
            columns = [
                Column("order_no", _("No. pesanan")),
                Column("courier", _("Ekspedisi")),
                Column("delivered_at", _("Diterima"), "instant"),
                Column("net_profit", _("Hak partner"), "money"),
            ]
            alt = _("Pesanan di balik permintaan")
            table(orders.rows, columns, total=len(orders.rows), key="wdo", page=Page(SHOWN), alt=alt, select=False)
        else:
            empty_state(_("Tidak ada pesanan yang diterima sejak withdrawal selesai sebelumnya."))
    with st.expander(_("Lima withdrawal terakhir")):
        labelled = last.assign(status_label=last["status"].map(withdrawal_status))
        columns = [
            Column("created_at", _("Diminta"), "instant"),
            Column("nominal", _("Nominal"), "money"),
            Column("status_label", _("Status"), "badge"),
            Column("bank_account_no", _("Rekening")),
        ]
        alt = _("Lima withdrawal terakhir")
        table(labelled, columns, total=len(last), key="wdl", page=Page(SHOWN), alt=alt, select=False)


def _actions(withdrawal_id: int, detail: Detail) -> None:
    status, role = detail["status"], current_user().role
    if status == "completed" and role == "finance":
        title, yes = _("Catat dana yang dikembalikan bank?"), _("Dana kembali")
        if st.button(yes, key="wd-reverse", icon=":material/undo:"):
            _open(withdrawal_id, detail, title, yes, reverse_withdrawal, _returned(detail))
    if status not in questions.WAITING:
        return
    with st.container(horizontal=True):
        if role == "finance":
            if status == "requested" and st.button(_("Tinjau"), key="wd-review", icon=":material/visibility:"):
                _open(
                    withdrawal_id, detail, _("Tinjau permintaan ini?"), _("Tinjau"), review_withdrawal, _review_lines()
                )
            if st.button(_("Setujui & unggah bukti"), key="wd-approve", type="primary", icon=":material/check:"):
                _open_approval(withdrawal_id, detail)
            if st.button(_("Tolak"), key="wd-reject", icon=":material/block:"):
                _open(
                    withdrawal_id, detail, _("Tolak permintaan ini?"), _("Tolak"), reject_withdrawal, _release(detail)
                )
        if status == "requested" and st.button(_("Batalkan"), key="wd-cancel", icon=":material/close:"):
            title = _("Batalkan permintaan ini?")
            _open(withdrawal_id, detail, title, _("Batalkan permintaan"), cancel_withdrawal, _release(detail))


def _facts(detail: Detail) -> list[tuple[str, str]]:
    return [
        (_("Nominal"), fmt.rupiah(detail["withdrawal_nominal"])),
        (_("Partner"), detail["partner_name"]),
        (_("Bank"), detail["bank_name"]),
        (_("Rekening"), f"…{detail['bank_account_no'][-4:]} a.n. {detail['bank_account_name']}"),
    ]


def _review_lines() -> list[str]:
    return [_("Status menjadi Ditinjau; uang tetap dicadangkan."), _("Partner tidak dapat lagi membatalkannya.")]


def _release(detail: Detail) -> list[str]:
    amount = fmt.rupiah(detail["withdrawal_nominal"])
    return [
        _("{amount} kembali ke saldo partner.").format(amount=amount),
        _("Keputusan ini final dan tercatat di audit."),
    ]


def _returned(detail: Detail) -> list[str]:
    amount = fmt.rupiah(detail["withdrawal_nominal"])
    return [
        _("{amount} kembali ke saldo partner lewat entri koreksi; entri lama tetap ada.").format(amount=amount),
        _("Pastikan bank sudah benar-benar mengembalikan dananya."),
        _("Keputusan ini final dan tercatat di audit."),
    ]


def _open(
    withdrawal_id: int,
    detail: Detail,
    title: str,
    yes: str,
    decide: Callable[..., Written],
    consequences: list[str],
) -> None:
    key = new_decision_key()

    def write(notes: str) -> None:
        written = decide(api(), withdrawal_id, notes, version=detail["version"], key=key)
        _told(written)

    confirm(
        title,
        _facts(detail),
        consequences,
        yes,
        f"wd-{key}",
        write,
        body=lambda: st.text_area(_("Catatan (wajib)"), key=f"wd-note-{key}", max_chars=2000),
        missing=lambda notes: None if str(notes).strip() else _("Isi catatan dulu."),
    )


def _open_approval(withdrawal_id: int, detail: Detail) -> None:
    key = new_decision_key()
    needs_note = detail["status"] == "requested"

    def inputs() -> tuple[Any, str]:
        upload = st.file_uploader(
            _("Bukti transfer (PNG, JPEG, WebP, PDF, maks. 5 MB)"),
            type=["png", "jpg", "jpeg", "webp", "pdf"],
            key=f"wd-proof-{key}",
            max_upload_size=PROOF_MEGABYTES,
        )
        label = _("Catatan (wajib)") if needs_note else _("Catatan")
        return upload, st.text_area(label, key=f"wd-note-{key}", max_chars=2000) or ""

    def lacking(value: tuple[Any, str]) -> str | None:
        if value[0] is None:
            return _("Unggah bukti transfer dulu.")
        return _("Isi catatan dulu.") if needs_note and not value[1].strip() else None

    def write(value: tuple[Any, str]) -> None:
        upload, notes = value
        proof = Proof(upload.name, upload.getvalue(), upload.type or "application/octet-stream")
        written = approve_withdrawal(api(), withdrawal_id, proof, notes, version=detail["version"], key=key)
        _told(written)

    amount = fmt.rupiah(detail["withdrawal_nominal"])
    confirm(
        _("Setujui pembayaran {amount}?").format(amount=amount),
        _facts(detail),
        [
            _("{amount} keluar dari saldo partner; tidak dapat dibatalkan.").format(amount=amount),
            _("Pastikan transfer sudah benar-benar dikirim ke rekening di atas."),
            _("Bukti dan keputusan tercatat di audit atas nama Anda."),
        ],
        _("Setujui"),
        f"wd-{key}",
        write,
        body=inputs,
        missing=lacking,
    )


def _told(written: Written) -> None:
    landed = wait_until_landed(written.change_seq)
    text = _("Keputusan tercatat.") if landed else _("Keputusan tercatat; angka menyusul sebentar lagi.")
    st.toast(text, icon=":material/check_circle:")
