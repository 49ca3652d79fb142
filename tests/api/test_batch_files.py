"""The bank file of a batch whose partners were stopped after its approval, and taking the batch back."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.models import Partner, Withdrawal
from settings import Settings
from tests.api.test_payouts import BASE, Desk, result_file, three_requests
from tests.api.untouched import untouched

SignIn = Callable[[str], dict[str, str]]


@pytest.fixture
def desk(client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime) -> Desk:
    return Desk(client, sign_in, three_requests(store_engine, now))


def stop_first(engine: Engine, desk: Desk, status: int) -> None:
    with Session(engine) as session, session.begin():
        partner_id = session.get_one(Withdrawal, desk.rows[0]["withdrawal_id"]).partner_id
        session.get_one(Partner, partner_id).problem_status = status


@pytest.mark.parametrize(("status", "mark"), [(1, "fake"), (2, "hold")])
def test_no_first_file_pays_a_partner_that_was_stopped_after_the_approval(
    desk: Desk, store_engine: Engine, settings: Settings, status: int, mark: str
) -> None:
    batch_id = desk.approved()
    stop_first(store_engine, desk, status)
    with untouched(store_engine, settings.data_dir):
        refused = desk.client.get(f"{BASE}/batch/{batch_id}/file", headers=desk.maker)
        assert refused.status_code == 409
        assert f"Toko Toko0 100% is marked {mark} since the approval" in refused.json()["message"]
    reply = desk.detail(batch_id)
    assert ([partner["full_name"] for partner in reply["stopped"]], reply["may_be_taken_back"]) == (
        ["Toko Toko0 100%"], True,
    )  # fmt: skip

    back = desk.post(f"/batch/{batch_id}/cancel", desk.checker, json={"comment": "partner palsu"})
    assert back.status_code == 200, back.text
    assert desk.states(batch_id) == ["released"] * 3
    others = [row | {"version": 3} for row in desk.rows[1:]]
    total = sum(row["nominal"] for row in desk.detail(batch_id)["rows"][1:])
    again = desk.propose(rows=others, row_count=2, total=total)
    assert again.status_code == 200, again.text


def test_a_batch_with_a_file_is_not_taken_back_and_its_file_stays_the_same(
    desk: Desk, store_engine: Engine, settings: Settings
) -> None:
    batch_id = desk.approved()
    first = desk.client.get(f"{BASE}/batch/{batch_id}/file", headers=desk.maker)
    assert first.status_code == 200
    stop_first(store_engine, desk, 1)
    with untouched(store_engine, settings.data_dir):
        refused = desk.post(f"/batch/{batch_id}/cancel", desk.checker, json={"comment": "terlambat"})
        assert (refused.status_code, "before its first bank file only" in refused.json()["message"]) == (409, True)
    assert desk.client.get(f"{BASE}/batch/{batch_id}/file", headers=desk.maker).content == first.content
    assert desk.detail(batch_id)["may_be_taken_back"] is False


def test_a_batch_that_the_bank_answered_is_not_taken_back(desk: Desk, store_engine: Engine, settings: Settings) -> None:
    batch_id = desk.approved()  # and its file was written elsewhere
    answer = result_file(desk, batch_id, "Berhasil", "Diproses", "Gagal")
    assert desk.result(batch_id, answer).status_code == 200
    with untouched(store_engine, settings.data_dir):
        refused = desk.post(f"/batch/{batch_id}/cancel", desk.checker, json={"comment": "salah"})
        assert refused.status_code == 409
