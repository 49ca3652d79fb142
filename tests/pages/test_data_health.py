"""The quarantine and the runs on the page of data health: filters, counts, words, exports."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import delete, insert
from streamlit.testing.v1 import AppTest

from dashboard import i18n
from dashboard.exports.downloads import offers
from dashboard.labels import difference
from dashboard.state import EXPORT_NUMBER
from etl.jobs import JOBS
from pages.data_health.columns import column_label, row_in_words
from pages.data_health.reasons import kind_in_words, reason_in_words, rule_in_words
from queries import health
from queries.filters import Page
from queries.health import Aside
from queries.reasons import Reason, Rule, understood
from queries.schema import etl_differences, etl_runs, etl_verifications, quarantine
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import tables
from vocabulary import DifferenceKind

NOTE = 'jual.csv: 9 rows\nnilai: numbers: {thousands: "."}'
BAD_ORDER = {"source": "toko", "order_no": "A1", "partner_id": None, "created_at": "2022-10-05 03:00:00"}


@pytest.fixture(scope="module")
def with_quarantine(filled: Product) -> Iterator[Product]:
    """Nine rows set aside: six of files of two sources, three of the store."""

    def row(number: int, source: str, job: str, reason: str, **place: object) -> dict[str, object]:
        common = {"row_key": f"k{number}", "run_id": "r", "quarantined_at": filled.settings.now().replace(tzinfo=None)}
        names = ("file", "sheet", "line", "column", "word")
        return {
            **common,
            "source": source,
            "job": job,
            "reason": reason,
            "row_json": json.dumps(BAD_ORDER),
            **{name: place.get(name) for name in names},
        }

    place = {"file": "jual.csv", "column": "nilai", "word": "(500)"}
    rows = [row(line, "toko", "fct_orders", Reason.NOT_A_NUMBER, line=line, **place) for line in range(2, 5)]
    rows.append(row(5, "toko", "dim_partners", Reason.NO_KEY, file="partner.xlsx", sheet="Mei", line=5))
    rows += [
        row(6 + cell, "kurir", "fct_orders", Rule.FORMULA.of(cell=f"C{cell}"), file="kirim.xlsx", line=cell)
        for cell in range(2)
    ]
    rows.append(row(8, "store", "fct_orders", Rule.MISSING.of(column="partner_id")))
    rows.append(row(9, "store", "fct_orders", Rule.ORPHAN.of(column="created_at", table="dim_partners")))
    rows.append(row(10, "store", "fct_order_events", Rule.CONTRADICTION.of(state="Dikirim", end="Diterima")))
    run = {
        "run_id": "r9",
        "source": "toko",
        "job": "fct_orders",
        "mode": "reconcile",
        "note": NOTE,
        "status": "ok",
        "rows_read": 21,
        "rows_landed": 11,
        "rows_deleted": 0,
        "rows_quarantined": 3,
        "rows_repeated": 4,
        "rows_dropped": 3,
        "started_at": filled.settings.now().replace(tzinfo=None),
    }
    with filled.warehouse.write() as connection:
        connection.execute(insert(quarantine), rows)
        connection.execute(insert(etl_runs).values(run))
    yield filled
    with filled.warehouse.write() as connection:
        connection.execute(delete(quarantine))
        connection.execute(delete(etl_runs).where(etl_runs.c.run_id == "r9"))


def frames(page: AppTest) -> list[pd.DataFrame]:
    assert not page.exception, page.exception[0].message
    assert not page.error
    return tables(page)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 9),
        ({"sumber": "toko"}, 4),
        ({"sumber": "toko", "tabel": "dim_partners"}, 1),
        ({"tabel": "fct_order_events"}, 1),
        ({"berkas": "jual.csv"}, 3),
        ({"sumber": "kurir", "berkas": "kirim.xlsx"}, 2),
    ],
)
def test_filters_of_the_address_narrow_counts_rows_and_export(
    run_page: RunPage, with_quarantine: Product, query: dict[str, str], count: int
) -> None:
    page = run_page(with_quarantine, "data_health", **query)
    reasons, rows, _runs = frames(page)
    assert sum(int(number) for number in reasons["rows"]) == len(rows) == count
    assert f"{count} baris cocok dengan saringan." in [caption.value for caption in page.caption]
    offer = offers.get(page.session_state[EXPORT_NUMBER.of("karantina").name])
    assert offer is not None
    export = offer.export
    assert export.total == sum(len(group) for group in export.groups()) == count


def test_filters_that_match_nothing_say_so_and_lead_out(run_page: RunPage, with_quarantine: Product) -> None:
    page = run_page(with_quarantine, "data_health", sumber="kurir", berkas="jual.csv")
    (_runs,) = frames(page)
    button = next(each for each in page.button if each.label == "Tampilkan semua")
    assert len(frames(button.click().run())) == 3


def test_a_file_that_an_address_names_wrongly_is_told(run_page: RunPage, with_quarantine: Product) -> None:
    page = run_page(with_quarantine, "data_health", berkas="lama.csv")
    assert len(frames(page)[1]) == 9
    assert any("lama.csv" in warning.value for warning in page.warning)


def test_reasons_are_counted_with_their_shares(run_page: RunPage, with_quarantine: Product) -> None:
    reasons = frames(run_page(with_quarantine, "data_health"))[0]
    counted = {
        kind: (int(rows), share)
        for kind, rows, share in zip(reasons["kind"], reasons["rows"], reasons["share"], strict=True)
    }
    assert counted["bukan angka"] == (3, "33,33 %")
    assert counted["rumus tanpa nilai"] == (2, "22,22 %")


def test_a_row_says_where_it_stands_and_why(run_page: RunPage, with_quarantine: Product) -> None:
    rows = frames(run_page(with_quarantine, "data_health", sumber="toko", tabel="fct_orders"))[1]
    first = rows.iloc[0]
    assert (first["file"], first["line"], first["column"], first["word"]) == ("jual.csv", "2", "nilai", "(500)")
    assert first["row"] == "Nomor pesanan: A1; Waktu dibuat: 5 Okt 2022 10.00 WIB"


def test_a_rule_of_the_warehouse_names_its_column_and_the_word(run_page: RunPage, with_quarantine: Product) -> None:
    rows = frames(run_page(with_quarantine, "data_health", sumber="store"))[1].set_index("row_key")
    assert rows.loc["k8", ["column", "why"]].tolist() == ["Kode partner", "Kode partner tidak ada"]
    assert rows.loc["k9", ["column", "word"]].tolist() == ["Waktu dibuat", "5 Okt 2022 10.00 WIB"]
    assert rows.loc["k10", "why"] == "pesanan berstatus Dikirim, tetapi peristiwanya berakhir di Diterima"


def test_a_run_shows_what_became_of_what_it_read(run_page: RunPage, with_quarantine: Product) -> None:
    runs = frames(run_page(with_quarantine, "data_health"))[-1]
    run = runs[runs["mode"] == "Cocokkan ulang"].iloc[0]
    names = ["rows_read", "rows_landed", "rows_repeated", "rows_dropped", "rows_quarantined"]
    assert run[names].tolist() == ["21", "11", "4", "3", "3"]
    assert run["note_line"] == NOTE.replace("\n", " · ")


def test_questions_without_filters_see_every_row(with_quarantine: Product) -> None:
    with with_quarantine.warehouse.read() as connection:
        assert health.quarantine_page(connection, Page(2)).total == 9
        assert health.quarantine_page(connection, Page(2), Aside(file="jual.csv")).total == 3
        assert health.quarantine_choices(connection)["file"] == ["jual.csv", "kirim.xlsx", "partner.xlsx"]


@pytest.fixture
def english() -> Iterator[None]:
    i18n.set_language("en")
    yield
    i18n.set_language(None)


NAMED = {
    "column": "partner_id", "table": "dim_partners", "group": "transaction_id", "before": "nothing",
    "after": "Diajukan", "state": "Dikirim", "end": "Diterima", "fields": 3, "width": 2, "line": 7, "found": "LF",
    "wanted": "CR alone", "number": 4, "cell": "B2", "cells": "B2:B4", "invariant": "nominal > 0",
}  # fmt: skip


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_is_understood_and_has_words(rule: Rule, english: None) -> None:
    reason = rule.of(**NAMED)
    found = understood(reason)
    assert found is not None
    assert found[0] is rule
    assert all(str(NAMED[name]) == value for name, value in found[1].items())
    for said in (reason_in_words(reason), kind_in_words(reason)):
        assert not any(code in said for code in ("_id", "dim_", "fct_", "{", ">", "Dikirim")), said


def test_every_reason_has_words_in_both_languages() -> None:
    in_indonesian = [reason_in_words(reason) for reason in Reason]
    i18n.set_language("en")
    in_english = [reason_in_words(reason) for reason in Reason]
    i18n.set_language(None)
    assert len({*in_indonesian, *in_english}) == 2 * len(Reason)


def test_every_rule_of_the_tables_has_words() -> None:
    for job in JOBS:
        for invariant in job.target.info["invariants"]:
            assert rule_in_words(invariant) != invariant


def test_every_column_that_can_land_has_a_label() -> None:
    names = {column.name for job in JOBS for column in job.target.c} - {"source"}
    assert not {name for name in names if column_label(name) == name}


def test_a_reason_of_another_version_stays_as_it_is() -> None:
    assert reason_in_words("too purple") == "too purple"
    assert reason_in_words(Rule.BROKEN.of(invariant="a < b")) == "melanggar aturan: a < b"


def test_a_row_in_words_leaves_out_what_is_empty(english: None) -> None:
    row = json.dumps({"source": "x", "is_lost": True, "city": "", "phone": None, "later": 5})
    assert row_in_words(row) == "Lost: yes; later: 5"


@pytest.fixture
def verified(with_quarantine: Product) -> Iterator[Product]:
    """Two verifications of a source, of which the newer one found a value and a mart that differ."""
    now = with_quarantine.settings.now().replace(tzinfo=None)
    common = {"source": "store", "rows_compared": 5919, "error": None}
    made = [
        {**common, "verification_id": "old", "status": "agrees", "rows_differing": 0, "at": now - timedelta(days=1)},
        {**common, "verification_id": "new", "status": "differs", "rows_differing": 2, "at": now},
    ]
    for row in made:
        row["started_at"] = row.pop("at")
        row["finished_at"] = row["started_at"] + timedelta(seconds=75)
    values = {"verification_id": "new", "kind": "changed", "source_value": "3", "warehouse_value": "7"}
    differing = [
        {**values, "line": 1, "table_name": "fct_orders", "row_key": "12", "column_name": "qty"},
        {**values, "line": 2, "table_name": "mart_order_days", "row_key": "x", "column_name": None},
    ]
    tables = (etl_verifications, etl_differences)
    with with_quarantine.warehouse.write() as connection:
        connection.execute(insert(etl_verifications), made)
        connection.execute(insert(etl_differences), differing)
    yield with_quarantine
    with with_quarantine.warehouse.write() as connection:
        for table in tables:
            connection.execute(delete(table))


def test_the_newest_verification_shows_what_differs_and_what_to_do(run_page: RunPage, verified: Product) -> None:
    page = run_page(verified, "data_health")
    last, values = frames(page)[2:4]
    assert last["rows_differing"].tolist() == ["2"]
    assert last[["status_label", "lasted", "rows_compared"]].iloc[0].tolist() == ["Berbeda", "1 mnt", "5.919"]
    shown = ["table_label", "row_key", "kind_label", "column_label", "source_value", "warehouse_value"]
    assert values[shown].iloc[0].tolist() == ["Pesanan", "12", "nilainya lain", "Banyaknya barang", "3", "7"]
    assert values["table_label"].iloc[1] == "Ringkasan untuk halaman (mart_order_days)"
    assert any("verify --repair" in warning.value for warning in page.warning)


def test_a_product_that_was_never_verified_says_how(run_page: RunPage, with_quarantine: Product) -> None:
    page = run_page(with_quarantine, "data_health")
    assert any("Belum pernah diperiksa" in each.value for each in page.markdown)


@pytest.mark.parametrize("kind", DifferenceKind)
def test_every_kind_of_difference_has_words(kind: DifferenceKind) -> None:
    assert difference(kind) != kind
