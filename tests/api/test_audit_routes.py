from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.kernel import audit
from api.kernel.append_only import unprotect
from tests.api.conftest import Case
from tests.api.test_withdrawals import PROOF, decide

SignIn = Callable[[str], dict[str, str]]
PATH = "/api/v1/admin/audit"


def write(engine: Engine, actor_id: int, *, action: str = "batch_created", at: datetime, **after: Any) -> None:
    with Session(engine) as session:
        audit.record(
            session, actor_id=actor_id, action=action, subject="payout_batch", subject_id=7, request_id="r-1", at=at,
            after=after,
        )  # fmt: skip
        session.commit()


def entries(client: TestClient, headers: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    answer = client.get(PATH, headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]["data"]
    return rows


def test_entries_are_found_by_person_action_content_and_object(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime
) -> None:
    headers = sign_in("finance")
    assert decide(client, case, "completed", headers, notes="100% benar", proof=PROOF).status_code == 200
    write(store_engine, users["finance2"], at=now, reference="KS-000007")
    (batch,) = entries(client, headers, action="batch_created")
    assert (batch["actor_name"], batch["subject_id"], batch["after"]) == (
        "Finance2 Satu",
        "7",
        {"reference": "KS-000007"},
    )
    assert len(batch["hash"]) == 64
    for query in ({"search": "ks-000007"}, {"search": "finance2@"}, {"subject": "payout_batch"}, {"search": "r-1"}):
        assert [row["action"] for row in entries(client, headers, **query)] == ["batch_created"], query
    (paid,) = entries(client, headers, search="100% benar")
    assert (paid["action"], paid["before"]["status"], paid["after"]["status"]) == (
        "withdrawal_completed", "requested", "completed",
    )  # fmt: skip
    assert entries(client, headers, search="100_ benar") == []
    assert {row["actor_id"] for row in entries(client, headers, actor_id=users["finance"])} == {users["finance"]}
    everything = client.get(PATH, headers=headers).json()
    assert {"batch_created", "withdrawal_completed"} <= set(everything["kinds"]["actions"])
    assert everything["data"]["total"] == len(entries(client, headers))
    assert entries(client, headers, total_per_page=1, page=2) == everything["data"]["data"][1:2]


def test_days_are_those_of_jakarta(
    client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int]
) -> None:
    write(store_engine, users["finance"], action="before", at=datetime(2022, 10, 4, 16, 59, 59, tzinfo=UTC))
    write(store_engine, users["finance"], action="first", at=datetime(2022, 10, 4, 17, tzinfo=UTC))
    write(store_engine, users["finance"], action="last", at=datetime(2022, 10, 5, 16, 59, 59, tzinfo=UTC))
    write(store_engine, users["finance"], action="after", at=datetime(2022, 10, 5, 17, tzinfo=UTC))
    rows = entries(client, sign_in("admin"), start_date="2022-10-05", end_date="2022-10-05")
    assert [row["action"] for row in rows] == ["last", "first"]


def test_the_trail_below_an_entry_is_the_same_whatever_is_written_meanwhile(
    client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime
) -> None:
    headers = sign_in("admin")

    def below(**query: Any) -> list[int]:
        answer = client.get(f"{PATH}/entries", headers=headers, params={"action": "batch_created", **query})
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["data"]]

    for number in range(4):
        write(store_engine, users["finance"], at=now, number=number)
        write(store_engine, users["finance"], at=now, action="login")
    fourth, third = below(total_per_page=2)
    write(store_engine, users["finance"], at=now)
    second, first = below(total_per_page=2, before=third)
    assert first < second < third < fourth
    assert below(before=first) == []
    assert below()[1:] == [fourth, third, second, first]


@pytest.mark.parametrize(("role", "code"), [("growth", 403), ("partner", 403), ("admin", 200), ("finance", 200)])
def test_who_may_read_the_trail(client: TestClient, sign_in: SignIn, role: str, code: int) -> None:
    assert client.get(PATH, headers=sign_in(role)).status_code == code
    assert client.get(f"{PATH}/verify", headers=sign_in(role)).status_code == code
    assert client.get(f"{PATH}/entries", headers=sign_in(role)).status_code == code
    assert client.get(PATH).status_code == 401


def test_a_changed_entry_breaks_the_chain_on_the_screen_too(
    client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime
) -> None:
    write(store_engine, users["finance"], at=now, total=5)
    headers = sign_in("finance")
    whole = client.get(f"{PATH}/verify", headers=headers).json()["data"]
    assert (whole["whole"], whole["break"]) == (True, None)
    with store_engine.begin() as connection:
        unprotect(connection, ["audit_entries"])
        connection.execute(text("UPDATE audit_entries SET subject_id = '8' WHERE action = 'batch_created'"))
    broken = client.get(f"{PATH}/verify", headers=headers).json()["data"]
    assert (broken["whole"], "batch_created" in broken["break"]) == (False, True)


def test_an_export_is_written_down(client: TestClient, sign_in: SignIn, users: dict[str, int]) -> None:
    body = {"name": "tiket", "format": "csv", "rows": 12, "filters": {"Periode": "30 hari"}, "not_known": 1}
    assert client.post(f"{PATH}/exports", headers=sign_in("growth"), json=body).status_code == 200
    (entry,) = entries(client, sign_in("admin"), action="export_made")
    assert (entry["actor_id"], entry["subject_id"], entry["after"]["rows"]) == (users["growth"], "tiket", 12)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": -1},
        {"rows": "12"},
        {"format": "../x"},
        {"name": ""},
        {"name": "x" * 61},
        {"filters": {"a": "x" * 5000}},
    ],
)
def test_a_note_of_an_export_that_says_nonsense_is_refused(
    client: TestClient, sign_in: SignIn, wrong: dict[str, Any]
) -> None:
    body = {"name": "tiket", "format": "csv", "rows": 12, "filters": {}} | wrong
    assert client.post(f"{PATH}/exports", headers=sign_in("growth"), json=body).status_code == 422
