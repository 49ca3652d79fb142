"""Each page for each role, over filled and empty data, and with a part that fails."""

from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.actions import withdrawals as withdrawal_actions
from dashboard.navigation import registry
from queries import juragan, partner_detail, partners, pickups, tickets
from queries.filters import Page
from tests.factories.product import Product
from tests.pages.conftest import RunPage

pytestmark = pytest.mark.xdist_group("pages")
TITLES = {
    "pickup_monitoring": "Monitoring Pickup",
    "ticket_total": "Total Tiket",
    "reliability": "Metrik Reliabilitas",
    "partner_growth": "Perkembangan Partner",
    "withdrawal_review": "Review Withdrawal",
    "payout_batch": "Batch Pembayaran",
    "data_health": "Kesehatan Data",
    "audit": "Audit",
}
VISITS = [(entry.name, role) for entry in registry() if not entry.hidden for role in entry.roles]


def title(page: AppTest) -> str:
    assert not page.exception, page.exception[0].message
    return page.title[0].value


def number(page: AppTest, label: str) -> int:
    return int(
        next(metric.value for metric in page.metric if metric.label == label).removesuffix(" ○").replace(".", "")
    )


@pytest.mark.parametrize(("name", "role"), VISITS)
def test_filled(run_page: RunPage, filled: Product, name: str, role: str) -> None:
    page = run_page(filled, name, role)
    assert title(page) == TITLES[name]
    assert not page.error


@pytest.mark.parametrize("name", TITLES)
def test_empty(run_page: RunPage, empty: Product, name: str) -> None:
    page = run_page(empty, name)
    assert title(page) == TITLES[name]
    assert not page.error


@pytest.mark.parametrize(
    ("name", "module", "question", "part"),
    [
        ("pickup_monitoring", pickups, "monitoring_page", "Daftar pickup"),
        ("ticket_total", tickets, "list_page", "Daftar tiket"),
        ("partner_growth", partners, "growth_page", "Daftar partner"),
        ("withdrawal_review", withdrawal_actions, "queue", "Antrean"),
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


def test_pickups_count_what_the_warehouse_counts(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "pickup_monitoring")
    with filled.warehouse.read() as connection:
        expected = pickups.waiting_counts(connection, filled.settings.now())
    assert (number(page, "Menunggu"), number(page, "Terlewati")) == (expected.waiting, expected.overdue)


def test_juragan_tab_by_its_address(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "partner_growth", tampilan="juragan", bulan="2022-10")
    assert title(page) == "Juragan"
    with filled.warehouse.read() as connection:
        expected = juragan.month_page(
            connection, filled.settings.now().date().replace(month=10, day=1), "", None, Page(1)
        )
    assert any(f"{expected.total} partner pada Oktober 2022" in text.value for text in page.markdown)


@pytest.mark.parametrize(
    ("asked", "told"), [("999999", "Tidak ada partner dengan nomor 999999"), ("x", "Buka partner")]
)
def test_a_partner_that_is_not_there(run_page: RunPage, filled: Product, asked: str, told: str) -> None:
    page = run_page(filled, "partner_detail", id=asked)
    assert title(page) == "Detail Partner"
    assert any(told in text.value for text in page.markdown)


def test_cohorts_by_their_address(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "reliability", sudut="kohort")
    assert title(page) == "Metrik Reliabilitas"
    assert any("kohort belum matang" in text.value for text in page.markdown)


def test_a_wrong_address_is_told_and_the_default_taken(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "ticket_total", periode="kemarin-lusa")
    assert title(page) == "Total Tiket"
    assert any("kemarin-lusa" in warning.value for warning in page.warning)
