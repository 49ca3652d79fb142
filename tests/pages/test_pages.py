"""Each page over filled and empty data, and with a part that fails. Roles are tested at the registry
(tests/dashboard/test_navigation.py); a page is rendered once and read by all tests that only read."""

import re
from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from api.kernel import audit
from dashboard.actions import review
from dashboard.navigation import registry
from queries import growth_list, juragan, partner_detail, pickups, tickets
from queries.filters import Page
from queries.schema import due_tables
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import tables
from vocabulary import AuditAction, AuditSubject

TITLES = {entry.name: entry.title for entry in registry() if not entry.hidden}
FIRST_ROLE = {entry.name: entry.roles[0] for entry in registry()}
LAST_30_DAYS = "BETWEEN DATE '2022-10-17' AND DATE '2022-11-15'"  # up to the product's today, in WIB
Render = Callable[[str], AppTest]


@pytest.fixture(scope="module")
def pages_so_far() -> dict[str, AppTest]:
    return {}


@pytest.fixture
def rendered(run_page: RunPage, filled: Product, pages_so_far: dict[str, AppTest]) -> Render:
    """rendered("ticket_total") -> the page over filled data, rendered once for the whole module; not to be clicked."""

    def render(name: str) -> AppTest:
        if name not in pages_so_far:
            pages_so_far[name] = run_page(filled, name, FIRST_ROLE[name])
        return pages_so_far[name]

    return render


def title(page: AppTest) -> str:
    assert not page.exception, page.exception[0].message
    return page.title[0].value


def number(page: AppTest, label: str) -> int:
    return int(
        next(metric.value for metric in page.metric if metric.label == label).removesuffix(" ○").replace(".", "")
    )


def counted(product: Product, statement: str) -> int:
    with product.warehouse.read() as connection:
        return int(connection.execute(text(statement)).scalar_one())


@pytest.mark.parametrize("name", TITLES)
def test_filled(rendered: Render, name: str) -> None:
    page = rendered(name)
    assert title(page) == TITLES[name]
    assert not page.error


@pytest.mark.parametrize("name", TITLES)
def test_empty(run_page: RunPage, empty: Product, name: str) -> None:
    page = run_page(empty, name)
    assert title(page) == TITLES[name]
    assert not page.error


@pytest.mark.parametrize(
    ("name", "label", "statement"),
    [
        (
            "pickup_monitoring",
            "Menunggu",
            "SELECT count(*) FROM fct_pickups WHERE handed_at IS NULL AND canceled_at IS NULL",
        ),
        (
            "ticket_total",
            "Tiket",
            f"SELECT count(*) FROM fct_tickets WHERE CAST(created_at + INTERVAL 7 HOUR AS DATE) {LAST_30_DAYS}",
        ),
        (
            "reliability",
            "Dikirim",
            f"SELECT count(*) FROM fct_orders WHERE CAST(shipped_at + INTERVAL 7 HOUR AS DATE) {LAST_30_DAYS}",
        ),
        (
            "partner_growth",
            "Aktif 30 hari",
            (
                "SELECT count(DISTINCT partner_id) FROM fct_pickups "
                f"WHERE CAST(handed_at + INTERVAL 7 HOUR AS DATE) {LAST_30_DAYS}"
            ),
        ),
        (
            "withdrawal",
            "Menunggu",
            "SELECT count(*) FROM fct_withdrawals WHERE status IN ('requested', 'on_review')",
        ),
        ("data_health", "Pesanan", "SELECT count(*) FROM fct_orders"),
    ],
)
def test_a_number_on_the_page_is_the_number_of_rows(
    rendered: Render, filled: Product, name: str, label: str, statement: str
) -> None:
    assert number(rendered(name), label) == counted(filled, statement) > 0


def test_data_that_has_to_be_given_again_is_named_with_how(run_page: RunPage, filled: Product) -> None:
    note = "give its files again: `python -m etl run --source files --mapping FILE --path DIR`"
    with filled.warehouse.write() as connection:
        connection.execute(insert(due_tables).values(source="toko", table_name="fct_orders", note=note))
    page = run_page(filled, "data_health")
    with filled.warehouse.write() as connection:
        connection.execute(delete(due_tables))
    assert "Data yang belum lengkap" in [heading.value for heading in page.header]
    assert [list(row) for row in tables(page)[0].itertuples(index=False)] == [["Pesanan", "toko", note]]
    assert "Data yang belum lengkap" not in [heading.value for heading in run_page(filled, "data_health").header]


def test_batches_that_wait_are_counted(rendered: Render, filled: Product) -> None:
    with filled.engine.connect() as connection:
        waiting = connection.execute(text("SELECT count(*) FROM payout_batches WHERE status = 'proposed'")).scalar_one()
    assert number(rendered("payouts"), "Menunggu pemeriksa") == waiting


def test_the_audit_page_counts_the_events_of_today(run_page: RunPage, filled: Product) -> None:
    with Session(filled.engine) as session, session.begin():
        audit.record(
            session, actor_id=1, action=AuditAction.LOGIN, subject=AuditSubject.USER, subject_id=1, request_id="r",
            at=filled.settings.now(),
        )  # fmt: skip
    page = run_page(filled, "audit")
    with filled.engine.connect() as connection:
        entries = connection.execute(
            text("SELECT count(*) FROM audit_entries WHERE created_at >= '2022-11-14 17:00:00'")
        ).scalar_one()
    sentence = next(block.value for block in page.markdown if "peristiwa tercatat hari ini" in block.value)
    found = re.search(r"([\d.]+) peristiwa", sentence)
    assert found is not None
    assert int(found[1].replace(".", "")) == entries > 0


def test_a_partner_shows_its_orders(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "partner_detail", id="1")
    with filled.warehouse.read() as connection:
        name = connection.execute(text("SELECT full_name FROM dim_partners WHERE partner_id = 1")).scalar_one()
    assert title(page) == name
    assert number(page, "Pesanan") == counted(filled, "SELECT count(*) FROM fct_orders WHERE partner_id = 1") > 0
    assert not page.error


@pytest.mark.parametrize(
    ("part", "column"), [("pickup", "airway_bill"), ("tiket", "ticket_no"), ("withdrawal", "nominal")]
)
def test_a_list_of_a_partner_by_its_address(run_page: RunPage, filled: Product, part: str, column: str) -> None:
    facts = {"pickup": "fct_pickups", "tiket": "fct_tickets", "withdrawal": "fct_withdrawals"}[part]
    busiest = f"SELECT partner_id FROM {facts} GROUP BY partner_id ORDER BY count(*) DESC, partner_id LIMIT 1"
    partner_id = counted(filled, busiest)
    page = run_page(filled, "partner_detail", id=str(partner_id), bagian=part)
    title(page)
    assert column in tables(page)[0].columns
    assert len(tables(page)[0]) == min(
        counted(filled, f"SELECT count(*) FROM {facts} WHERE partner_id = {partner_id}"), 20
    )


@pytest.mark.parametrize(
    ("name", "module", "question", "part"),
    [
        ("pickup_monitoring", pickups, "monitoring_page", "Daftar pickup"),
        ("ticket_total", tickets, "list_page", "Daftar tiket"),
        ("partner_growth", growth_list, "growth_list", "Daftar partner"),
        ("withdrawal", review, "queue", "Antrean"),
        ("partner_detail", partner_detail, "orders", "Pesanan"),
    ],
)
def test_a_part_that_fails_leaves_the_rest(
    run_page: RunPage,
    filled: Product,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    module: Any,
    question: str,
    part: str,
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise duckdb.IOException("the disk is gone")

    monkeypatch.setattr(module, question, broken)
    page = run_page(filled, name, id="1")
    assert title(page)
    assert [error.body for error in page.error if "Kode untuk dilaporkan" in error.body], [e.body for e in page.error]
    assert not any("disk is gone" in error.body for error in page.error)
    assert page.metric


def test_juragan_tab_by_its_address(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "partner_growth", tampilan="juragan", bulan="2022-10")
    assert title(page) == "Juragan"
    with filled.warehouse.read() as connection:
        expected = juragan.month_page(
            connection, filled.settings.now().date().replace(month=10, day=1), "", None, Page(1)
        )
    assert any(f"{expected.total} partner pada Oktober 2022" in block.value for block in page.markdown)


@pytest.mark.parametrize(
    ("address", "sentence"), [("999999", "Tidak ada partner dengan nomor 999999"), ("x", "Buka partner")]
)
def test_a_partner_that_is_not_there(run_page: RunPage, filled: Product, address: str, sentence: str) -> None:
    page = run_page(filled, "partner_detail", id=address)
    assert title(page) == "Partner"
    assert any(sentence in block.value for block in page.markdown)


def test_cohorts_by_their_address(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "reliability", sudut="kohort")
    assert title(page) == "Metrik Reliabilitas"
    assert any("kohort belum matang" in block.value for block in page.markdown)


def test_a_range_that_is_still_to_come_says_so(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "reliability", dari="2023-01-01", sampai="2023-01-05")
    assert title(page) == "Metrik Reliabilitas"
    assert any("Rentang ini belum terjadi." in block.value for block in page.markdown)
    assert not page.metric


def test_a_wrong_address_is_named_and_the_default_taken(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "ticket_total", periode="kemarin-lusa")
    assert title(page) == "Total Tiket"
    assert any("kemarin-lusa" in warning.value for warning in page.warning)


def test_the_way_out_of_a_range_without_tickets(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "ticket_total", dari="2015-01-01", sampai="2015-01-05")
    assert number(page, "Tiket") == 0
    next(button for button in page.button if button.label == "Tampilkan 30 hari").click().run()
    assert number(page, "Tiket") > 0
