"""What changes while an export is read is not in it: neither a row twice, nor one less."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.withdrawals.models import Withdrawal
from api.kernel import audit as trail
from dashboard import warehouse
from dashboard.actions import audit
from queries.schema import mart_partners
from tests.factories.exports import offered
from tests.factories.product import NOW, Product, landed_product
from tests.pages.conftest import RunPage
from vocabulary import WAITING

REMOVED = mart_partners.c.partner_id <= 3


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of this module alone, whose rows change."""
    with landed_product(tmp_path_factory.mktemp("busy"), orders=200) as product:
        yield product


def columns_of(groups: Iterator[pd.DataFrame], column: str, meanwhile: Callable[[], None]) -> list[Any]:
    """A column of all rows; the change happens after the first of several groups."""
    values: list[Any] = []
    for number, group in enumerate(groups):
        values += list(group[column])
        if number == 0:
            meanwhile()
    return values


def remove_the_first_partners(product: Product) -> None:
    with product.warehouse.write() as connection:
        connection.execute(delete(mart_partners).where(REMOVED))


@pytest.mark.parametrize("view", ["partner", "juragan"])
def test_a_list_of_partners(run_page: RunPage, busy: Product, monkeypatch: pytest.MonkeyPatch, view: str) -> None:
    export = offered(run_page(busy, "partner_growth", tampilan=view), view)
    whole = [key for group in export.groups() for key in group["partner_id"]]
    with busy.warehouse.read() as connection:
        kept = [dict(row) for row in connection.execute(select(mart_partners).where(REMOVED)).mappings()]
    monkeypatch.setattr(warehouse, "AT_ONCE", 4)
    try:
        found = columns_of(export.groups(), "partner_id", partial(remove_the_first_partners, busy))
        assert [key for group in export.groups() for key in group["partner_id"]] == [k for k in whole if k > 3]
    finally:
        with busy.warehouse.write() as connection:
            connection.execute(insert(mart_partners), kept)
    assert len(whole) > 8
    assert found == whole


def test_the_trail(run_page: RunPage, busy: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def write() -> None:
        with Session(busy.engine) as session:
            trail.record(session, actor_id=1, action="login", subject="user", subject_id=1, request_id="r", at=NOW)
            session.commit()

    for _number in range(7):
        write()
    export = offered(run_page(busy, "audit"), "audit")
    whole = [key for group in export.groups() for key in group["id"]]
    monkeypatch.setattr(audit, "AT_ONCE", 3)
    assert columns_of(export.groups(), "id", write) == whole
    assert len(whole) == len(set(whole)) >= 7


def test_the_waiting_queue_is_one_answer(run_page: RunPage, busy: Product) -> None:
    """As the pages of the queue show it, in the same order."""
    client = TestClient(busy.app, headers={"Authorization": f"Bearer {busy.token('finance')}"})
    pages = [
        client.get("/api/v2/admin/withdrawal-queue", params={"total_per_page": 2, "page": number}).json()["data"][
            "data"
        ]
        for number in (1, 2)
    ]
    (rows,) = offered(run_page(busy, "withdrawal", role="finance"), "withdrawal").groups()
    with Session(busy.engine) as session:
        waiting = set(session.scalars(select(Withdrawal.id).where(Withdrawal.status.in_(WAITING))))
    assert set(rows["withdrawal_id"]) == waiting
    assert len(rows) == len(waiting) > 3
    assert list(rows["withdrawal_id"])[:4] == [row["withdrawal_id"] for page in pages for row in page]
