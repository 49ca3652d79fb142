"""The route behind the search: what each role finds, in words, with the real API behind it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import cookies, i18n, search, session
from dashboard.client import ApiUnreachable
from dashboard.runtime import Runtime, configure
from queries.search_keys import number_keys, typed_phone, typed_words
from tests.factories.product import Product

Find = Callable[..., Any]


@pytest.fixture
def find(filled: Product) -> Iterator[Find]:
    """find("KOM-1", role) -> the JSON of the route; nobody is signed in without a role."""
    tokens: dict[str, str] = {}

    def ask(wanted: str, role: str | None = "admin", status: int = 200, **query: str) -> Any:
        http = TestClient(filled.app, base_url="http://testserver/api")
        configure(Runtime(filled.settings, filled.warehouse, http, filled.settings.now))
        session.sessions.forget()
        client = TestClient(Starlette(routes=list(search.ROUTES)))
        if role is not None:
            client.cookies.set(cookies.SESSION, tokens.setdefault(role, filled.token(role)))
        answer = client.get(search.PATH, params={"q": wanted, **query})
        assert answer.status_code == status, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json()

    yield ask
    session.sessions.forget()
    i18n.set_language(None)


def one(product: Product, statement: str) -> Any:
    with product.engine.connect() as connection:
        return connection.execute(text(statement)).mappings().first()


@pytest.mark.parametrize("role", ["admin", "growth", "finance"])
def test_an_order_is_found_by_its_number_and_by_its_airway_bill(find: Find, filled: Product, role: str) -> None:
    order = one(filled, "SELECT * FROM orders WHERE airway_bill IS NOT NULL ORDER BY id DESC LIMIT 1")
    for written in (order["order_no"], order["order_no"].lower(), order["airway_bill"]):
        first = find(written, role)["hits"][0]
        assert (first["title"], first["href"]) == (order["order_no"], f"/pesanan?id={order['id']}")
        assert order["customer_name"] in first["about"]


@pytest.mark.parametrize("writing", ["0{0}{1}{2}", "62{0}{1}{2}", "+62{0}{1}{2}", "+62 {0}-{1} {2}", "(0{0}) {1}.{2}"])
def test_a_partner_is_found_by_phone(find: Find, filled: Product, writing: str) -> None:
    partner = one(filled, "SELECT id, full_name, phone FROM partners WHERE id = 3")
    national = partner["phone"][1:]
    first = find(writing.format(national[:3], national[3:7], national[7:]), "growth")["hits"][0]
    assert (first["title"], first["href"], first["kind"]) == (partner["full_name"], "/partner?id=3", "Partner")


def test_money_is_found_by_those_who_may_open_it(find: Find, filled: Product) -> None:
    paid = one(filled, "SELECT w.id, b.account_no, b.partner_id FROM withdrawals w "
               "JOIN bank_accounts b ON b.id = w.bank_account_id ORDER BY w.id DESC LIMIT 1")  # fmt: skip
    account = f"/partner?id={paid['partner_id']}&bagian=withdrawal"
    for role, may in (("finance", True), ("admin", True), ("growth", False)):
        links = [hit["href"] for hit in find(f"WD {paid['id']}", role)["hits"]]
        assert (f"/withdrawal?id={paid['id']}" in links) is may
        assert (account in [hit["href"] for hit in find(paid["account_no"], role)["hits"]]) is may


def test_a_ticket_leads_to_its_page_and_words_follow_the_language(find: Find, filled: Product) -> None:
    ticket = one(filled, "SELECT * FROM tickets ORDER BY id LIMIT 1")
    indonesian = find(ticket["ticket_no"])["hits"][0]
    english = find(ticket["ticket_no"], lang="en")["hits"][0]
    assert indonesian["href"] == english["href"] == f"/detail-tiket?id={ticket['id']}"
    assert (indonesian["kind"], english["kind"]) == ("Tiket", "Ticket")


@pytest.mark.parametrize("wanted", ["", " ", "\0", "%", "x" * 5000, "🌸🌸🌸", "\u202e", "' OR 1=1 --", "\\"])
def test_what_means_nothing_finds_nothing(find: Find, wanted: str) -> None:
    assert find(wanted) == {"hits": [], "problem": ""}


def test_nobody_else_finds_anything(find: Find) -> None:
    for role in (None, "partner", "mitra"):
        assert "hits" not in find("KOM", role, status=401)


def test_the_rest_is_found_while_the_store_does_not_answer(
    find: Find, filled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_given: Any) -> None:
        raise ApiUnreachable("r-1")

    monkeypatch.setattr(search, "find_in_store", lost)
    phone = one(filled, "SELECT phone FROM partners WHERE id = 3")["phone"]
    found = find(phone)
    assert found["hits"][0]["href"] == "/partner?id=3"
    assert found["problem"] == "Rekening dan batch tidak dapat dicari sekarang."


def test_keys_are_landed_for_every_order_ticket_and_partner(filled: Product) -> None:
    with filled.warehouse.read() as connection:
        orders = connection.execute(text("SELECT order_no, airway_bill, order_digits, bill_digits FROM fct_orders"))
        for number, bill, of_number, of_bill in orders:
            assert of_number in number_keys(number)
            assert of_bill is None if bill is None else of_bill in number_keys(bill)
        for number, digits in connection.execute(text("SELECT ticket_no, ticket_digits FROM fct_tickets")):
            assert digits in number_keys(number)
        partners = connection.execute(text("SELECT full_name, brand_name, email, name_key FROM dim_partners")).all()
        phones = connection.execute(text("SELECT phone, phone_key FROM dim_partners")).all()
    for *names, key in partners:
        assert set(typed_words(" ".join(names), most=1000)) == set(key.split())
    assert all(typed_phone(phone) == key for phone, key in phones)
    assert one(filled, "SELECT count(*) AS n FROM ticket_messages")["n"] > 0


def test_messages_are_landed_as_they_stand_in_the_store(filled: Product) -> None:
    statement = "SELECT {} AS id, ticket_id, author, body FROM {} ORDER BY 1"
    with filled.engine.connect() as store, filled.warehouse.read() as warehouse:
        kept = store.execute(text(statement.format("id", "ticket_messages"))).all()
        assert warehouse.execute(text(statement.format("message_id", "fct_ticket_messages"))).all() == kept
