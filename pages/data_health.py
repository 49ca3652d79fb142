"""Kesehatan Data: how fresh the data is, what the last runs did, and which rows were set aside and why."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Column, Headline, empty_state, guarded, headlines, page_header, table, table_page
from dashboard.i18n import _
from dashboard.labels import job, quarantine_reason, run_mode, run_status
from dashboard.warehouse import ask
from queries import health, reliability
from queries.filters import Page

counts = ask(health.quarantine_counts)
sizes = ask(health.table_sizes)
due = ask(health.tables_due)
silent = ask(reliability.orders_without_events)
bad = int(counts["rows"].sum())
page_header(
    _("Kesehatan Data"),
    _("{count} baris dikarantina").format(count=fmt.number(bad)) if bad else _("Tidak ada baris yang dikarantina"),
)
headlines(
    [
        Headline(
            _("Pesanan"),
            fmt.number(sizes["fct_orders"]),
            help=_("Baris di gudang data; {count} di antaranya tanpa riwayat status.").format(count=fmt.number(silent)),
        ),
        Headline(_("Jumlah partner"), fmt.number(sizes["dim_partners"]), help=_("Baris di gudang data.")),
        Headline(_("Airway bill pickup"), fmt.number(sizes["fct_pickups"]), help=_("Baris di gudang data.")),
        Headline(
            _("Dikarantina"),
            fmt.number(bad),
            help=_("Baris sumber yang melanggar aturan; masuk sendiri setelah diperbaiki di sumbernya."),
        ),
    ]
)
if not due.empty:
    st.subheader(_("Data yang belum lengkap"), anchor=False)
    st.warning(_("Tabel ini dibuat ulang oleh versi baru dan belum berisi semua baris sumbernya."))
    named = due.assign(
        table_name=due["table_name"].map(job),
        note=due["note"].fillna(_("Terisi sendiri pada proses berikutnya dari sumbernya.")),
    )
    columns = [
        Column("table_name", _("Tabel")),
        Column("source", _("Sumber")),
        Column("note", _("Yang perlu dilakukan")),
    ]
    everything = Page(limit=len(named))
    table(named, columns, total=len(named), key="due", page=everything, alt=_("Data yang belum lengkap"))
with guarded(_("Karantina"), _("Riwayat proses tetap dapat dipakai.")):
    st.subheader(_("Karantina"), anchor=False)
    if counts.empty:
        empty_state(_("Semua baris sumber lolos pemeriksaan."))
    else:
        page = table_page("qr", 20)
        found = ask(health.quarantine_page, page)
        columns = [
            Column("job", _("Tabel")),
            Column("row_key", _("Kunci")),
            Column("file", _("Berkas")),
            Column("sheet", _("Lembar")),
            Column("line", _("Nomor baris"), "int"),
            Column("column", _("Kolom")),
            Column("word", _("Tertulis")),
            Column("reason", _("Alasan")),
            Column("row_json", _("Isi baris")),
            Column("quarantined_at", _("Waktu"), "instant"),
        ]
        named = found.rows.assign(job=found.rows["job"].map(job), reason=found.rows["reason"].map(quarantine_reason))
        table(named, columns, total=found.total, key="qr", page=page, alt=_("Karantina"), select=False)
with guarded(_("Riwayat proses"), _("Karantina tetap dapat dipakai.")):
    st.subheader(_("Riwayat proses"), anchor=False)
    page = table_page("run", 20)
    runs = ask(health.runs_page, page)
    columns = [
        Column("started_at", _("Mulai"), "instant"),
        Column("job", _("Tabel")),
        Column("mode", _("Cara")),
        Column("status_label", _("Status"), "badge", alarm=lambda row: row["status"] == "failed"),
        Column("rows_landed", _("Dimuat"), "int"),
        Column("rows_deleted", _("Dihapus"), "int"),
        Column("rows_quarantined", _("Dikarantina"), "int"),
        Column("error", _("Galat")),
    ]
    named = runs.rows.assign(
        job=runs.rows["job"].map(job),
        mode=runs.rows["mode"].map(run_mode),
        status_label=runs.rows["status"].map(run_status),
    )
    table(named, columns, total=runs.total, key="run", page=page, alt=_("Riwayat proses"), select=False)
