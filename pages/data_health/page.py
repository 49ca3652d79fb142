"""Kesehatan Data: how fresh the data is, what the last runs did, and which rows were set aside and why."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Column, Headline, guarded, headlines, page_header, whole_table
from dashboard.i18n import _
from dashboard.labels import job
from dashboard.warehouse import ask
from pages.data_health.quarantine import draw_quarantine
from pages.data_health.runs import draw_runs
from pages.data_health.verification import draw_verification
from queries import health, reliability

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
    st.header(_("Data yang belum lengkap"), anchor=False)
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
    whole_table(named, columns, key="due", alt=_("Data yang belum lengkap"))
with guarded(_("Karantina"), _("Riwayat proses tetap dapat dipakai.")):
    st.header(_("Karantina"), anchor=False)
    draw_quarantine()
with guarded(_("Pemeriksaan data"), _("Karantina tetap dapat dipakai.")):
    st.header(_("Pemeriksaan data"), anchor=False)
    draw_verification()
with guarded(_("Riwayat proses"), _("Karantina tetap dapat dipakai.")):
    st.header(_("Riwayat proses"), anchor=False)
    draw_runs()
