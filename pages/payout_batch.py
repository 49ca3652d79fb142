"""Batch Pembayaran: choose what is paid together, have it checked, hand it to the bank, reconcile its answer."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions import payouts, withdrawals
from dashboard.actions.withdrawals import new_decision_key
from dashboard.client import api
from dashboard.components import (
    Column,
    Headline,
    confirm,
    empty_state,
    guarded,
    headlines,
    page_header,
    table,
    view_switch,
)
from dashboard.components.payout_batch import (
    batch_status,
    dry_run_or_none,
    nothing_open,
    resolve_buttons,
    row_state,
    show_batch,
)
from dashboard.components.withdrawal_decision import PICKED, told
from dashboard.components.withdrawal_risk import band_label, reason_label
from dashboard.i18n import _
from dashboard.links import VIEW
from dashboard.session import current_user
from queries.filters import Page

MOST = 1000
found = payouts.reconciliation(api())
batches, open_rows = found["batches"], found["open"]
waiting = [batch for batch in batches if batch["status"] == "proposed"]
unclear = [row for row in open_rows if row["state"] != "sent"]

page_header(
    _("Batch Pembayaran"),
    _("{waiting} batch menunggu pemeriksa, {open} baris belum jelas di bank").format(
        waiting=fmt.number(len(waiting)), open=fmt.number(len(unclear))
    ),
)
difference = sum(batch["difference"] for batch in batches)
headlines(
    [
        Headline(
            _("Menunggu pemeriksa"), fmt.number(len(waiting)), help=_("Batch yang sudah dibuat dan belum disetujui.")
        ),
        Headline(
            _("Di bank"),
            fmt.rupiah_short(sum(row["nominal"] for row in open_rows if row["state"] == "sent")),
            help=_("Nominal di batch yang disetujui tanpa hasil bank."),
            full=fmt.rupiah(sum(row["nominal"] for row in open_rows if row["state"] == "sent")),
        ),
        Headline(
            _("Belum jelas"),
            fmt.rupiah_short(sum(row["nominal"] for row in unclear)),
            help=_("Nominal baris yang tidak cocok atau meragukan."),
            full=fmt.rupiah(sum(row["nominal"] for row in unclear)),
        ),
        Headline(
            _("Selisih buku besar"),
            fmt.rupiah(difference),
            help=_("Dikonfirmasi bank dikurangi yang keluar di buku besar; harus Rp0."),
        ),
    ]
)
views = {"batch": _("Semua batch"), "terbuka": _("Rekonsiliasi")}
if current_user().role == "finance":
    choice = {"pilih": _("Buat batch")}
    # what was picked, or nothing made yet: the choice comes first
    views = {**choice, **views} if st.session_state.get(PICKED) or not batches else {**views, **choice}
view = view_switch(VIEW, _("Tampilan"), views)


def choose() -> None:
    """Rows from the queue, the dry run, and the proposal."""
    queue = withdrawals.queue(api(), 1, MOST, sort="priority")["data"]
    rows = pd.DataFrame([row for row in queue if row["batch"] is None])
    if rows.empty:
        empty_state(_("Tidak ada permintaan yang menunggu di luar batch."))
        return
    rows["risk_label"] = rows["risk_band"].map(band_label)
    rows["approved"] = [
        f"{have}/{needed}" for have, needed in zip(rows["approvals"], rows["approvals_needed"], strict=True)
    ]
    picked: dict[int, int] = st.session_state.setdefault(PICKED, {})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        profiles = {each["key"]: each["title"] for each in payouts.profiles(api())} | {"generic": _("Daftar umum")}
        profile = st.selectbox(
            _("File bank"), list(profiles), format_func=lambda key: profiles[key], key="batch-profile", width=260,
            index=list(profiles).index("generic"),
        )  # fmt: skip
        source = st.text_input(_("Rekening sumber"), key="batch-source", max_chars=20, width=200)
        if st.button(_("Pilih semua risiko rendah"), key="batch-low", icon=":material/done_all:"):
            low = rows[rows["risk_band"] == "low"]
            st.session_state[PICKED] = dict(zip(low["withdrawal_id"].tolist(), low["version"].tolist(), strict=True))
            st.session_state["batch-turn"] += 1
            st.rerun()
    columns = {
        "partner_name": st.column_config.TextColumn(_("Partner"), pinned=True),
        "nominal_told": st.column_config.TextColumn(_("Nominal"), alignment="right"),
        "bank_name": _("Bank"),
        "bank_account_no": _("Rekening"),
        "bank_account_name": _("Atas nama"),
        "risk_label": _("Risiko"),
        "approved": _("Setuju"),
    }
    shown = rows.assign(nominal_told=rows["nominal"].map(fmt.rupiah))[list(columns)]
    turn = st.session_state.setdefault("batch-turn", 0)  # a new one starts the choice again from what is picked
    marked = [position for position, key in enumerate(rows["withdrawal_id"]) if key in picked]
    at = st.session_state.setdefault(f"batch-marked-{turn}", marked)
    event = st.dataframe(
        shown,
        hide_index=True,
        lazy=False,
        height=360,
        column_config=columns,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": at}},
        key=f"batch-choice-{turn}",
        alt=_("Permintaan yang menunggu"),
    )
    chosen = rows.iloc[event["selection"]["rows"]]
    if chosen.empty:
        st.caption(_("Centang permintaan yang dibayar bersama."))
        return
    selection = [
        {"withdrawal_id": int(key), "version": int(version)}
        for key, version in zip(chosen["withdrawal_id"], chosen["version"], strict=True)
    ]
    st.session_state[PICKED] = {row["withdrawal_id"]: row["version"] for row in selection}
    run = dry_run_or_none(selection, profile)
    if run is not None:
        dry_run(run, selection, profile, source)


def dry_run(run: dict[str, Any], selection: list[dict[str, int]], profile: str, source: str) -> None:
    """What the batch would be, and the button that makes it."""
    with st.container(border=True):
        count, total = fmt.number(run["row_count"]), fmt.rupiah(run["total"])
        title = _("Uji coba: {count} baris, {total}").format(count=count, total=total)
        st.markdown(f"**{title}**")
        banks = " · ".join(
            f"{fmt.plain(bank)} {fmt.number(each['rows'])} / {fmt.rupiah(each['total'])}"
            for bank, each in run["banks"].items()
        )
        st.markdown(banks)
        if len(run["files"]) > 1:
            st.caption(_("Dibagi menjadi {count} file karena batas bank.").format(count=len(run["files"])))
        for row in run["rows"]:
            name = fmt.plain(row["partner_name"] or str(row["withdrawal_id"]))
            if row["problems"]:
                st.error(f"{name}: {'; '.join(row['problems'])}", icon=":material/block:")
        warned = [row for row in run["rows"] if row["warnings"]]
        if warned:
            lines = [
                f"- {fmt.plain(row['partner_name'])}: {', '.join(reason_label(each) for each in row['warnings'])}"
                for row in warned
            ]
            st.warning("\n".join(lines), icon=":material/warning:")
        if st.button(
            _("Buat batch"), key="batch-make", type="primary", icon=":material/inventory_2:", shortcut="B",
            disabled=bool(run["problems"]),
        ):  # fmt: skip
            propose(run, selection, profile, source)


def propose(run: dict[str, Any], selection: list[dict[str, int]], profile: str, source: str) -> None:
    """Ask once more, then make the batch."""
    key = new_decision_key()

    def write(comment: str) -> None:
        written = payouts.propose(
            api(), selection, profile, row_count=run["row_count"], total=run["total"], source_account=source,
            comment=comment, key=key,
        )  # fmt: skip
        told(written)
        st.session_state[PICKED] = {}
        st.session_state["batch-turn"] += 1
        st.query_params.from_dict({"batch": str(written.data["id"])})
        st.session_state["tampilan"] = "batch"

    confirm(
        _("Buat batch {count} baris?").format(count=fmt.number(run["row_count"])),
        [(_("Total"), fmt.rupiah(run["total"])), (_("File bank"), profile)],
        [
            _("Persetujuan Anda tercatat pada setiap permintaan."),
            _("Permintaan di dalamnya tidak dapat diputuskan sendiri-sendiri lagi."),
            _("Orang lain harus menyetujui batch ini; belum ada uang yang keluar."),
        ],
        _("Buat batch"),
        f"batch-{key}",
        write,
        body=lambda: st.text_input(_("Komentar"), key=f"{key}-comment", max_chars=2000) or "",
    )


def all_batches() -> None:
    """Batches on the left, the opened one on the right."""
    if not batches:
        may_make = current_user().role == "finance"
        empty_state(
            _("Belum ada batch. Pilih permintaan di tampilan Buat batch.")
            if may_make
            else _("Belum ada batch. Tim keuangan yang membuatnya.")
        )
        return
    left, right = st.columns([4, 7], gap="medium")
    rows = pd.DataFrame(batches)
    rows["created_at"] = pd.to_datetime(rows["created_at"], utc=True).dt.tz_localize(None)
    rows["status_label"] = rows["status"].map(batch_status)
    columns = [
        Column("reference", _("Batch"), width=105),
        Column("total", _("Total"), "money", width=120),
        Column("row_count", _("Baris"), "int", width=60),
        Column("status_label", _("Status"), "badge"),
        Column("created_at", _("Dibuat"), "instant"),
    ]
    with left:
        alt = _("Semua batch")
        picked = table(rows, columns, total=len(rows), key="batches", page=Page(MOST), alt=alt, select=True)
    if picked is not None:
        st.query_params["batch"] = str(int(picked["id"]))
    opened = st.query_params.get("batch", str(batches[0]["id"]))
    with right, guarded(_("Batch"), _("Daftar batch tetap dapat dipakai.")):
        if opened.isdecimal():
            show_batch(int(opened))


def reconciliation() -> None:
    """Batches against the ledger, and each open row with what a person can do."""
    if not batches:
        empty_state(_("Belum ada batch untuk dicocokkan."))
        return
    rows = pd.DataFrame(batches)
    rows["states_told"] = [
        ", ".join(f"{row_state(state)} {fmt.number(count)}" for state, count in states.items())
        for states in rows["states"]
    ]
    columns = [
        Column("reference", _("Batch"), opens=lambda row: f"/batch?batch={int(row['id'])}"),
        Column("total", _("Total"), "money"),
        Column("confirmed", _("Dikonfirmasi bank"), "money"),
        Column("in_ledger", _("Di buku besar"), "money"),
        Column("difference", _("Selisih"), "money", alarm=lambda row: bool(row["difference"])),
        Column("open", _("Terbuka"), "money"),
        Column("states_told", _("Baris")),
    ]
    table(rows, columns, total=len(rows), key="batch-ledger", page=Page(MOST), alt=_("Batch dan buku besar"))
    alt = _("Baris terbuka")
    st.markdown(f"**{alt}**")
    if not open_rows:
        nothing_open()
        return
    opened = pd.DataFrame(open_rows)
    opened["state_label"] = opened["state"].map(row_state)
    opened["reasons_told"] = opened["reasons"].map("; ".join)
    told_columns = [
        Column("reference", _("Referensi")),
        Column("nominal", _("Nominal"), "money"),
        Column("bank_account_name", _("Atas nama")),
        Column("bank_account_no", _("Rekening")),
        Column("state_label", _("Keadaan"), "badge", alarm=lambda row: row["state"] != "sent"),
        Column("reasons_told", _("Alasan")),
    ]
    picked = table(opened, told_columns, total=len(opened), key="open-rows", page=Page(MOST), alt=alt, select=True)
    if picked is not None and picked["state"] != "sent" and current_user().role == "finance":
        resolve_buttons(picked.to_dict())


with guarded(views[view], _("Tampilan lain tetap dapat dipakai.")):
    {"pilih": choose, "batch": all_batches, "terbuka": reconciliation}[view]()
