"""The review page: what it shows of a request, and how it goes on after a decision."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard import format as fmt
from dashboard.state import REVIEW_DECIDED
from tests.factories.product import Product, landed_product
from tests.pages.conftest import RunPage
from tests.pages.tables import tables
from tests.pages.test_refusals import _propose


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of this module alone: its requests are decided here."""
    with landed_product(tmp_path_factory.mktemp("review"), orders=400) as product:
        yield product


def client(product: Product) -> TestClient:
    return TestClient(product.app, headers={"Authorization": f"Bearer {product.token('finance2')}"})


def waiting(product: Product) -> list[dict[str, Any]]:
    answer = client(product).get("/api/v2/admin/withdrawal-queue", params={"total_per_page": 1000})
    found: list[dict[str, Any]] = answer.json()["data"]["data"]
    return found


def title(page: AppTest) -> str:
    assert not page.exception, page.exception[0].message
    assert not page.error, page.error[0].value
    return page.header[0].value


def test_the_open_request_shows_its_money_and_its_score(run_page: RunPage, decided: Product) -> None:
    row = waiting(decided)[1]
    found = client(decided).get(f"/api/v2/admin/withdrawal/dossier/{row['withdrawal_id']}").json()["data"]
    page = run_page(decided, "withdrawal", role="finance", id=str(row["withdrawal_id"]))
    assert title(page).startswith(f"{fmt.rupiah(row['nominal'])} · [")
    texts = [text.value for text in page.markdown]
    points = fmt.number(found["risk"]["points"])
    assert any(f": {points} dari 100 poin**" in text for text in texts)
    returned, shipped = found["orders"]["returned_90"], found["orders"]["shipped_90"]
    ratios = next(text for text in texts if text.startswith("|  | 30 hari"))
    assert f"{fmt.percent(returned, shipped)} · [{fmt.ratio(returned, shipped)}]" in ratios
    score = " ".join(element.proto.body for element in page.get("html"))
    for part in found["risk"]["parts"]:
        assert f"<span>{fmt.number(part['points'])} dari {part['weight']}</span>" in score


@pytest.mark.parametrize("is_in_address", [True, False])
def test_after_a_decision_the_request_below_opens_and_none_is_skipped(
    run_page: RunPage, decided: Product, *, is_in_address: bool
) -> None:
    first, second = waiting(decided)[:2]
    page = run_page(decided, "withdrawal", role="finance")
    if is_in_address:
        page.query_params["id"] = str(first["withdrawal_id"])
        page.run()
    assert title(page).startswith(f"{fmt.rupiah(first['nominal'])} · [{fmt.plain(first['partner_name'])}]")
    answer = client(decided).put(
        f"/api/v2/admin/withdrawal/update/{first['withdrawal_id']}?status=rejected",
        files={"notes": (None, "rekening salah")},
        headers={"Idempotency-Key": uuid4().hex},
    )
    assert answer.status_code == 200
    page.session_state[REVIEW_DECIDED.name] = True
    page.run()
    assert title(page).startswith(f"{fmt.rupiah(second['nominal'])} · [{fmt.plain(second['partner_name'])}]")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("999999999", "Withdrawal 999999999 tidak ditemukan."),
        ("999999999999999", "Withdrawal 999999999999999 tidak ditemukan."),
        ("9" * 40, "bukan nomor withdrawal."),
        ("abc", '"abc" bukan nomor withdrawal.'),
        ("-1", '"-1" bukan nomor withdrawal.'),
        ("<b>x</b>", "bukan nomor withdrawal."),
    ],
)
def test_an_address_that_names_no_withdrawal_says_so(
    run_page: RunPage, decided: Product, number: str, expected: str
) -> None:
    page = run_page(decided, "withdrawal", role="finance", id=number)
    assert not page.exception
    assert not page.error
    assert any(expected in text.value for text in page.markdown)
    assert len(tables(page)) == 1  # the queue stays


@pytest.mark.parametrize("number", ["999999999", "abc"])
def test_an_address_that_names_no_batch_says_so(run_page: RunPage, decided: Product, number: str) -> None:
    _propose(decided)
    page = run_page(decided, "payouts", role="finance", tampilan="batch", batch=number)
    assert not page.exception
    assert not page.error
    assert any(number in text.value and "batch di daftar" in text.value for text in page.markdown)
