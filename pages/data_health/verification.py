"""What the last verification of each source found."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Column, empty_state, fetched, sorted_view, table, whole_table
from dashboard.i18n import _
from dashboard.labels import difference, job, verification_status
from dashboard.warehouse import ask
from pages.data_health.columns import column_label
from queries import health


def draw_verification() -> None:
    """When each source was compared and with what result, and below it the values that differ."""
    found = ask(health.last_verifications)
    if found.empty:
        empty_state(_("Belum pernah diperiksa. Pemeriksaan berjalan tiap malam, atau dengan `python -m etl verify`."))
        return
    lasted = (found["finished_at"] - found["started_at"]).dt.total_seconds()
    named = found.assign(status_label=found["status"].map(verification_status), lasted=lasted)
    columns = [
        Column("source", _("Sumber")),
        Column("started_at", _("Mulai"), "instant"),
        Column("lasted", _("Lama"), "duration"),
        Column("status_label", _("Hasil"), "badge", alarm=lambda row: row["status"] != "agrees"),
        Column("rows_compared", _("Dibandingkan"), "int"),
        Column("rows_differing", _("Berbeda"), "int"),
        Column("error", _("Galat")),
    ]
    whole_table(named, columns, key="vf", alt=_("Pemeriksaan data"))
    if (found["status"] == "differs").any():
        text = _(
            "Angka di layar bisa salah. Hentikan layanan, jalankan `python -m etl verify --repair`, lalu mulai lagi."
        )
        st.warning(text, icon=":material/warning:")
        _draw_differences()


def _draw_differences() -> None:
    view = sorted_view("vd", (), question=None, size=20)
    found, view = fetched(view, lambda page: ask(health.differences_page, page))
    named = found.rows.assign(
        table_label=found.rows["table_name"].map(_table),
        kind_label=found.rows["kind"].map(difference),
        column_label=found.rows["column_name"].map(lambda name: None if fmt.missing(name) else column_label(name)),
    )
    columns = [
        Column("source", _("Sumber")),
        Column("table_label", _("Tabel")),
        Column("row_key", _("Kunci")),
        Column("kind_label", _("Perbedaan")),
        Column("column_label", _("Kolom")),
        Column("source_value", _("Di sumber")),
        Column("warehouse_value", _("Di gudang data")),
    ]
    table(named, columns, view, total=found.total, alt=_("Nilai yang berbeda"))


def _table(name: str) -> str:
    return _("Ringkasan untuk halaman ({name})").format(name=name) if name.startswith("mart_") else job(name)
