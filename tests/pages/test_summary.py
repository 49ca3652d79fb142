"""Ringkasan: numbers, work and news of each role, targets, and parts that fail."""

import re
from typing import Any
from urllib.parse import parse_qsl

import duckdb
import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from dashboard.actions import summary as actions
from dashboard.client import ApiUnreachable
from queries import summary_news
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import tables

TODAY = "DATE '2022-11-15'"  # the product's, in WIB
LAST_30_DAYS = f"BETWEEN {TODAY} - 29 AND {TODAY}"
SHIPPED = "CAST(shipped_at + INTERVAL 7 HOUR AS DATE)"


def one(product: Product, statement: str) -> Any:
    with product.warehouse.read() as connection:
        return connection.execute(text(statement)).scalar_one()


def metrics(page: AppTest) -> dict[str, str]:
    assert not page.exception, page.exception[0].message
    return {metric.label: metric.value for metric in page.metric}


def html(page: AppTest) -> str:
    return "\n".join(str(block.proto.body) for block in page.get("html"))


def digits(shown: str) -> int:
    return int(re.sub(r"\D", "", shown))


def row_of(page: AppTest, label: str) -> str:
    """The value and link of a fact, as HTML."""
    found = re.search(rf"<dt>{re.escape(label)}</dt><dd>(.*?)</dd>", html(page))
    assert found, label
    return found[1]


@pytest.fixture(scope="module")
def seen() -> dict[str, AppTest]:
    return {}


def shown(run_page: RunPage, filled: Product, seen: dict[str, AppTest], role: str) -> AppTest:
    if role not in seen:
        seen[role] = run_page(filled, "summary", role)
    return seen[role]


def test_numbers_are_those_of_the_orders(run_page: RunPage, filled: Product, seen: dict[str, AppTest]) -> None:
    page = shown(run_page, filled, seen, "admin")
    numbers = metrics(page)
    of_days = f"FROM fct_orders WHERE {SHIPPED} {LAST_30_DAYS}"
    assert digits(numbers["Partner bertransaksi"]) == one(filled, f"SELECT count(DISTINCT partner_id) {of_days}") > 0
    november, october = (f"SELECT partner_id FROM fct_orders WHERE {SHIPPED} {days}" for days in (
        "BETWEEN DATE '2022-11-01' AND DATE '2022-11-30'", "BETWEEN DATE '2022-10-01' AND DATE '2022-10-31'",
    ))  # fmt: skip
    before = one(filled, f"SELECT count(DISTINCT partner_id) FROM ({october})")
    kept = one(filled, f"SELECT count(*) FROM ({november} INTERSECT {october})")
    assert f"{kept} / {before}" in next(each.help for each in page.metric if each.label == "Retensi")
    lost = one(
        filled,
        "SELECT count(*) FROM (SELECT partner_id FROM fct_pickups WHERE handed_at IS NOT NULL GROUP BY partner_id "
        "HAVING max(CAST(handed_at + INTERVAL 7 HOUR AS DATE)) < DATE '2022-09-01')",
    )
    assert digits(numbers["Partner churn"]) == lost
    owed = one(
        filled, "SELECT sum(amount) FROM fct_ledger WHERE account_kind IN ('partner_available', 'partner_reserved')"
    )
    assert f"Rp{owed:,}".replace(",", ".") in next(each.help for each in page.metric if each.label == "Saldo partner")
    rows = tables(page)[0]
    assert len(rows) == 30
    today = one(filled, f"SELECT count(*) FROM fct_orders WHERE {SHIPPED} = {TODAY}")
    assert f"mengirim {today} pesanan senilai" in " ".join(block.value for block in page.markdown)


@pytest.mark.parametrize(
    ("role", "label", "statement", "address"),
    [
        (
            "admin",
            "Pickup terlewati",
            "SELECT count(*) FROM fct_pickups WHERE handed_at IS NULL AND canceled_at IS NULL AND due_at < '{now}'",
            "/pickup",
        ),
        (
            "admin",
            "Tiket belum dibaca",
            "SELECT count(*) FROM fct_tickets WHERE is_unread AND status <> 'closed'",
            "/detail-tiket?id=",
        ),
        (
            "finance",
            "Withdrawal sebelum kemarin",
            "SELECT count(*) FROM fct_withdrawals WHERE status IN ('requested', 'on_review') AND created_at < '{old}'",
            "/withdrawal",
        ),
        (
            "growth",
            "Hilang",
            "SELECT count(*) FROM mart_partners WHERE last_pickup BETWEEN DATE '2022-09-17' AND DATE '2022-10-16'",
            "/partner-growth?segmen=lost",
        ),
    ],
)
def test_what_waits_is_counted_and_one_click_away(
    run_page: RunPage,
    filled: Product,
    seen: dict[str, AppTest],
    role: str,
    label: str,
    statement: str,
    address: str,
) -> None:
    row = row_of(shown(run_page, filled, seen, role), label)
    count = one(filled, statement.format(now=filled.settings.now().replace(tzinfo=None), old="2022-11-13 17:00"))
    assert count > 0
    assert f">{count}</a>" in row.replace(".", "")
    assert f'href="{address}' in row


@pytest.mark.parametrize(
    ("role", "absent"),
    [
        ("growth", ["Permintaan withdrawal", "Baris data dikarantina", "Pickup terlewati"]),
        ("finance", ["Baris data dikarantina", "Pickup terlewati", "Melambat"]),
        ("admin", ["Melambat"]),
    ],
)
def test_a_role_sees_its_own_work(
    run_page: RunPage, filled: Product, seen: dict[str, AppTest], role: str, absent: list[str]
) -> None:
    page = shown(run_page, filled, seen, role)
    metrics(page)
    assert not any(f"<dt>{label}</dt>" in html(page) for label in absent)
    assert any(button.key == "summary-target" for button in page.button) == (role == "admin")


def test_news_are_of_the_time_since_the_visit_before(
    run_page: RunPage, filled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = filled.settings.now().replace(year=2022, month=11, day=1)
    monkeypatch.setattr(actions, "visit", lambda _client: actions.Visit(before=before))
    page = run_page(filled, "summary")
    metrics(page)
    tickets = one(filled, f"SELECT count(*) FROM fct_tickets WHERE created_at > '{before.replace(tzinfo=None)}'")
    row = row_of(page, "Tiket baru").replace("&amp;", "&")
    assert f">{tickets}</a>" in row.replace(".", "")
    assert 'href="/tiket?periode=custom&dari=2022-11-01&sampai=2022-11-15"' in row
    lost = row_of(page, "Partner menjadi hilang").replace("&amp;", "&")
    assert "segmen=lost&pickup=custom&pickup_dari=2022-10-03&pickup_sampai=2022-10-16" in lost


def test_a_target_stands_beside_its_number_and_not_beside_some_couriers(
    run_page: RunPage, filled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = actions.SummaryNumber.SHIPPING
    target = actions.Target(number=number, value=1_000_000, set_by="Ayu", set_at=filled.settings.now())
    monkeypatch.setattr(actions, "targets", lambda _client: {number: target})
    page = run_page(filled, "summary", periode="7d", banding="false")
    shipping = one(filled, f"SELECT sum(shipping_cost) FROM fct_orders WHERE {SHIPPED} BETWEEN {TODAY} - 6 AND {TODAY}")
    share = (200 * shipping + 233_333) // 466_666  # of seven days: Rp233.333
    card = next(metric for metric in page.metric if metric.label == "Total ongkir")
    assert card.delta == f"{share:,} %".replace(",", ".") + " dari target Rp233,3 rb"
    of_one = run_page(filled, "summary", periode="7d", banding="false", kurir="JNE")
    assert not next(metric for metric in of_one.metric if metric.label == "Total ongkir").delta


def test_a_part_that_fails_leaves_the_rest(run_page: RunPage, filled: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise duckdb.IOException("the disk is gone")

    def silent(*_args: Any, **_kwargs: Any) -> None:
        raise ApiUnreachable("0123456789abcdef")

    monkeypatch.setattr(summary_news, "unread_tickets", broken)
    monkeypatch.setattr(actions, "visit", silent)
    monkeypatch.setattr(actions, "targets", silent)
    page = run_page(filled, "summary")
    assert metrics(page)["Retensi"]
    assert {error.body.split(".")[0] for error in page.error} == {"Data tidak dapat dibaca", "Layanan tidak menjawab"}
    assert any("Target tidak dapat dibaca" in caption.value for caption in page.caption)


def test_an_empty_warehouse(run_page: RunPage, empty: Product) -> None:
    page = run_page(empty, "summary", "growth")
    assert {metrics(page)[label][0] for label in ("LTV bersih per partner", "Retensi", "Masa churn")} == {"-"}
    assert any("Belum ada pesanan yang dikirim hari ini" in block.value for block in page.markdown)


def test_the_links_of_the_news_are_known_to_their_pages(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "summary")
    link = row_of(page, "Permintaan withdrawal").replace("&amp;", "&")
    query = dict(parse_qsl(link.partition("?")[2].partition('"')[0]))
    opened = run_page(filled, "withdrawal", **query)
    assert query["wd_status"] == "all"
    assert not opened.exception
    assert not opened.warning


@pytest.mark.parametrize(
    ("first", "last", "known"),
    [("0001-01-01", "9999-12-31", False), ("1970-01-01", "2100-12-31", True), ("2030-01-01", "2030-01-05", True)],
)
def test_any_days_can_stand_in_the_address(
    run_page: RunPage, filled: Product, first: str, last: str, known: bool
) -> None:
    page = run_page(filled, "summary", periode="custom", dari=first, sampai=last)
    assert metrics(page)["Saldo partner"]
    assert not page.error
    assert bool(page.warning) != known
