"""What the last runs did."""

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import Column, empty_state, fetched, marked_row, sorted_view
from dashboard.i18n import _
from dashboard.labels import job, run_mode, run_status
from dashboard.warehouse import ask
from queries import health


def draw_runs() -> None:
    """The runs, newest first; of the marked one the whole note."""
    view = sorted_view("run", (), question=None, size=20)
    runs, view = fetched(view, lambda page: ask(health.runs_page, page))
    if not runs.total:
        empty_state(_("Belum ada proses yang tercatat."))
        return
    columns = [
        Column("started_at", _("Mulai"), "instant"),
        Column("source", _("Sumber")),
        Column("job_label", _("Tabel")),
        Column("mode", _("Cara")),
        Column("status_label", _("Status"), "badge", alarm=lambda row: row["status"] == "failed"),
        Column("rows_read", _("Dibaca"), "int"),
        Column("rows_landed", _("Dimuat"), "int"),
        Column(
            "rows_repeated", _("Berulang"), "int", help=_("Baris berkas yang hanya mengulang baris lain."), extra=True
        ),
        Column(
            "rows_dropped",
            _("Dilewati"),
            "int",
            help=_("Baris berkas yang kosong, kepala tabel yang terulang, atau yang tidak diminta pemetaan."),
            extra=True,
        ),
        Column("rows_quarantined", _("Dikarantina"), "int"),
        Column("rows_deleted", _("Dihapus"), "int", extra=True),
        Column("error", _("Galat")),
        Column("note_line", _("Catatan"), extra=True),
    ]
    named = runs.rows.assign(
        row_id=runs.rows["run_id"] + ":" + runs.rows["job"],
        job_label=runs.rows["job"].map(lambda code: _("Semua") if code == "all" else job(code)),
        mode=runs.rows["mode"].map(run_mode),
        status_label=runs.rows["status"].map(run_status),
        note_line=pd.Series(map(_in_one_line, runs.rows["note"]), index=runs.rows.index, dtype=object),
    )
    st.caption(_("Tandai sebuah baris untuk membaca seluruh catatannya."))
    marked = marked_row(named, columns, view, id_column="row_id", total=runs.total, alt=_("Riwayat proses"))
    if marked is not None:
        _draw_note(marked)


def _in_one_line(note: str | None) -> str | None:
    return None if note is None or fmt.missing(note) else " · ".join(note.splitlines())


def _draw_note(run: pd.Series) -> None:
    with st.container(border=True):
        st.markdown(f"**{fmt.plain(run['job_label'])}** · {fmt.plain(run['mode'])} · {fmt.instant(run['started_at'])}")
        texts = [text for text in (run["error"], run["note"]) if not fmt.missing(text)]
        st.code("\n".join(texts) if texts else _("Tanpa catatan."), language=None, wrap_lines=True)
