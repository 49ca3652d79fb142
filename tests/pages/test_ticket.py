"""The page of a ticket against what the store says of it."""

import pytest
from sqlalchemy import text

from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables
from tests.pages.test_order import one, plain, said, words


@pytest.mark.parametrize("role", ["admin", "growth", "finance"])
def test_its_thread_and_its_order_are_those_of_the_store(run_page: RunPage, filled: Product, role: str) -> None:
    ticket = one(filled, "SELECT t.*, o.order_no, p.full_name FROM tickets t JOIN orders o ON o.id = t.order_id "
                 "JOIN partners p ON p.id = t.partner_id WHERE (SELECT count(*) FROM ticket_messages "
                 "WHERE ticket_id = t.id) > 1 ORDER BY t.id LIMIT 1")  # fmt: skip
    page = run_page(filled, "ticket", role, id=str(ticket["id"]))
    assert page.title[0].value == f"Tiket {ticket['ticket_no']}"
    assert f'<a href="/pesanan?id={ticket["order_id"]}" target="_self">{ticket["order_no"]}</a>' in words(page)
    assert ticket["description"] in plain(page)
    assert ticket["full_name"] in said(page)
    with filled.engine.connect() as connection:
        statement = text("SELECT body, author FROM ticket_messages WHERE ticket_id = :id ORDER BY created_at, id")
        written = connection.execute(statement, {"id": ticket["id"]}).all()
    assert [block.value for block in page.text] == [body for body, _author in written]
    authors = [caption.value.split(" · ")[0] for caption in page.caption]
    names = {"partner": ticket["full_name"], "staff": "Tim Komship"}
    assert authors == [names[author] for _body, author in written]


@pytest.mark.parametrize(("given", "reason"), [("", "menyebut"), ("TCK-1", "menyebut"), ("-3", "menyebut"),
                                               ("99999999", "Tidak ada tiket dengan nomor 99999999")])  # fmt: skip
def test_an_address_of_no_ticket_says_so(run_page: RunPage, empty: Product, given: str, reason: str) -> None:
    page = run_page(empty, "ticket", id=given)
    assert not page.exception
    assert reason in said(page)
    assert "data-go-back" in words(page)
    assert "data-find-open" in words(page)


def test_lists_of_tickets_lead_to_their_page(run_page: RunPage, filled: Product) -> None:
    listed = given_to_tables(run_page(filled, "ticket_total"))[-1]
    at = [column["name"] for column in listed["columns"]].index("ticket_no")
    cell = listed["rows"][0]["cells"][at]
    ticket = one(filled, f"SELECT id FROM tickets WHERE ticket_no = '{cell['text']}'")
    assert cell["href"] == f"/detail-tiket?id={ticket['id']}"
