"""Pendapatan & Profit against a recount of the store's rows; roles, filters of the address, empty data and errors."""

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from sqlalchemy import select

from api.models import Order, Partner, Shipment
from dashboard import format as fmt
from dashboard.navigation import pages_for
from queries import income
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables, tables
from tests.pages.test_sums import TODAY, sums

FIRST = TODAY - timedelta(days=29)


def rows_of_store(product: Product, first: date = FIRST, last: date = TODAY) -> list[dict[str, Any]]:
    """The delivered orders of some WIB days, with their profit."""
    with product.engine.connect() as connection:
        joined = select(Order.__table__, Shipment.code, Partner.full_name).join(Shipment).join(Partner)
        orders = [dict(row) for row in connection.execute(joined).mappings() if row["state"] == "Diterima"]
    found = []
    for order in orders:
        at = order["delivered_at"]
        day = ((at.replace(tzinfo=None) if at.tzinfo else at) + timedelta(hours=7)).date()
        margin = (order["shipping_cost"] * 25 + 50) // 100
        if first <= day <= last:
            profit = order["service_fee"] + margin - order["shipping_cashback"]
            found.append(order | {"day": day, "margin": margin, "profit": profit})
    return found


def grouped(rows: list[dict[str, Any]], name: str) -> dict[Any, str]:
    """Profit by a column, as the page shows it."""
    return {key: fmt.rupiah(sum(row["profit"] for row in rows if row[name] == key)) for key in {r[name] for r in rows}}


def test_those_who_see_money_open_it() -> None:
    seen = {role for role in ("admin", "growth", "finance") if any(e.name == "income" for e in pages_for(role))}
    assert seen == {"admin", "finance"}


@pytest.mark.parametrize("role", ["finance", "admin"])
def test_headlines_lists_and_ledger_are_a_recount(run_page: RunPage, filled: Product, role: str) -> None:
    page = run_page(filled, "income", role=role)
    rows = rows_of_store(filled)
    before = rows_of_store(filled, FIRST - timedelta(days=30), FIRST - timedelta(days=1))
    whole, profit_before = (sum(row["profit"] for row in each) for each in (rows, before))
    metric = page.metric[0]
    change = fmt.change(whole, profit_before)
    assert change is not None
    assert (metric.label, metric.value, metric.delta) == ("Profit", fmt.rupiah_short(whole), change.text)
    assert page.metric[4].value == fmt.number(len(rows))
    couriers = next(table for table in tables(page) if "at" in table)
    assert dict(zip(couriers["at"], couriers["profit"], strict=True)) == grouped(rows, "code")
    assert sums(page, "pendapatan_courier")["profit"] == fmt.rupiah(whole)
    net = fmt.rupiah(sum(row["net_profit"] for row in rows))
    html = " ".join(str(element.proto.body) for element in page.get("html"))
    assert html.count(net) == 2  # by the orders, and by the ledger
    assert "sama sampai rupiah" in html


@pytest.mark.parametrize(("per", "column"), [("partner", "partner_name"), ("hari", "at"), ("bulan", "month")])
def test_each_view_adds_up(run_page: RunPage, filled: Product, per: str, column: str) -> None:
    page = run_page(filled, "income", role="finance", per=per, metode="cod", pendapatan_partner_baris="100")
    rows = [row for row in rows_of_store(filled) if row["payment_method"] == "COD"]
    given = next(table for table in given_to_tables(page) if table["key"].startswith("pendapatan"))
    assert given["sums"]["profit"] == fmt.rupiah(sum(row["profit"] for row in rows))
    named = {row["partner_id"]: row["full_name"] for row in rows}  # two may have one name
    by_partner = [(named[key], profit) for key, profit in grouped(rows, "partner_id").items()]
    by_day = [(fmt.day(key), profit) for key, profit in grouped(rows, "day").items()]
    months = [row | {"month": fmt.month(row["day"])} for row in rows]
    expected = {"partner": by_partner, "hari": by_day, "bulan": list(grouped(months, "month").items())}[per]
    assert given["pager"]["text"].endswith(f" dari {fmt.number(len(expected))}")
    shown = next(table for table in tables(page) if column in table)
    assert set(zip(shown[column], shown["profit"], strict=True)) <= set(expected)


def test_a_number_opens_the_orders_that_make_it(run_page: RunPage, filled: Product) -> None:
    rows = rows_of_store(filled)
    code = rows[0]["code"]
    page = run_page(filled, "income", role="finance", kurir=code, per="pesanan", metode="non-cod")
    mine = [row for row in rows if row["code"] == code and row["payment_method"] != "COD"]
    given = next(table for table in given_to_tables(page) if table["key"] == "pendapatan_pesanan")
    assert given["sums"]["profit"] == fmt.rupiah(sum(row["profit"] for row in mine))
    order_no, href = given["rows"][0]["cells"][0]["text"], given["rows"][0]["cells"][0]["href"]
    best = min(mine, key=lambda row: (-row["profit"], row["id"]))
    assert (order_no, href) == (best["order_no"], f"/pesanan?id={best['id']}")
    narrowed = run_page(filled, "income", role="finance", per="partner")
    row = next(table for table in given_to_tables(narrowed) if table["key"] == "pendapatan_partner")["rows"][0]
    links = [cell["href"] for cell in row["cells"] if isinstance(cell, dict) and "per=pesanan" in cell.get("href", "")]
    assert len(links) == 1
    assert "partner=" in links[0]


def test_one_partner_is_a_chip_that_can_go(run_page: RunPage, filled: Product) -> None:
    rows = rows_of_store(filled)
    partner = rows[0]["partner_id"]
    page = run_page(filled, "income", role="finance", partner=str(partner), per="pesanan")
    mine = [row for row in rows if row["partner_id"] == partner]
    given = next(table for table in given_to_tables(page) if table["key"] == "pendapatan_pesanan")
    assert given["sums"]["net_profit"] == fmt.rupiah(sum(row["net_profit"] for row in mine))
    chip = next(button for button in page.button if button.label.startswith("Partner: "))
    chip.click().run()
    assert page.metric[4].value == fmt.number(len(rows))


@pytest.mark.parametrize(
    "query",
    [{"metode": "tunai"}, {"kurir": "DHL"}, {"partner": "x"}, {"partner": "999999"}, {"per": "tahun"}],
    ids=str,
)
def test_what_a_link_gets_wrong_is_named(run_page: RunPage, filled: Product, query: dict[str, str]) -> None:
    page = run_page(filled, "income", role="finance", **query)
    assert not page.exception
    assert [warning for warning in page.warning if f'"{next(iter(query.values()))}"' in warning.value]
    assert page.metric[4].value == fmt.number(len(rows_of_store(filled)))


def test_without_orders_it_says_so_and_offers_a_way_out(run_page: RunPage, empty: Product) -> None:
    page = run_page(empty, "income", role="finance", metode="cod", periode="today")
    assert any("Tidak ada pesanan yang diterima pembeli" in text.value for text in page.markdown)
    page.button("empty-Tidak ada pesanan yang diterima pembeli dengan saringan ini.").click().run()
    assert page.selectbox("periode").value == "30d"
    assert page.selectbox("metode").value == "semua"


def test_a_part_that_fails_leaves_the_others(
    run_page: RunPage, filled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any) -> None:
        raise duckdb.Error("away")

    monkeypatch.setattr(income, "listed_by", fail)
    page = run_page(filled, "income", role="finance")
    assert [error.value for error in page.error if "Grafik tetap dapat dipakai." in error.value]
    assert page.metric[0].value == fmt.rupiah_short(sum(row["profit"] for row in rows_of_store(filled)))


def test_a_difference_to_the_ledger_is_shown(
    run_page: RunPage, filled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = sum(row["net_profit"] for row in rows_of_store(filled))
    monkeypatch.setattr(income, "credited", lambda _connection, _wanted: net - 1500)
    page = run_page(filled, "income", role="finance")
    html = " ".join(str(element.proto.body) for element in page.get("html"))
    assert "-Rp1.500" in html
    assert "sama sampai rupiah" not in html
