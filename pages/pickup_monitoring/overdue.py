"""What is overdue, grouped by the partner to be called: the list, and the open partner beside it."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import (
    Column,
    Opening,
    empty_state,
    fetched,
    kept_ticks,
    page_mark,
    sorted_view,
    table,
    whole_table,
)
from dashboard.i18n import _, ngettext
from dashboard.links import OVERDUE_PARTNER, order_link, partner_link
from dashboard.runtime import runtime
from dashboard.state import OVERDUE_TICKED
from dashboard.warehouse import ask
from pages.pickup_monitoring.contact import (
    Contacts,
    mark_button,
    may_mark,
    read_contacts,
    refusal,
    ticked_bar,
    when_and_who,
)
from pages.pickup_monitoring.message import overdue_message
from queries import overdue
from queries.filters import Page, PageOf, Sort
from queries.overdue import OverdueFilter

SIZE = 20
NAMED = 2  # airway bills in a cell


def draw_overdue(wanted: OverdueFilter) -> None:
    """The list of partners and the open one."""
    columns = _columns()
    view = sorted_view("terlewati", columns, question=wanted, size=SIZE)
    contacts = read_contacts()
    found, view = fetched(view, lambda page: _fetch(page, view.sort, wanted, contacts or {}))
    marking = contacts if may_mark() else None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**" + _title(found.total) + "**")
        if marking is not None and found.total:
            ticked_bar(marking, [int(key) for key in found.rows["partner_id"]])
    refusal()
    if not found.total:
        empty_state(_("Tidak ada pickup yang terlewati sekarang."))
        return
    opened = OVERDUE_PARTNER.get()
    if opened is not None:
        page_mark("overdue-is-open")
    row = _open_row(found.rows, opened)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        opening = Opening("partner_id", str(row["partner_id"]), lambda key: OVERDUE_PARTNER.set(int(key)))
        here: dict[int, None] = dict.fromkeys(int(key) for key in found.rows["partner_id"])
        ticking = None if marking is None else kept_ticks("partner_id", OVERDUE_TICKED, here)
        alt = _("Terlewati per partner")
        table(found.rows, columns, view, total=found.total, alt=alt, opening=opening, ticking=ticking)
    with right, st.container(border=True, key="overdue-partner"):
        _draw_partner(row)
        if marking is not None:
            with st.container(horizontal=True, vertical_alignment="center"):
                mark_button(int(row["partner_id"]), marking, lambda: _open_next(found.rows, int(row["partner_id"])))


def _title(partners: int) -> str:
    if not partners:
        return _("Terlewati per partner (sekarang, semua tanggal)")
    return ngettext(
        "{partners} partner punya pickup terlewati (sekarang, semua tanggal)",
        "{partners} partner punya pickup terlewati (sekarang, semua tanggal)",
        partners,
    ).format(partners=fmt.number(partners))


def _open_next(rows: pd.DataFrame, partner_id: int) -> None:
    """Open the row below, as the marked one leaves its place; the first where there is none."""
    ids = [int(key) for key in rows["partner_id"]]
    below = ids[ids.index(partner_id) + 1 :]
    if below:
        OVERDUE_PARTNER.set(below[0])
    else:
        OVERDUE_PARTNER.remove()


def _open_row(rows: pd.DataFrame, opened: int | None) -> "pd.Series[Any]":
    """The partner that the address names, where it is on this page, else the first."""
    named = rows[rows["partner_id"] == opened]
    return (rows if named.empty else named).iloc[0]


def _fetch(page: Page, sort: Sort | None, wanted: OverdueFilter, contacts: Contacts) -> PageOf:
    now = runtime().now()
    contacted = {key: each.contacted_at for key, each in contacts.items() if each.contacted_at is not None}
    found = ask(overdue.partners_page, wanted, contacted, sort, page, now)
    bills = ask(overdue.bills, [int(key) for key in found.rows["partner_id"]], wanted, now)
    of_partner = dict(tuple(bills.groupby("partner_id")))
    mine = [of_partner.get(key, bills.head(0)) for key in found.rows["partner_id"]]
    rows = found.rows.assign(
        bills=pd.Series(mine, index=found.rows.index, dtype=object),
        resi=[_named(part, int(count)) for part, count in zip(mine, found.rows["overdue"], strict=True)],
        send=_("Kirim pesan"),
        contacted=[when_and_who(contacts.get(int(key))) for key in found.rows["partner_id"]],
        since=[
            _("ada yang baru sejak itu") if int(key) in contacted and not is_done else ""
            for key, is_done in zip(found.rows["partner_id"], found.rows["is_contacted"], strict=True)
        ],
    )
    rows["message"] = [_message(row) for _at, row in rows.iterrows()]
    return PageOf(rows, found.total)


def _named(bills: pd.DataFrame, count: int) -> str:
    named = ", ".join(bills["airway_bill"].head(NAMED))
    more = count - min(len(bills), NAMED)
    return f"{named} +{fmt.number(more)}" if more > 0 else named


def _message(row: "pd.Series[Any]") -> str:
    bills = row["bills"]
    pairs = list(zip(bills["airway_bill"], bills["courier"], strict=True))
    return overdue_message(str(row["user_name"]), int(row["overdue"]), int(row["worst_seconds"]), pairs)


def _order(row: "pd.Series[Any]") -> str:
    return order_link(int(row["order_id"]))


def _columns() -> list[Column]:
    return [
        Column(
            "user_name",
            _("Partner"),
            opens=lambda row: partner_link(int(row["partner_id"]), "pickup"),
            below="user_phone",
            sort="partner",
        ),
        Column("overdue", _("Terlewati"), "int", help=_("Resi yang lewat jadwal dan belum diambil."), sort="overdue"),
        Column(
            "worst_seconds",
            _("Paling lama"),
            "duration",
            help=_("Keterlambatan resi yang paling lama lewat dari jadwal."),
            sort="lateness",
            alarm=lambda _row: True,
        ),
        Column("send", _("WhatsApp"), opens=lambda row: fmt.whatsapp(row["user_phone"], row["message"]) or ""),
        Column("contacted", _("Dihubungi"), below="since"),
        Column("resi", _("Resi"), extra=True),
    ]


def _draw_partner(row: "pd.Series[Any]") -> None:
    """The open partner: what is overdue, and the message about it."""
    st.markdown(f"**{fmt.plain(str(row['user_name']))}** · {row['user_phone']}")
    st.caption(
        _("{count} resi terlewati, paling lama {time}").format(
            count=fmt.number(int(row["overdue"])), time=fmt.duration(int(row["worst_seconds"]))
        )
    )
    address = fmt.whatsapp(row["user_phone"], row["message"])
    if address:
        st.link_button(_("Kirim pesan WhatsApp"), address, icon=":material/chat:", type="primary")
    else:
        st.caption(_("Nomor ini tidak dapat dihubungi lewat WhatsApp."))
    whole_table(
        row["bills"],
        [
            Column("airway_bill", _("Resi"), copies=True, below="courier", opens=_order),
            Column("delay_seconds", _("Terlambat"), "duration"),
        ],
        key="terlewati_resi",
        alt=_("Resi yang terlewati"),
        total=int(row["overdue"]),
    )
