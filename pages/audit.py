"""Audit: who did what to which thing, and whether the trail is whole."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions import audit
from dashboard.client import api
from dashboard.components import (
    Column,
    empty_state,
    export_buttons,
    guarded,
    page_header,
    table,
    table_page,
)
from dashboard.filters import Choice, PeriodFilter, Preset, Search, filter_bar
from dashboard.i18n import _
from dashboard.labels import audit_action, audit_field, audit_subject, withdrawal_status
from dashboard.links import AUDIT_ACTION, AUDIT_SUBJECT, withdrawal_link
from dashboard.runtime import runtime
from queries.filters import Page, PageOf
from queries.wib import business_day
from queries.withdrawals import STATUSES

SIZE = 50
client = api()
today = business_day(runtime().now())
first = audit.entries(client, 1, 1, start_date=today.isoformat(), end_date=today.isoformat())
page_header(
    _("Audit"),
    _("{count} peristiwa tercatat hari ini").format(count=fmt.number(first["data"]["total"])),
)
actions = {"": _("Semua"), **{code: audit_action(code) for code in first["kinds"]["actions"]}}
subjects = {"": _("Semua"), **{code: audit_subject(code) for code in first["kinds"]["subjects"]}}
period = PeriodFilter(today, Preset.LAST_30_DAYS)
action = Choice(AUDIT_ACTION, _("Tindakan"), actions)
subject = Choice(AUDIT_SUBJECT, _("Objek"), subjects)
search = Search(_("Cari orang, nomor, isi perubahan"))
filters = (period, action, subject, search)
filter_bar(filters)
wanted = {
    "search": search.value,
    "action": action.value,
    "subject": subject.value,
    "start_date": period.value.start.isoformat(),
    "end_date": period.value.end.isoformat(),
}


def _links(row: pd.Series) -> str:
    if row["subject"] == "withdrawal":
        return withdrawal_link(int(row["subject_id"]))
    if row["subject"] == "payout_batch":
        return f"/batch?batch={row['subject_id']}"
    return f"/partner?id={row['subject_id']}" if row["subject"] == "partner" else "/audit"


def _changes(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """status: diminta -> ditinjau; version: 1 -> 2."""
    old, new = before or {}, after or {}
    names = [name for name in new if old.get(name) != new[name]]
    return "; ".join(
        f"{audit_field(name)}: {_shown(name, old[name])} → {_shown(name, new[name])}"
        if name in old
        else f"{audit_field(name)}: {_shown(name, new[name])}"
        for name in names
    )


def _shown(name: str, value: Any) -> str:
    if value is None or value == "":
        return fmt.NONE
    if name == "status" and value in STATUSES:
        return withdrawal_status(value)
    return fmt.number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def fetch(page: Page) -> PageOf:
    """One page of the filtered entries."""
    found = audit.entries(client, page.offset // page.limit + 1, page.limit, **wanted)["data"]
    rows = pd.DataFrame(found["data"])
    if not rows.empty:
        rows["created_at"] = pd.to_datetime(rows["created_at"], utc=True).dt.tz_localize(None)
        rows["action_told"] = rows["action"].map(audit_action)
        rows["subject_told"] = [
            f"{audit_subject(subject)} {key}" for subject, key in zip(rows["subject"], rows["subject_id"], strict=True)
        ]
        rows["actor_told"] = rows["actor_name"].fillna(_("Sistem"))
        rows["changes"] = [_changes(old, new) for old, new in zip(rows["before"], rows["after"], strict=True)]
    return PageOf(rows, int(found["total"]))


columns = [
    Column("subject_told", _("Objek"), width=190, opens=_links),
    Column("created_at", _("Waktu"), "instant", width=180),
    Column("actor_told", _("Siapa"), width=150),
    Column("action_told", _("Tindakan"), width=190),
    Column("changes", _("Perubahan")),
    Column("request_id", _("Kode permintaan"), width=110),
]


def detail(row: pd.Series) -> None:
    """Before and after side by side, and what the chain says."""
    with st.container(border=True):
        st.markdown(
            f"**{fmt.plain(row['action_told'])}** · {fmt.plain(row['subject_told'])} · "
            f"{fmt.plain(row['actor_told'])} · {fmt.instant(row['created_at'])}"
        )
        before, after = row["before"] or {}, row["after"] or {}
        names = list(dict.fromkeys([*before, *after]))
        frame = pd.DataFrame(
            {
                "field": [audit_field(name) for name in names],
                "before": [_shown(name, before.get(name)) for name in names],
                "after": [_shown(name, after.get(name)) for name in names],
                "mark": ["●" if name in before and before[name] != after.get(name) else "" for name in names],
            }
        )
        st.dataframe(
            frame,
            hide_index=True,
            lazy=False,
            alt=_("Sebelum dan sesudah"),
            column_config={
                "field": _("Hal"),
                "before": _("Sebelum"),
                "after": _("Sesudah"),
                "mark": st.column_config.TextColumn(_("Berubah"), width="small"),
            },
        )
        st.caption(
            _("Kode permintaan {code} · hash {hash}").format(
                code=fmt.plain(row["request_id"]), hash=row["hash"] or fmt.NONE
            )
        )


with guarded(_("Catatan audit"), _("Halaman lain tetap dapat dipakai.")):
    if st.button(_("Periksa rantai"), key="audit-verify", icon=":material/verified_user:"):
        with st.spinner(_("Menghitung ulang hash setiap catatan …")):
            checked = audit.verify(api())
        if checked["whole"]:
            told = _("Rantai utuh: {count} catatan cocok dengan hash-nya.")
            st.success(told.format(count=fmt.number(checked["entries"])), icon=":material/verified:")
        else:
            st.error(_("Rantai putus: {where}").format(where=checked["break"]), icon=":material/report:")
    page = table_page("audit", SIZE)
    found = fetch(page)
    if found.total == 0:
        empty_state(_("Tidak ada catatan yang cocok dengan saringan ini."))
    else:
        selected = table(
            found.rows, columns, total=found.total, key="audit", page=page, alt=_("Catatan audit"), select=True
        )
        if selected is not None:
            detail(selected)
        export_buttons(name="audit", columns=columns, fetch=fetch, filters=filters)
