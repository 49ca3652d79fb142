"""What docs/adding.md adds works. Run by test_adding.py in a copy that followed it; here there is nothing of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.payouts.bank_files import PayoutLine, write
from api.domains.payouts.bank_profiles import BankProfiles
from api.domains.withdrawals.service import request_withdrawal
from api.models import AuditEntry, BankAccount, Withdrawal
from dashboard.i18n import translations
from dashboard.labels import job, ticket_status
from etl.verify import compare
from queries import pickups, tickets
from tests.api.conftest import add_partner
from tests.docs.following import DOCUMENT, ROOT, blocks, of_kind
from tests.factories.product import NOW, Product, landed_product
from tests.pages import conftest as pages
from tests.pages.tables import tables

Call = Callable[..., Any]
run_page = pages.run_page
RECOUNT = text(
    "SELECT CAST(date_trunc('month', day) AS DATE), courier, count(*) FROM fct_days_off GROUP BY ALL ORDER BY ALL"
)
MART = text("SELECT month, courier, days FROM mart_courier_months_off ORDER BY ALL")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with landed_product(tmp_path_factory.mktemp("product"), orders=60) as made:
        yield made


@pytest.fixture(scope="module")
def call(product: Product) -> Call:
    """call("growth", "GET", "v1/...") -> the answer to that role."""
    client, tokens = TestClient(product.app), dict[str, str]()

    def called(role: str, method: str, path: str, **more: Any) -> Any:
        tokens.setdefault(role, product.token(role))
        return client.request(method, f"/api/{path}", headers={"Authorization": f"Bearer {tokens[role]}"}, **more)

    return called


def requested(product: Product, name: str, account_no: str) -> Withdrawal:
    """A withdrawal that waits, of a new partner whose account is in its brand's name, not checked yet."""
    with Session(product.engine, expire_on_commit=False) as session, session.begin():
        partner, account = add_partner(session, NOW, name=name, account_no=account_no, balance=900_000)
        made = request_withdrawal(session, partner.id, account.id, 500_000, NOW)
        account.name_score = account.name_checked_at = account.name_checked_by = None
        return made


@pytest.fixture(scope="module")
def off(product: Product, call: Call) -> dict[str, int]:
    """Notes days off and lands them; the status of each answer."""
    wanted = {
        "noted": ("growth", "JNE", "2022-11-16"),
        "noted by the administrator": ("admin", "JNE", "2022-11-17"),
        "of another month": ("growth", "POS", "2022-12-25"),
        "noted before": ("growth", "JNE", "2022-11-16"),
        "of no courier": ("growth", "NONE", "2022-11-16"),
        "by another role": ("finance", "JNE", "2022-11-18"),
    }
    statuses = {}
    for what, (role, courier, day) in wanted.items():
        body = {"courier": courier, "day": day, "reason": "Libur"}
        statuses[what] = call(role, "POST", "v1/admin/courier/day-off", json=body).status_code
    product.runner.run()
    return statuses


def rows(product: Product, statement: Any) -> list[tuple[Any, ...]]:
    with product.warehouse.read() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def test_the_operation(product: Product, call: Call) -> None:
    answer = call("growth", "GET", "v1/admin/partner/cities")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "success"
    found = {row["city"]: row["partners"] for row in answer.json()["data"]}
    with product.engine.connect() as connection:
        counted = dict(connection.execute(text("SELECT city, count(*) FROM partners GROUP BY city")).all())
    assert found == counted != {}
    assert call("finance", "GET", "v1/admin/partner/cities").status_code == 403


def test_the_state() -> None:
    assert ticket_status("escalated") == "Diteruskan"
    assert translations("en")["Diteruskan"][0] == "Escalated"


def test_the_transition(product: Product, call: Call) -> None:
    waiting = requested(product, "Jaya", "5550001111").id
    for status in ("on_review", "canceled"):
        answer = call(
            "finance", "PUT", f"v1/admin/withdrawal/update/{waiting}", params={"status": status}, data={"notes": "x"}
        )
        assert answer.status_code == 200, answer.text
    with Session(product.engine) as session:
        assert session.get_one(Withdrawal, waiting).status == "canceled"


def test_the_domain(product: Product, off: dict[str, int]) -> None:
    good = {"noted": 200, "noted by the administrator": 200, "of another month": 200}
    assert off == good | {"noted before": 409, "of no courier": 404, "by another role": 403}
    with Session(product.engine) as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "courier.day_off")).all()
    assert [entry.subject for entry in noted] == ["courier"] * 3


def test_the_job(product: Product, off: dict[str, int]) -> None:
    landed = rows(product, text("SELECT courier, CAST(day AS VARCHAR), reason FROM fct_days_off ORDER BY day"))
    assert landed == [("JNE", "2022-11-16", "Libur"), ("JNE", "2022-11-17", "Libur"), ("POS", "2022-12-25", "Libur")]
    assert compare(product.runner).agrees
    assert job("fct_days_off") == "Hari libur ekspedisi"


def test_the_mart_follows_each_change(product: Product, off: dict[str, int]) -> None:
    assert len(rows(product, MART)) == 2
    assert rows(product, RECOUNT) == rows(product, MART)
    with product.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO courier_days_off (shipment_id, day, reason, updated_at) "
                "SELECT id, '2022-11-30', '', '2022-11-15 03:00:00' FROM shipments WHERE code = 'SAP'"
            )
        )
        connection.execute(text("DELETE FROM courier_days_off WHERE day = '2022-12-25'"))
    product.runner.run()
    assert [courier for _month, courier, _days in rows(product, MART)] == ["JNE", "SAP"]
    assert rows(product, RECOUNT) == rows(product, MART)


def test_the_read(product: Product, call: Call, off: dict[str, int]) -> None:
    answer = call("finance", "GET", "v1/admin/courier/days-off", params={"month": "2022-11-30"})
    assert answer.status_code == 200, answer.text
    found = {row["courier"]: row["days"] for row in answer.json()["data"]}
    assert found["JNE"] == 2
    assert set(found) == set(rows(product, text("SELECT list(courier) FROM dim_shipments"))[0][0])
    assert call("partner", "GET", "v1/admin/courier/days-off", params={"month": "2022-11-30"}).status_code == 403


def test_the_page(product: Product, off: dict[str, int], run_page: pages.RunPage) -> None:
    page = run_page(product, "days_off", role="growth")
    assert not page.exception
    assert not page.error
    assert page.title[0].value == "Libur Ekspedisi"
    shown = tables(page)[0]
    assert dict(zip(shown["courier"], shown["days"], strict=True))["JNE"] == "2"


def test_the_courier(product: Product, call: Call, run_page: pages.RunPage) -> None:
    (statement,) = of_kind(blocks((ROOT / DOCUMENT).read_text()), "In the store")
    with product.engine.begin() as connection:
        connection.execute(text(statement))
    product.runner.run()
    with product.warehouse.read() as connection:
        assert "LION" in tickets.couriers(connection)
        assert "LION" in pickups.couriers(connection)
    days = {"start_date": "2022-11-14", "end_date": "2022-11-15"}
    answer = call("growth", "GET", "v1/admin/ticket/total", params=days)
    assert [day["LION"] for day in answer.json()["data"]] == [0, 0]
    page = run_page(product, "pickup_monitoring")
    assert any("LION" in chosen.options for chosen in page.multiselect)


def test_the_bank_profile(product: Product) -> None:
    profile = product.app.state.parts[BankProfiles].of("semicolon")
    line = PayoutLine("WD-1", 125_000, "BCA", "5550001111", "Besar Jaya")
    (made,) = write(profile, [line], batch="B-1", on=NOW.date(), source_account="1234567890", kind="csv")
    assert made.content.decode().splitlines() == ["Ref;Rekening;Nama;Nominal", "WD-1;5550001111;BESAR JAYA;125000"]


def test_the_port(product: Product, call: Call) -> None:
    waiting = requested(product, "Besar", "5550002222")
    assert call("finance", "GET", f"v2/admin/withdrawal/dossier/{waiting.id}").status_code == 200
    with Session(product.engine) as session:
        account = session.get_one(BankAccount, waiting.bank_account_id)
        assert (account.name_checked_by, account.name_score) == ("exact", 100)


@pytest.mark.parametrize(
    ("content", "status", "noted"),
    [
        ("courier;day\nSAP;2022-12-26\nPOS;2022-12-26\n", 200, 2),
        ("courier,day\nSAP,2022-12-27\nNONE,2022-12-27\n", 404, 0),
        ("courier,day\nSAP,soon\n", 422, 0),
        ("kurir,hari\nSAP,2022-12-28\n", 422, 0),
    ],
)
def test_the_uploaded_file(product: Product, call: Call, content: str, status: int, noted: int) -> None:
    def count() -> int:
        with product.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM courier_days_off")).scalar_one())

    before = count()
    answer = call("growth", "POST", "v1/admin/courier/days-off/sheet", files={"sheet": ("libur.csv", content)})
    assert answer.status_code == status, answer.text
    assert count() - before == noted
