"""Audit: who did what to which thing, and whether the trail is whole."""

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions import audit
from dashboard.actions.audit import AuditEntry
from dashboard.client import ApiClient, api
from dashboard.components import (
    Column,
    empty_state,
    fetched,
    guarded,
    marked_row,
    page_header,
    sorted_view,
    whole_table,
)
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Choice, Filters, PeriodFilter, Preset, Search, filter_bar
from dashboard.i18n import _
from dashboard.links import AUDIT_ACTION, AUDIT_SUBJECT
from dashboard.runtime import runtime
from pages.audit.entries import about, fields, rows_of
from pages.audit.labels import audit_action, audit_subject
from queries.filters import Page, PageOf
from queries.wib import Period, business_day


def chain_check(client: ApiClient) -> None:
    """A button that follows the chain of hashes from its start."""
    if not st.button(_("Periksa rantai"), key="audit-verify", icon=":material/verified_user:"):
        return
    with st.spinner(_("Menghitung ulang hash setiap catatan …")):
        checked = audit.verify(client)
    if checked.whole:
        text = _("Rantai utuh: {count} catatan cocok dengan hash-nya.").format(count=fmt.number(checked.entries))
        st.success(text, icon=":material/verified:")
    else:
        st.error(_("Rantai putus: {where}").format(where=checked.broken_at), icon=":material/report:")


def entry_list(client: ApiClient, wanted: Mapping[str, str], filters: Filters) -> None:
    """The entries that match, the marked one in full, and their export."""
    columns = [
        Column("about", _("Objek"), opens=lambda row: str(row["link"])),
        Column("created_at", _("Waktu"), "instant"),
        Column("who", _("Siapa")),
        Column("did", _("Tindakan")),
        Column("changes", _("Perubahan")),
        Column("request_id", _("Kode permintaan"), copies=True),
    ]
    view = sorted_view("audit", columns, question=wanted)

    def fetch(page: Page) -> PageOf:
        of_page = audit.entries(client, page.offset // page.limit + 1, page.limit, **wanted)
        return PageOf(rows_of(of_page.data).assign(entry=pd.Series(of_page.data, dtype=object)), of_page.total)

    found, view = fetched(view, fetch)
    if found.total == 0:
        empty_state(_("Tidak ada catatan yang cocok dengan saringan ini."))
        return
    alt = _("Catatan audit")
    marked = marked_row(found.rows, columns, view, id_column="id", total=found.total, alt=alt)
    if marked is not None:
        detail(marked["entry"])

    def groups() -> Iterator[pd.DataFrame]:
        return map(rows_of, audit.all_entries(client, **wanted))

    days = Period(date.fromisoformat(wanted["start_date"]), date.fromisoformat(wanted["end_date"]))
    export_links(Export("audit", columns, groups, found.total, (), "created_at"), filters, days)


def detail(entry: AuditEntry) -> None:
    """Before and after side by side, and what the chain says."""
    with st.container(border=True):
        who = fmt.plain(entry.actor_name or _("Sistem"))
        st.markdown(
            f"**{fmt.plain(audit_action(entry.action))}** · {fmt.plain(about(entry))} · {who} · "
            f"{fmt.instant(entry.created_at)}"
        )
        compared = [
            Column("field", _("Hal")),
            Column("before", _("Sebelum")),
            Column("after", _("Sesudah")),
            Column("mark", _("Berubah")),
        ]
        whole_table(fields(entry), compared, key="audit-fields", alt=_("Sebelum dan sesudah"))
        st.caption(
            _("Kode permintaan {code} · hash {hash}").format(
                code=fmt.plain(entry.request_id), hash=entry.hash or fmt.NONE
            )
        )


api_client = api()
today = business_day(runtime().now())
first = audit.entries(api_client, 1, 1, start_date=today.isoformat(), end_date=today.isoformat())
page_header(_("Audit"), _("{count} peristiwa tercatat hari ini").format(count=fmt.number(first.total)))
period = PeriodFilter(today, Preset.LAST_30_DAYS)
action = Choice(
    AUDIT_ACTION, _("Tindakan"), {"": _("Semua"), **{code: audit_action(code) for code in first.kinds.actions}}
)
subject = Choice(
    AUDIT_SUBJECT, _("Objek"), {"": _("Semua"), **{code: audit_subject(code) for code in first.kinds.subjects}}
)
search = Search(_("Cari orang, nomor, isi perubahan"))
filter_bar((period, action, subject, search))
with guarded(_("Catatan audit"), _("Halaman lain tetap dapat dipakai.")):
    chain_check(api_client)
    entry_list(
        api_client,
        {
            "search": search.value,
            "action": action.value,
            "subject": subject.value,
            "start_date": period.value.start.isoformat(),
            "end_date": period.value.end.isoformat(),
        },
        (period, action, subject, search),
    )
