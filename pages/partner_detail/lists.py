"""What there is to read about a partner: orders, pickups, tickets, withdrawals, notes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from dashboard.components import Column, empty_state, fetched, guarded, sorted_view, table, view_switch
from dashboard.i18n import _, pgettext
from dashboard.labels import order_state, payment_method, ticket_status, withdrawal_status
from dashboard.links import PARTNER_LIST, order_link, ticket_link
from dashboard.warehouse import ask
from pages.problem_partners.standing import draw_standing
from queries import partner_detail
from queries.filters import Page, PageOf

MARKS = "tanda"


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: its title, the question behind it, its columns, and columns of words: name -> (code's column, word)."""

    title: str
    question: Callable[[Connection, int, Page], PageOf]
    columns: list[Column]
    words: Mapping[str, tuple[str, Callable[[str], str]]] = field(default_factory=dict)


def draw_lists(partner_id: int) -> None:
    """The list that is chosen."""
    listings = {
        "pesanan": _orders(),
        "pickup": _pickups(),
        "tiket": _tickets(),
        "withdrawal": _withdrawals(),
        "catatan": _notes(),
    }
    key = view_switch(
        PARTNER_LIST, _("Daftar"), {key: listing.title for key, listing in listings.items()} | {MARKS: _("Tanda")}
    )
    if key == MARKS:
        with guarded(_("Tanda partner"), _("Angka di atas tetap dapat dipakai.")):
            draw_standing(partner_id)
        return
    listing = listings[key]
    with guarded(listing.title, _("Angka di atas tetap dapat dipakai.")):
        view = sorted_view(key, listing.columns, question=partner_id, size=20)
        found, view = fetched(view, lambda page: ask(listing.question, partner_id, page))
        if not found.total:
            empty_state(_("Belum ada data: {part}.").format(part=listing.title))
            return
        words = {name: found.rows[code].map(word) for name, (code, word) in listing.words.items()}
        rows = found.rows.assign(**words)
        table(rows, listing.columns, view, total=found.total, alt=listing.title)


def _order(row: "pd.Series[Any]") -> str:
    return order_link(int(row["order_id"]))


def _orders() -> Listing:
    columns = [
        Column("order_no", _("No. pesanan"), opens=_order),
        Column("airway_bill", _("Resi")),
        Column("courier", _("Ekspedisi")),
        Column("payment_label", _("Pembayaran")),
        Column("state_label", _("Status"), "badge"),
        Column("customer_city", _("Kota")),
        Column("grand_total", _("Total"), "money"),
        Column("net_profit", _("Hak partner"), "money"),
        Column("created_at", _("Dibuat"), "instant"),
    ]
    words = {"payment_label": ("payment_method", payment_method), "state_label": ("state", order_state)}
    return Listing(_("Pesanan"), partner_detail.orders, columns, words)


def _pickups() -> Listing:
    columns = [
        Column("airway_bill", _("Resi"), opens=_order),
        Column("courier", _("Ekspedisi")),
        Column("qty", _("Jumlah"), "int"),
        Column("requested_at", _("Diminta"), "instant"),
        Column("due_at", _("Jadwal"), "instant"),
        Column("handed_at", _("Diserahkan"), "instant"),
        Column("canceled_at", _("Dibatalkan"), "instant"),
    ]
    return Listing(_("Pickup"), partner_detail.pickups, columns)


def _tickets() -> Listing:
    columns = [
        Column("ticket_no", _("No. tiket"), opens=lambda row: ticket_link(int(row["ticket_id"]))),
        Column("courier", _("Ekspedisi")),
        Column("ticket_type", _("Jenis")),
        Column("status_label", _("Status"), "badge"),
        Column("description", _("Uraian")),
        Column("created_at", _("Dibuat"), "instant"),
    ]
    return Listing(_("Tiket"), partner_detail.tickets, columns, {"status_label": ("status", ticket_status)})


def _withdrawals() -> Listing:
    columns = [
        Column("nominal", _("Nominal"), "money"),
        Column("bank_name", _("Bank")),
        Column("status_label", _("Status"), "badge"),
        Column("created_at", _("Diminta"), "instant"),
        Column("decided_at", _("Diputuskan"), "instant"),
    ]
    words = {"status_label": ("status", withdrawal_status)}
    return Listing(pgettext("list", "Withdrawal"), partner_detail.withdrawals, columns, words)


def _notes() -> Listing:
    columns = [
        Column("body", _("Catatan")),
        Column("author_name", _("Penulis")),
        Column("created_at", _("Dibuat"), "instant"),
    ]
    return Listing(pgettext("list", "Catatan"), partner_detail.notes, columns)
