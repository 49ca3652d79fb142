"""Links to the files of an export."""

import html
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import format as fmt
from dashboard.exports.downloads import FORMATS, PATH, Offer, offers
from dashboard.exports.export import Export
from dashboard.filters import Filters, described
from dashboard.i18n import _, language
from dashboard.runtime import runtime
from dashboard.session import current_user
from dashboard.state import EXPORT_NUMBER
from dashboard.warehouse import ask
from queries.freshness import freshness
from queries.wib import WIB, Period

MANY_ROWS = 100_000


def about(filters: Filters) -> list[tuple[str, str]]:
    """Filters, as-of time, and who exported when."""
    landed = ask(freshness).landed_at
    person = current_user()
    return [
        *described(filters),
        (_("Data per"), fmt.instant(landed)),
        (_("Diekspor"), fmt.instant(runtime().now())),
        (_("Oleh"), person.email or person.name),
    ]


def export_links(export: Export, filters: Filters, days: Period | None) -> None:
    """CSV, XLSX and Parquet of everything that matches. `filters` are those that narrow the rows, `days` the period
    among them."""
    number = EXPORT_NUMBER.of(export.name)
    facts = [*export.facts, *about(filters)]
    offer = Offer(replace(export, facts=facts), current_user(), language())
    number.set(offers.put(offer, number.get()))
    span = f"{days.start:%Y%m%d}-{days.end:%Y%m%d}" if days else "semua-hari"
    stem = f"{export.name}_{span}_{runtime().now().astimezone(WIB):%Y%m%d-%H%M}"
    with st.container(key=f"export-{export.name}"):
        st.html(_links([f"{PATH}/{number.get()}/{stem}.{kind}" for kind in FORMATS]))
        if export.total > MANY_ROWS:
            text = _("{count} baris: CSV langsung mengalir, XLSX disusun dulu beberapa menit sebelum unduhan mulai.")
            st.caption(text.format(count=fmt.number(export.total)))


def _links(addresses: Sequence[str]) -> str:
    title = html.escape(_("Unduh semua baris tersaring"), quote=True)
    links = (
        f'<a class="export-link" href="{html.escape(address, quote=True)}" download title="{title}">'
        f"{address.rpartition('.')[2].upper()}</a>"
        for address in addresses
    )
    label = html.escape(_("Unduh"))
    return f'<div class="export-links"><span>{label}</span>{"".join(links)}</div>'
