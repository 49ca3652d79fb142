"""One withdrawal request on one screen: its money, its risk, what stands around it, and the decision."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import format as fmt
from dashboard import theme
from dashboard.actions.withdrawals import dossier, transaction_history, withdrawal_detail
from dashboard.client import api
from dashboard.components.chart import chart
from dashboard.components.states import empty_state
from dashboard.components.table import Column, table
from dashboard.components.withdrawal_decision import actions
from dashboard.components.withdrawal_replay import decisions, proof_panel
from dashboard.components.withdrawal_risk import (
    band_label,
    iso_day,
    number_label,
    priority_told,
    ratios,
    reason_label,
    risk_parts,
)
from dashboard.i18n import _
from dashboard.labels import ticket_status, withdrawal_status
from dashboard.links import withdrawal_link
from dashboard.runtime import runtime
from queries import withdrawal_risk
from queries import withdrawals as questions
from queries.filters import Page

SHOWN = 20
Dossier = dict[str, Any]
_BAND_COLORS = {"low": "green", "medium": "orange", "high": "red"}
_BLOCKED = {1: "partner_fake", 2: "partner_hold"}


def show_request(withdrawal_id: int) -> None:
    """Draw the request, read fresh through the API."""
    found = dossier(api(), withdrawal_id)
    about = found["withdrawal"]
    name = f"[{fmt.plain(found['partner']['full_name'])}](/partner?id={found['partner']['id']})"
    st.subheader(f"{fmt.rupiah(about['nominal'])} · {name}", anchor=False)
    st.markdown(
        _("ke **{bank} {account}** a.n. **{name}** · {status}").format(
            bank=fmt.plain(about["bank_name"]),
            account=fmt.plain(about["bank_account_no"]),
            name=fmt.plain(about["bank_account_name"]),
            status=withdrawal_status(about["status"]),
        )
    )
    _chips(found)
    actions(withdrawal_id, found)
    _warnings(found)
    if about["status"] in questions.WAITING:
        _bridge(found)
    if number := str(st.query_params.get("angka", "")):
        _orders_of(withdrawal_id, found["partner"]["id"], number)
    risk_parts(found)
    ratios(found, withdrawal_id)
    proof_panel(withdrawal_id, about["status"])
    _around(withdrawal_id, found)
    decisions(withdrawal_id, found["decisions"])


def _chips(found: Dossier) -> None:
    risk, needed, waited = found["risk"], found["requirement"], found["age"]
    with st.container(horizontal=True, gap="xsmall"):
        label = _("Risiko {band} · {points}").format(
            band=band_label(risk["band"]).lower(), points=fmt.number(risk["points"])
        )
        st.badge(label, icon=":material/shield:", color=_BAND_COLORS[risk["band"]])
        if found["withdrawal"]["status"] not in questions.WAITING:
            return
        approved = _("{count} dari {needed} persetujuan").format(
            count=len(needed["approvals"]), needed=len(needed["roles"])
        )
        st.badge(approved, icon=":material/how_to_reg:", color="green" if needed["satisfied"] else "blue")
        text = _("{age} waktu kerja, target {target}").format(
            age=fmt.duration(waited["seconds"]), target=fmt.duration(waited["target"])
        )
        color, icon = ("red", ":material/alarm:") if waited["is_breached"] else ("gray", ":material/schedule:")
        st.badge(text, icon=icon, color=color)
        if found["batch"]:
            st.badge(found["batch"]["reference"], icon=":material/inventory_2:", color="violet")
    st.caption(_("Prioritas {points}").format(points=priority_told(found["priority"])))


def _warnings(found: Dossier) -> None:
    """What speaks against paying, in one box; nothing where nothing does."""
    if found["withdrawal"]["status"] not in questions.WAITING:
        return
    account, lines = found["account"], []
    if status := _BLOCKED.get(found["partner"]["problem_status"]):
        lines.append(_("Partner ini tidak boleh dibayar: {reason}.").format(reason=reason_label(status)))
    for twin in account["other_partners"]:
        link = f"[{fmt.plain(twin['full_name'])}](/partner?id={twin['id']})"
        mark = _BLOCKED.get(twin["problem_status"])
        told = f" ({reason_label(mark)})" if mark else ""
        lines.append(_("Rekening yang sama dipakai {partner}").format(partner=link) + told)
    if not account["is_current"]:
        lines.append(_("Rekening partner diubah sesudah permintaan ini; uang tetap ke rekening di atas."))
    others = [reason for reason in found["requirement"]["reasons"] if reason != "amount" and reason[:5] != "risk_"]
    if others:
        told = ", ".join(reason_label(reason) for reason in others)
        lines.append(_("Perlu orang kedua: {reasons}.").format(reasons=told))
    if found["balance"]["after"] < 0:
        lines.append(_("Saldo menjadi negatif sesudah pembayaran ini."))
    if lines:
        st.warning("\n".join(f"- {line}" for line in lines), icon=":material/warning:")


def _bridge(found: Dossier) -> None:
    balance, nominal = found["balance"], found["withdrawal"]["nominal"]
    others = balance["reserved"] - nominal
    steps = [
        (_("Saldo"), balance["settled"], "absolute"),
        (_("Withdrawal ini"), -nominal, "relative"),
        (_("Cadangan lain"), -others, "relative"),
        (_("Bebas sesudahnya"), balance["after"] - others, "total"),
    ]
    shown = [step for step in steps if step[1] or step[2] != "relative"]
    figure = go.Figure(
        go.Waterfall(
            x=[label for label, _value, _kind in shown],
            y=[value for _label, value, _kind in shown],
            measure=[kind for _label, _value, kind in shown],
            text=[fmt.rupiah_short(value) for _label, value, _kind in shown],
            totals={"marker": {"color": theme.color("primary")}},
            decreasing={"marker": {"color": theme.color("warn")}},
        )
    )
    figure.update_yaxes(visible=False)
    title = _("Saldo menjadi {after} sesudah pembayaran").format(after=fmt.rupiah(balance["after"]))
    chart(figure, title, alt=title, key="wd-bridge", height=190)


def _orders_of(withdrawal_id: int, partner_id: int, number: str) -> None:
    """The very orders behind the number that was clicked."""
    if number not in withdrawal_risk.NUMBERS:
        st.warning(_("Angka {number} tidak dikenal.").format(number=f"`{number[:40]}`"))
        return
    with runtime().warehouse.read() as connection:
        orders = withdrawal_risk.orders_of_number(connection, partner_id, number, Page(SHOWN))
    with st.container(border=True):
        title = _("{number}: {count} pesanan").format(number=number_label(number), count=fmt.number(orders.total))
        close = _("tutup")
        st.markdown(f"**{title}** · [{close}]({withdrawal_link(withdrawal_id)})")
        if orders.total == 0:
            empty_state(_("Tidak ada pesanan di balik angka ini."))
            return
        columns = [
            Column("order_no", _("No. pesanan")),
            Column("courier", _("Ekspedisi")),
            Column("state", _("Status"), "badge"),
            Column("shipped_at", _("Dikirim"), "instant"),
            Column("return_shipping", _("Ongkir retur"), "money"),
            Column("net_profit", _("Hak partner"), "money"),
        ]
        table(orders.rows, columns, total=len(orders.rows), key="wdn", page=Page(SHOWN), alt=title, select=False)


def _around(withdrawal_id: int, found: Dossier) -> None:
    partner_id = found["partner"]["id"]
    with runtime().warehouse.read() as connection:
        orders = questions.orders_behind(connection, withdrawal_id, Page(SHOWN))
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
    _last(found)
    _accounts(found)
    _words(found, partner_id)
    _history(withdrawal_id)


def _frame(rows: list[dict[str, Any]], *instants: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for name in instants:
        frame[name] = pd.to_datetime(frame[name], utc=True).dt.tz_localize(None)
    return frame


def _last(found: Dossier) -> None:
    with st.expander(_("Lima withdrawal terakhir")):
        if not found["last"]:
            empty_state(_("Ini withdrawal pertama partner ini."))
            return
        rows = _frame(found["last"], "created_at")
        rows["status_label"] = rows["status"].map(withdrawal_status)
        columns = [
            Column("created_at", _("Diminta"), "instant"),
            Column("nominal", _("Nominal"), "money", opens=lambda row: withdrawal_link(int(row["id"]))),
            Column("status_label", _("Status"), "badge"),
            Column("bank_account_no", _("Rekening")),
        ]
        alt = _("Lima withdrawal terakhir")
        table(rows, columns, total=len(rows), key="wdl", page=Page(SHOWN), alt=alt, select=False)


def _accounts(found: Dossier) -> None:
    account = found["account"]
    title = _("Rekening: {count} perubahan").format(count=fmt.number(len(account["changes"])))
    with st.expander(title):
        checked = account["name_score"]
        facts = {
            _("Berlaku sejak"): iso_day(account["details_at"]),
            _("Kecocokan nama"): fmt.NONE if checked is None else _("{score} dari 100").format(score=checked),
            _("Partner lain di rekening ini"): fmt.number(len(account["other_partners"])),
        }
        st.table(facts, border="horizontal")
        if account["changes"]:
            rows = _frame(account["changes"], "changed_at")
            columns = [
                Column("changed_at", _("Diubah"), "instant"),
                Column("bank_name", _("Bank sebelumnya")),
                Column("account_no", _("Rekening sebelumnya")),
                Column("account_name", _("Atas nama")),
            ]
            alt = _("Perubahan rekening")
            table(rows, columns, total=len(rows), key="wda", page=Page(SHOWN), alt=alt, select=False)


def _words(found: Dossier, partner_id: int) -> None:
    """Tickets and notes."""
    title = _("Tiket ({open} terbuka) dan catatan ({notes})").format(
        open=fmt.number(found["tickets"]["open"]), notes=fmt.number(len(found["notes"]))
    )
    with st.expander(title):
        for ticket in found["tickets"]["last"]:
            head = [ticket["type"], ticket_status(ticket["status"]), iso_day(ticket["created_at"])]
            told = " · ".join(fmt.plain(part) for part in head)
            body = fmt.plain(ticket["description"][:200])
            st.markdown(f"**{fmt.plain(ticket['ticket_no'])}** · {told}  \n:gray[{body}]")
        for note in found["notes"]:
            st.markdown(
                f"{fmt.plain(note['body'])}  \n:gray[{fmt.plain(note['author'])} · {iso_day(note['created_at'])}]"
            )
        if not found["tickets"]["last"] and not found["notes"]:
            empty_state(_("Belum ada tiket atau catatan."))
        further = _("Buka halaman partner")
        st.markdown(f"[{further}](/partner?id={partner_id})")


def _history(withdrawal_id: int) -> None:
    with st.expander(_("Mutasi saldo"), on_change="rerun", key="wd-history") as section:
        if not section.open:
            return
        detail = withdrawal_detail(api(), withdrawal_id)
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
