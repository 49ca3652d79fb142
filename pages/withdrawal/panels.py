"""What stands behind a request, in panels that fold: orders, earlier withdrawals, account, tickets, notes, balance."""

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions.answers import frame
from dashboard.actions.review import Account, AccountChange, Dossier, EarlierWithdrawal
from dashboard.actions.withdrawals import Movement, transaction_history, withdrawal_detail
from dashboard.client import api
from dashboard.components import Column, empty_state, whole_table
from dashboard.i18n import _
from dashboard.labels import order_state, ticket_status, withdrawal_status
from dashboard.links import order_link, partner_link, ticket_link, withdrawal_link
from dashboard.warehouse import ask
from pages.withdrawal.labels import number_label
from queries import withdrawal_risk
from queries import withdrawals as questions
from queries.filters import Page
from queries.wib import business_day

SHOWN = 20
MOST_DESCRIPTION = 200


def panels(found: Dossier) -> None:
    """All of them, in the order in which a reviewer needs them."""
    _orders_behind(found.withdrawal.id)
    _earlier(found.last)
    _account(found.account)
    _tickets_and_notes(found)
    _movements(found.withdrawal.id)


def orders_of_number(found: Dossier, number: str) -> None:
    """The very orders behind the number that was clicked."""
    if number not in withdrawal_risk.NUMBERS:
        st.warning(_("Angka {number} tidak dikenal.").format(number=f"`{number[:40]}`"))
        return
    orders = ask(withdrawal_risk.orders_of_number, found.partner.id, number, Page(SHOWN))
    with st.container(border=True):
        title = _("{number}: {count} pesanan").format(number=number_label(number), count=fmt.number(orders.total))
        close = _("tutup")
        st.markdown(f"**{title}** · [{close}]({withdrawal_link(found.withdrawal.id)})")
        if orders.total == 0:
            empty_state(_("Tidak ada pesanan di balik angka ini."))
            return
        columns = [
            Column("order_no", _("No. pesanan"), opens=_order),
            Column("courier", _("Ekspedisi")),
            Column("state_label", _("Status"), "badge"),
            Column("shipped_at", _("Dikirim"), "instant"),
            Column("return_shipping", _("Ongkir retur"), "money"),
            Column("net_profit", _("Hak partner"), "money"),
        ]
        rows = orders.rows.assign(state_label=orders.rows["state"].map(order_state))
        whole_table(rows, columns, key="wdn", alt=title, total=orders.total)


def _order(row: "pd.Series[Any]") -> str:
    return order_link(int(row["order_id"]))


def _orders_behind(withdrawal_id: int) -> None:
    orders = ask(questions.orders_behind, withdrawal_id, Page(SHOWN))
    with st.expander(_("Pesanan di balik permintaan ini ({count})").format(count=fmt.number(orders.total))):
        if not orders.total:
            empty_state(_("Tidak ada pesanan yang diterima sejak withdrawal selesai sebelumnya."))
            return
        columns = [
            Column("order_no", _("No. pesanan"), opens=_order),
            Column("courier", _("Ekspedisi")),
            Column("delivered_at", _("Diterima"), "instant"),
            Column("net_profit", _("Hak partner"), "money"),
        ]
        alt = _("Pesanan di balik permintaan")
        whole_table(orders.rows, columns, key="wdo", alt=alt, total=orders.total)


def _earlier(withdrawals: list[EarlierWithdrawal]) -> None:
    with st.expander(_("Lima withdrawal terakhir")):
        if not withdrawals:
            empty_state(_("Ini withdrawal pertama partner ini."))
            return
        rows = frame(EarlierWithdrawal, withdrawals)
        rows["status_label"] = [withdrawal_status(each.status) for each in withdrawals]
        columns = [
            Column("created_at", _("Diminta"), "instant"),
            Column("nominal", _("Nominal"), "money", opens=lambda row: withdrawal_link(int(row["id"]))),
            Column("status_label", _("Status"), "badge"),
            Column("bank_account_no", _("Rekening")),
        ]
        whole_table(rows, columns, key="wdl", alt=_("Lima withdrawal terakhir"))


def _account(account: Account) -> None:
    with st.expander(_("Rekening: {count} perubahan").format(count=fmt.number(len(account.changes)))):
        score = account.name_score
        facts = {
            _("Berlaku sejak"): _day(account.details_at),
            _("Kecocokan nama"): fmt.NONE if score is None else _("{score} dari 100").format(score=score),
            _("Partner lain di rekening ini"): fmt.number(len(account.other_partners)),
        }
        st.table(facts, border="horizontal")
        if account.changes:
            rows = frame(AccountChange, account.changes)
            columns = [
                Column("changed_at", _("Diubah"), "instant"),
                Column("bank_name", _("Bank sebelumnya")),
                Column("account_no", _("Rekening sebelumnya")),
                Column("account_name", _("Atas nama")),
            ]
            whole_table(rows, columns, key="wda", alt=_("Perubahan rekening"))


def _tickets_and_notes(found: Dossier) -> None:
    title = _("Tiket ({open} terbuka) dan catatan ({notes})").format(
        open=fmt.number(found.tickets.open), notes=fmt.number(len(found.notes))
    )
    with st.expander(title):
        for ticket in found.tickets.last:
            head = [ticket.type, ticket_status(ticket.status), _day(ticket.created_at)]
            about = " · ".join(fmt.plain(part) for part in head)
            body = fmt.plain(ticket.description[:MOST_DESCRIPTION])
            number = fmt.plain(ticket.ticket_no)
            if ticket.id is not None:
                number = f"[{number}]({ticket_link(ticket.id)})"
            st.markdown(f"**{number}** · {about}  \n:gray[{body}]")
        for note in found.notes:
            st.markdown(f"{fmt.plain(note.body)}  \n:gray[{fmt.plain(note.author)} · {_day(note.created_at)}]")
        if not found.tickets.last and not found.notes:
            empty_state(_("Belum ada tiket atau catatan."))
        further = _("Buka halaman partner")
        st.markdown(f"[{further}]({partner_link(found.partner.id)})")


def _movements(withdrawal_id: int) -> None:
    with st.expander(_("Mutasi saldo"), on_change="rerun", key="wd-history") as section:
        if not section.open:
            return
        client = api()
        movements = transaction_history(client, withdrawal_detail(client, withdrawal_id).partner_user_id, SHOWN)
        if not movements:
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
        rows = frame(Movement, movements)
        whole_table(rows, columns, key="wdh", alt=_("Mutasi saldo"))


def _day(instant: datetime | None) -> str:
    return fmt.day(business_day(instant)) if instant else fmt.NONE
