"""The airway bills, with what needs work first."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import Column, empty_state, fetched, sorted_view, table
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.i18n import _, ngettext
from dashboard.links import order_link, partner_link
from dashboard.runtime import runtime
from dashboard.warehouse import ask, stream
from pages.pickup_monitoring.labels import delay_status
from pages.pickup_monitoring.shown import OF_THE_PERIOD, WAITING, PickupFilters
from queries import pickups
from queries.filters import Page, PageOf, Sort
from queries.pickups import PickupFilter


def draw_list(chosen: PickupFilters) -> None:
    """The table and its exports, under what it holds."""
    wanted, shown = chosen.wanted, columns()
    view = sorted_view("pickup", shown, question=wanted)  # unsorted: what needs work first
    found, view = fetched(view, lambda page: fetch(page, view.sort, wanted))
    st.markdown(f"**{_title(chosen)}**")
    _beyond(chosen, found.total)
    if not found.total:
        empty_state(_("Tidak ada pickup yang cocok dengan saringan ini."))
        return
    table(found.rows, shown, view, total=found.total, alt=_("Daftar pickup"))
    now = runtime().now()

    def groups() -> Iterator[pd.DataFrame]:
        return map(_in_words, stream(pickups.monitoring_groups, wanted, view.sort, now))

    export_links(Export("pickup", shown, groups, found.total, (), "due_at"), chosen.of_the_list, wanted.period)


def _title(chosen: PickupFilters) -> str:
    if chosen.shown.value == WAITING:
        title = _("Belum dipickup (sekarang, semua tanggal)")
    elif chosen.shown.value == OF_THE_PERIOD:
        title = _("Semua resi dengan jadwal pada rentang ini")
    else:
        title = _("Semua resi, semua tanggal")
    text = chosen.search.value
    return _('{title} · cari "{text}"').format(title=title, text=fmt.plain(text)) if text else title


def _beyond(chosen: PickupFilters, found: int) -> None:
    """How many more the search finds outside of the other filters, and the way to them."""
    everywhere = PickupFilter(search=chosen.search.value)
    if not chosen.search.value or chosen.wanted == everywhere:
        return
    more = ask(pickups.matching_count, everywhere) - found
    if not more:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="pickup-beyond"):
        text = ngettext("{count} lagi di luar saringan.", "{count} lagi di luar saringan.", more)
        st.markdown(text.format(count=fmt.number(more)), width="content")
        st.button(_("Tampilkan semua"), key="pickup-widen", on_click=chosen.widen)


def fetch(page: Page, sort: Sort | None, wanted: PickupFilter) -> PageOf:
    """One page of the filtered airway bills."""
    found = ask(pickups.monitoring_page, wanted, sort, page, runtime().now())
    return PageOf(_in_words(found.rows), found.total)


def _in_words(found: pd.DataFrame) -> pd.DataFrame:
    rows = found.assign(delay_label=found["delay_status"].map(delay_status), whatsapp=found["user_phone"])
    # a delay of 0 is no delay: shown as "-", sorted as 0
    rows["delay_seconds"] = rows["delay_seconds"].where(rows["delay_seconds"] > 0)
    return rows


def columns() -> list[Column]:
    """The columns of the table and of its exports."""
    return [
        Column(
            "delay_seconds",
            _("Terlambat"),
            "duration",
            help=_("Lewat dari jadwal pickup."),
            sort="delay",
            alarm=_is_overdue,
        ),
        Column("delay_label", _("Status pickup"), "badge"),
        Column("user_name", _("Partner"), opens=lambda row: partner_link(int(row["partner_id"]))),
        Column("whatsapp", _("WhatsApp"), "phone"),
        Column("shipping", _("Ekspedisi")),
        Column("qty", _("Jumlah"), "int"),
        Column("no_resi", _("Resi"), copies=True, opens=lambda row: order_link(int(row["order_id"]))),
        Column("pickup_city", _("Kota")),
        Column("due_at", _("Jadwal"), "instant", sort="due"),
    ]


def _is_overdue(row: "pd.Series[Any]") -> bool:
    return bool(row["delay_status"] == pickups.OVERDUE)
