"""The rows that were set aside: by reason, one by one, and as files."""

import json
from collections.abc import Iterator
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import Column, empty_state, fetched, sorted_view, table, whole_table
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Choice, Filters, filter_bar
from dashboard.i18n import _
from dashboard.labels import job
from dashboard.links import ASIDE_FILE, ASIDE_SOURCE, ASIDE_TABLE, AddressKey
from dashboard.warehouse import ask, stream
from pages.data_health.columns import column_label, row_in_words, word_of
from pages.data_health.reasons import column_of, kind_in_words, reason_in_words
from queries import health
from queries.health import Aside
from queries.metrics import share


def draw_quarantine() -> None:
    """Filters, counts by reason, the rows and their export."""
    choices = ask(health.quarantine_choices)
    if not choices["source"]:
        empty_state(_("Semua baris sumber lolos pemeriksaan."))
        return
    source = _choice(ASIDE_SOURCE, _("Sumber"), {code: code for code in choices["source"]})
    of_table = _choice(ASIDE_TABLE, _("Tabel"), {code: job(code) for code in choices["job"]})
    file = _choice(ASIDE_FILE, _("Berkas"), {code: code for code in choices["file"]})
    filters = (source, of_table, file)
    filter_bar(filters)
    wanted = Aside(source.value, of_table.value, file.value)
    counts = ask(health.quarantine_counts, wanted)
    if counts.empty:
        empty_state(
            _("Tidak ada baris karantina yang cocok dengan saringan ini."),
            _("Tampilkan semua"),
            partial(_clear, filters),
        )
        return
    _draw_reasons(counts)
    _draw_rows(wanted, filters)


def _choice(key: AddressKey[str], label: str, options: dict[str, str]) -> Choice:
    return Choice(key, label, {"": _("Semua"), **options})


def _clear(filters: Filters) -> None:
    for each in filters:
        each.clear()


def _draw_reasons(counts: pd.DataFrame) -> None:
    """How many rows wait for each reason; they add up to all that match."""
    named = counts.assign(table=counts["job"].map(job), kind=counts["reason"].map(kind_in_words))
    summed: pd.DataFrame = named.groupby(["table", "kind"], as_index=False, sort=False)[["rows"]].sum()
    reasons = summed.sort_values("rows", ascending=False, kind="stable")
    total = int(reasons["rows"].sum())
    st.caption(_("{count} baris cocok dengan saringan.").format(count=fmt.number(total)))
    reasons = reasons.assign(share=reasons["rows"].map(lambda rows: share(int(rows), total)))
    columns = [
        Column("kind", _("Alasan")),
        Column("table", _("Tabel")),
        Column("rows", _("Baris"), "int"),
        Column("share", _("Porsi"), "percent"),
    ]
    whole_table(reasons, columns, key="qa", alt=_("Karantina menurut alasan"))


def _draw_rows(wanted: Aside, filters: Filters) -> None:
    columns = [
        Column("table", _("Tabel")),
        Column("why", _("Alasan")),
        Column("file", _("Berkas")),
        Column("sheet", _("Lembar"), extra=True),
        Column("line", _("Nomor baris"), "int"),
        Column("column", _("Kolom")),
        Column("word", _("Tertulis")),
        Column("row_key", _("Kunci")),
        Column("source", _("Sumber"), extra=True),
        Column("row", _("Isi baris")),
        Column("quarantined_at", _("Waktu"), "instant"),
    ]
    view = sorted_view("qr", columns, question=wanted, size=20)
    found, view = fetched(view, lambda page: ask(health.quarantine_page, page, wanted))
    table(_in_words(found.rows), columns, view, total=found.total, alt=_("Karantina"))

    def groups() -> Iterator[pd.DataFrame]:
        return map(_in_words, stream(health.quarantine_groups, wanted))

    export_links(Export("karantina", columns, groups, found.total, (), "quarantined_at"), filters, None)


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Labels for codes; column and word also where a rule of the warehouse names them."""
    places = [_place(*row) for row in zip(rows["reason"], rows["column"], rows["word"], rows["row_json"], strict=True)]
    return rows.assign(
        table=rows["job"].map(job),
        why=rows["reason"].map(reason_in_words),
        column=pd.Series([column for column, _word in places], index=rows.index, dtype=object),
        word=pd.Series([word for _column, word in places], index=rows.index, dtype=object),
        row=rows["row_json"].map(row_in_words),
    )


def _place(reason: str, column: str | None, word: str | None, row_json: str) -> tuple[str | None, str | None]:
    name = column_of(reason)
    if not fmt.missing(column) or name is None:
        return column, word
    value = json.loads(row_json).get(name)
    return column_label(name), None if value is None else word_of(name, value)
