"""The search of the store: accounts and batches, by whom and in which writing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.models import BankAccount, PayoutBatch
from tests.api.conftest import Case

SignIn = Callable[[str], dict[str, str]]
PATH = "/api/v1/admin/search"


def found(client: TestClient, headers: dict[str, str], text: str) -> dict[str, Any]:
    answer = client.get(PATH, headers=headers, params={"search": text})
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


@pytest.fixture
def batch_id(store_engine: Engine, users: dict[str, int], now: datetime) -> int:
    with Session(store_engine) as session, session.begin():
        batch = PayoutBatch(reference="KS-000001", profile="generic", source_account="1", status="proposed",
                            maker_id=users["finance"], row_count=2, total=700, comment="", created_at=now)  # fmt: skip
        session.add(batch)
        session.flush()
        batch.reference = f"KS-{batch.id:06d}"
        return batch.id


@pytest.mark.parametrize("text", ["981238787", " 981 238 787 ", "98-123.8787"])
def test_an_account_is_found_by_its_number_in_any_writing(
    client: TestClient, case: Case, sign_in: SignIn, text: str
) -> None:
    (account,) = found(client, sign_in("finance"), text)["accounts"]
    assert (account["partner_id"], account["account_no"], account["is_used"]) == (case.partner_id, "981238787", True)
    assert account["partner_name"] == "Toko Berkah 100%"


def test_an_account_that_was_deleted_is_found_and_says_so(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, now: datetime
) -> None:
    with Session(store_engine) as session, session.begin():
        session.execute(update(BankAccount).values(deleted_at=now, is_default=False))
    (account,) = found(client, sign_in("admin"), "981238787")["accounts"]
    assert account["is_used"] is False


@pytest.mark.parametrize("writing", ["KS-{:06d}", "ks{:06d}", "ks {}", "batch {}", "BATCH #{}"])
def test_a_batch_is_found_by_its_reference(client: TestClient, batch_id: int, sign_in: SignIn, writing: str) -> None:
    (batch,) = found(client, sign_in("finance"), writing.format(batch_id))["batches"]
    assert (batch["batch_id"], batch["row_count"], batch["total"]) == (batch_id, 2, 700)


@pytest.mark.parametrize(
    "text", ["", " ", "9812", "98123878", "9812387871", "981238787x", "%", "_", "9" * 21, "'", "ks", "ks 0",
             "ks 99999", "ks " + "9" * 18, "KS-000099-0001", "٩٨١٢٣٨٧٨٧", "x" * 200]
)  # fmt: skip
def test_what_is_no_number_of_an_account_or_batch_finds_nothing(
    client: TestClient, case: Case, batch_id: int, sign_in: SignIn, text: str
) -> None:
    assert found(client, sign_in("finance"), text) == {"accounts": [], "batches": []}


@pytest.mark.parametrize(("role", "status"), [("growth", 403), ("partner", 403), ("mitra", 403)])
def test_only_reviewers_search_accounts(
    client: TestClient, case: Case, sign_in: SignIn, role: str, status: int
) -> None:
    assert client.get(PATH, headers=sign_in(role), params={"search": "981238787"}).status_code == status
