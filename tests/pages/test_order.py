"""The page of an order against what the store says of it."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables, tables

OF_STATE = "SELECT min(id) FROM orders WHERE state = '{}' AND subtotal > 0"


def one(product: Product, statement: str, **values: Any) -> Any:
    """The first row of the store that a statement finds."""
    with product.engine.connect() as connection:
        return connection.execute(text(statement), values).mappings().first()


def words(page: AppTest) -> str:
    """The texts of facts and timelines, without their tags."""
    assert not page.exception, page.exception[0].message
    found = "\n".join(block.proto.body for block in page.get("html"))
    return html.unescape(re.sub(r"</dt>|<small>", " ", re.sub(r"</?(dl|ol|li|div)[^>]*>", "\n", found)))


def plain(page: AppTest) -> str:
    """The same without any tag."""
    return re.sub(r"<[^>]+>", "", words(page))


def said(page: AppTest) -> str:
    """All that stands in its paragraphs."""
    return " ".join(block.value for block in page.markdown)


def rupiah(amount: int) -> str:
    """As Indonesians write it."""
    return f"{'-' if amount < 0 else ''}Rp{abs(amount):,}".replace(",", ".")


@pytest.mark.parametrize("state", ["Diajukan", "Dipacking", "Dikirim", "Diterima", "Retur", "Batal"])
@pytest.mark.parametrize("payment", ["COD", "BANK TRANSFER"])
def test_life_and_money_are_those_of_the_store(run_page: RunPage, filled: Product, state: str, payment: str) -> None:
    order = one(
        filled,
        "SELECT o.*, p.full_name FROM orders o JOIN partners p ON p.id = o.partner_id "
        "WHERE state = :state AND payment_method = :payment ORDER BY o.id LIMIT 1",
        state=state,
        payment=payment,
    )
    if order is None:
        pytest.skip(f"no order is {state} and paid by {payment}")
    page = run_page(filled, "order", "growth", id=str(order["id"]))
    shown = plain(page)
    assert page.title[0].value == f"Pesanan {order['order_no']}"
    assert rupiah(order["grand_total"]) in said(page)
    assert order["full_name"] in said(page)
    assert f"Resi {order['airway_bill'] or '-'}" in shown
    assert f"Total {rupiah(order['grand_total'])}" in shown
    assert f"Harga barang {rupiah(order['subtotal'])}" in shown
    if state == "Retur":
        assert f"Ongkir retur {rupiah(-order['return_shipping'])}" in shown
    else:
        assert f"Hak partner {rupiah(order['net_profit'])}" in shown
    with filled.engine.connect() as connection:
        steps = connection.execute(text("SELECT count(*) FROM order_events WHERE order_id = :id"), {"id": order["id"]})
        ended = state in ("Diterima", "Batal") or order["is_retur"] == 2
        assert shown.count(" WIB") >= steps.scalar_one()
    assert ("Sekarang" in shown) is not ended


def test_the_withdrawal_that_paid_an_order_is_linked_for_those_who_may_open_it(
    run_page: RunPage, filled: Product
) -> None:
    paid = one(
        filled,
        "SELECT o.id, min(w.id) AS withdrawal FROM orders o JOIN withdrawals w ON w.partner_id = o.partner_id "
        "WHERE o.state = 'Diterima' AND w.status = 'completed' AND w.created_at = (SELECT min(created_at) FROM "
        "withdrawals WHERE partner_id = o.partner_id AND status = 'completed' AND created_at >= o.delivered_at) "
        "GROUP BY o.id ORDER BY o.id DESC LIMIT 1",
    )
    link = f'href="/withdrawal?id={paid["withdrawal"]}"'
    assert link in words(run_page(filled, "order", "finance", id=str(paid["id"])))
    others = words(run_page(filled, "order", "growth", id=str(paid["id"])))
    assert link not in others
    assert f"Withdrawal {paid['withdrawal']}" in others


def test_its_tickets_are_listed(run_page: RunPage, filled: Product) -> None:
    ticket = one(filled, "SELECT order_id, max(ticket_no) AS ticket_no, count(*) AS n FROM tickets GROUP BY order_id")
    rows = tables(run_page(filled, "order", id=str(ticket["order_id"])))[0]
    assert len(rows) == ticket["n"]
    assert ticket["ticket_no"] in set(rows["ticket_no"])


def test_a_late_pickup_says_how_late(run_page: RunPage, filled: Product) -> None:
    statement = "SELECT order_id FROM fct_pickups WHERE handed_at > due_at + INTERVAL 2 HOUR ORDER BY order_id LIMIT 1"
    with filled.warehouse.read() as connection:
        order = connection.execute(text(statement)).scalar_one()
    assert ", terlambat " in plain(run_page(filled, "order", id=str(order)))


@pytest.mark.parametrize("given", ["", "abc", "-1", "1.5", "9" * 20, "%00", "<b>1</b>", "١"])
def test_an_address_without_a_number_says_so(run_page: RunPage, filled: Product, given: str) -> None:
    page = run_page(filled, "order", id=given)
    assert not page.exception
    assert "Alamat ini tidak menyebut nomor pesanan." in said(page)


def test_an_order_that_there_is_not_leads_on(run_page: RunPage, filled: Product, empty: Product) -> None:
    for product in (filled, empty):
        page = run_page(product, "order", id="999999999")
        assert "Tidak ada pesanan dengan nomor 999999999." in said(page)
        assert not page.exception


def test_in_english(run_page: RunPage, filled: Product) -> None:
    order = one(filled, OF_STATE.format("Diterima"))
    page = run_page(filled, "order", id=str(order["min(id)"]), lang="en")
    assert page.title[0].value.startswith("Order ")
    assert not {"Harga barang", "Ongkir", "Hak partner"} & set(plain(page).split("\n"))


def test_lists_of_orders_lead_to_their_page(run_page: RunPage, filled: Product) -> None:
    listed = given_to_tables(run_page(filled, "partner_detail", id="1"))[0]
    number = [column["name"] for column in listed["columns"]].index("order_no")
    cell = listed["rows"][0]["cells"][number]
    order = one(filled, "SELECT id FROM orders WHERE order_no = :number", number=cell["text"])
    assert cell["href"] == f"/pesanan?id={order['id']}"
    waiting = given_to_tables(run_page(filled, "pickup_monitoring"))[-1]
    bill = [column["name"] for column in waiting["columns"]].index("no_resi")
    assert re.fullmatch(r"/pesanan\?id=\d+", waiting["rows"][0]["cells"][bill]["href"])
