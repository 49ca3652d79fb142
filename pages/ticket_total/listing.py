"""The tickets behind the chart."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import Column, Opening, empty_state, fetched, sorted_view, table
from dashboard.components.facts import Fact, facts
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Filter, Filters, PeriodFilter, Preset
from dashboard.i18n import _
from dashboard.labels import ticket_status
from dashboard.links import TICKET_OPEN, partner_link, ticket_link
from dashboard.warehouse import ask, stream
from pages.ticket_total.charts import ClickedBar
from queries import tickets
from queries.filters import Sort
from queries.wib import Period


def draw_list(period: PeriodFilter, couriers: Sequence[str], clicked: ClickedBar, filters: Filters) -> None:
    """The table and its exports: the tickets of the clicked bar, or of the whole period."""
    hour = "" if clicked.hour is None else f" {fmt.hour(clicked.hour)}"
    bar = fmt.day(clicked.day) + hour + (f", {clicked.courier}" if clicked.courier else "")
    if clicked.day:
        st.caption(_("Tiket {bar}; klik dua kali grafik untuk semua.").format(bar=bar))
    only = (clicked.courier,) if clicked.courier else tuple(couriers)
    span = Period(clicked.day, clicked.day) if clicked.day else period.value
    shown = columns()
    usual = Sort("created_at", descending=True)
    view = sorted_view("tiket", shown, usual, question=(span, only, clicked.hour))
    sort = view.sort or usual

    def groups() -> Iterator[pd.DataFrame]:
        return map(_in_words, stream(tickets.list_groups, span, only, sort, clicked.hour))

    found, view = fetched(view, lambda page: ask(tickets.list_page, span, only, sort, page, clicked.hour))
    if found.total:
        rows = _in_words(found.rows)
        opened = rows[rows["ticket_no"] == TICKET_OPEN.get()]
        opening = Opening("ticket_no", TICKET_OPEN.get(), TICKET_OPEN.set)
        left, right = st.columns([5, 3], gap="medium") if len(opened) else (st.container(), None)
        with left:
            table(rows, shown, view, total=found.total, alt=_("Daftar tiket"), opening=opening)
        if right is not None:
            with right, st.container(border=True, key="ticket-open"):
                _draw_ticket(opened.iloc[0])
        facts = [(_("Hari dan ekspedisi yang dipilih"), bar)] if clicked.day else []
        export = Export("tiket", shown, groups, found.total, facts, "created_at")
        export_links(export, [each for each in filters if not _is_within(clicked, each)], span)
    else:
        empty_state(
            _("Tidak ada tiket pada rentang ini."),
            _("Tampilkan 30 hari"),
            lambda: period.choose(Preset.LAST_30_DAYS),
        )


def _draw_ticket(row: "pd.Series[Any]") -> None:
    """A quick look at the open ticket."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{fmt.plain(str(row['ticket_no']))}**")
        st.button(_("Tutup"), key="ticket-close", type="tertiary", on_click=TICKET_OPEN.remove)
    facts(
        [
            Fact(_("Lengkap"), _("Buka halaman tiket"), href=ticket_link(int(row["ticket_id"]))),
            Fact(_("Partner"), str(row["partner_name"]), href=partner_link(int(row["partner_id"]), "tiket")),
            Fact(_("Ekspedisi"), str(row["courier"])),
            Fact(_("Jenis"), str(row["ticket_type"])),
            Fact(_("Status"), str(row["status_label"])),
            Fact(_("Dibuat"), fmt.instant(row["created_at"])),
            Fact(_("Pesan baru"), _("ada, belum dibaca") if row["is_unread"] else _("tidak ada")),
        ],
        label=_("Tiket"),
    )
    st.text(str(row["description"] or fmt.NONE))


def _is_within(clicked: ClickedBar, narrowing: Filter[Any]) -> bool:
    """Whether the bar narrows the rows further than a filter does, which then says nothing about them."""
    return bool(clicked.day if isinstance(narrowing, PeriodFilter) else clicked.courier)


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(status_label=rows["status"].map(ticket_status))


def columns() -> list[Column]:
    """The columns of the table and of its exports."""
    return [
        Column(
            "ticket_no",
            _("No. tiket"),
            sort="ticket_no",
            opens=lambda row: ticket_link(int(row["ticket_id"])),
        ),
        Column(
            "partner_name",
            _("Partner"),
            sort="partner",
            opens=lambda row: partner_link(int(row["partner_id"]), "tiket"),
        ),
        Column("courier", _("Ekspedisi"), sort="courier"),
        Column("ticket_type", _("Jenis"), sort="ticket_type"),
        Column("status_label", _("Status"), "badge", sort="status"),
        Column("description", _("Uraian")),
        Column("created_at", _("Dibuat"), "instant", sort="created_at"),
    ]
