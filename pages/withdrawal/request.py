"""One withdrawal request on one screen: its money, its risk, what stands behind it, and the decision."""

from typing import Literal

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.review import AccountHolder, Dossier, dossier
from dashboard.actions.risk import Band
from dashboard.client import api
from dashboard.components import Fact, facts, tab_title
from dashboard.components.copying import Copied, copy_line
from dashboard.i18n import _
from dashboard.labels import approvals, review_reason, risk_band, withdrawal_status
from dashboard.links import WITHDRAWAL, WITHDRAWAL_NUMBER, partner_link
from pages.withdrawal.decision import actions
from pages.withdrawal.labels import priority_sum
from pages.withdrawal.panels import orders_of_number, panels
from pages.withdrawal.ratios import exposure, ratios
from pages.withdrawal.replay import decisions, proof_panel
from pages.withdrawal.risk import risk_parts
from vocabulary import WAITING

_BAND_COLORS: dict[Band, Literal["green", "orange", "red"]] = {"low": "green", "medium": "orange", "high": "red"}
_BLOCKED = {1: "partner_fake", 2: "partner_hold"}


def show_request(withdrawal_id: int) -> None:
    """Draw the request, read fresh through the API: its facts on one screen, what stands behind it below, and the
    actions in a bar that stays in view."""
    found = dossier(api(), withdrawal_id)
    if WITHDRAWAL.is_given():
        tab_title(_("Withdrawal {number}").format(number=withdrawal_id))
    _title(found)
    _chips(found)
    if found.withdrawal.status in WAITING:
        _warnings(found)
    if number := WITHDRAWAL_NUMBER.get():
        orders_of_number(found, number)
    left, right = st.columns(2, gap="small")
    with left:
        _bridge(found)
    with right:
        exposure(found.orders, withdrawal_id)
    ratios(found.orders, withdrawal_id)
    risk_parts(found.risk)
    proof_panel(withdrawal_id, found.withdrawal.status)
    panels(found)
    decisions(withdrawal_id, found.decisions)
    with st.container(key="action-bar"):
        actions(found)


def _title(found: Dossier) -> None:
    about = found.withdrawal
    name = f"[{fmt.plain(found.partner.full_name)}]({partner_link(found.partner.id)})"
    st.header(f"{fmt.rupiah(about.nominal)} · {name}", anchor=False)
    account = about.bank_account_no
    to = _("a.n. {name} · {status}").format(name=about.bank_account_name, status=withdrawal_status(about.status))
    copy_line(
        [
            Copied(account, account, _("Salin rekening"), _("ke {bank}").format(bank=about.bank_name), to),
            Copied("", str(about.nominal), _("Salin nominal")),
        ]
    )


def _chips(found: Dossier) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        label = _("Risiko {band} · {points}").format(
            band=risk_band(found.risk.band).lower(), points=fmt.number(found.risk.points)
        )
        st.badge(label, icon=":material/shield:", color=_BAND_COLORS[found.risk.band])
        if found.withdrawal.status not in WAITING:
            return
        _waiting_chips(found)


def _waiting_chips(found: Dossier) -> None:
    """How far the approvals are, how long it waits, and its place in the queue."""
    needed, waited = found.requirement, found.age
    approved = _("Disetujui {approvals}").format(approvals=approvals(len(needed.approvals), len(needed.roles)))
    st.badge(approved, icon=":material/how_to_reg:", color="green" if needed.satisfied else "blue")
    text = _("{age} waktu kerja, target {target}").format(
        age=fmt.duration(waited.seconds), target=fmt.duration(waited.target)
    )
    priority = _("Prioritas {points}").format(points=priority_sum(found.priority))
    if waited.is_breached:
        st.badge(text, icon=":material/alarm:", color="red", help=priority)
    else:
        st.badge(text, icon=":material/schedule:", color="gray", help=priority)
    if found.batch:
        st.badge(found.batch.reference, icon=":material/inventory_2:", color="violet")


def _warnings(found: Dossier) -> None:
    """Reasons against paying, in one box; no box without one."""
    lines = []
    if blocked := _BLOCKED.get(found.partner.problem_status):
        lines.append(_("Partner ini tidak boleh dibayar: {reason}.").format(reason=review_reason(blocked)))
    lines += [_shared_account(holder) for holder in found.account.other_partners]
    if not found.account.is_current:
        lines.append(_("Rekening partner diubah sesudah permintaan ini; uang tetap ke rekening di atas."))
    reasons = [each for each in found.requirement.reasons if each != "amount" and not each.startswith("risk_")]
    if reasons:
        names = ", ".join(review_reason(reason) for reason in reasons)
        lines.append(_("Perlu orang kedua: {reasons}.").format(reasons=names))
    if found.balance.after < 0:
        lines.append(_("Saldo menjadi negatif sesudah pembayaran ini."))
    if lines:
        st.warning("\n".join(f"- {line}" for line in lines), icon=":material/warning:")


def _shared_account(holder: AccountHolder) -> str:
    link = f"[{fmt.plain(holder.full_name)}]({partner_link(holder.id)})"
    blocked = _BLOCKED.get(holder.problem_status)
    mark = f" ({review_reason(blocked)})" if blocked else ""
    return _("Rekening yang sama dipakai {partner}").format(partner=link) + mark


def _bridge(found: Dossier) -> None:
    """From the balance to what is free after this payout."""
    balance, nominal = found.balance, found.withdrawal.nominal
    others = balance.reserved - nominal
    is_waiting = found.withdrawal.status in WAITING
    steps = [Fact(_("Saldo"), fmt.rupiah(balance.settled))]
    if is_waiting:
        steps.append(Fact(_("Withdrawal ini"), fmt.rupiah(-nominal)))
        if others:
            steps.append(Fact(_("Cadangan lain"), fmt.rupiah(-others)))
        steps.append(Fact(_("Bebas sesudahnya"), fmt.rupiah(balance.after - others), strong=True))
    elif balance.reserved:
        steps.append(Fact(_("Dicadangkan"), fmt.rupiah(balance.reserved)))
    title = _("Saldo sesudah pembayaran") if is_waiting else _("Saldo sekarang")
    st.markdown(f"**{title}**")
    facts(steps, label=title, numbers=True)
