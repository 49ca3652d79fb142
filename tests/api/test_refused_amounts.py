"""Requests and decisions with values that cannot be: refused with their reason, and nothing half-done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.withdrawals.service import request_withdrawal
from api.models import IdempotencyKey, Partner, Withdrawal
from settings import Settings
from tests.api.conftest import Case, add_partner
from tests.api.test_withdrawals import PROOF
from tests.api.untouched import untouched

SignIn = Callable[[str], dict[str, str]]
URL = "/api/v2/withdrawal/request"

# as JSON text, since some of it is no JSON that a client library would write
NOMINALS = {
    "0": 422, "-1": 422, "-400000": 422, "1.5": 422, "1.0": 422, "1e3": 422, '"100"': 422, "true": 422, "null": 422,
    "NaN": 422, "Infinity": 422, "1e999": 422, "[100]": 422, "9007199254740992": 422, "9223372036854775808": 422,
    "9" * 400: 422, "9007199254740991": 409, "600001": 409, "0x64": 422, "100 000": 422, "": 422,
}  # fmt: skip


def ask(client: TestClient, headers: dict[str, str], text: str) -> Any:
    return client.post(URL, headers=headers | {"Content-Type": "application/json"}, content=text.encode())


def test_no_amount_that_cannot_be_paid_changes_anything(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings
) -> None:
    headers = sign_in("partner") | {"Idempotency-Key": "one-key-for-all"}
    before = f'{{"bank_account_id": {case.account_id}, "nominal": '
    with untouched(store_engine, settings.data_dir):
        answers = {nominal: ask(client, headers, before + nominal + "}") for nominal in NOMINALS}
    assert {nominal: answer.status_code for nominal, answer in answers.items()} == NOMINALS
    assert {nominal for nominal, answer in answers.items() if not answer.json()["message"]} == set()
    assert "nominal" in answers["1.5"].json()["message"]
    assert answers["600001"].json()["data"] == {"balance": 600_000, "amount": 600_001}
    # the whole balance, with the key of the refused ones
    assert ask(client, headers, before + "600000}").status_code == 200


@pytest.mark.parametrize(("status", "mark"), [(1, "fake"), (2, "hold")])
def test_a_stopped_partner_is_asked_for_and_paid_by_nobody(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings, status: int, mark: str
) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(Partner, case.partner_id).problem_status = status
    key = {"Idempotency-Key": "k"}
    partner, finance = sign_in("partner") | key, sign_in("finance") | key
    body = {"bank_account_id": case.account_id, "nominal": 1000}
    url, approval = (f"/api/v2/admin/withdrawal/{what}/{case.withdrawal_id}" for what in ("update", "approval"))
    paying: dict[str, Any] = {"data": {"notes": "x"}, "files": {"transfer_proof": PROOF}}
    with untouched(store_engine, settings.data_dir):
        answers = [
            client.post(URL, headers=partner, json=body),
            client.post(URL, headers=finance, json=body | {"partner_id": case.partner_id}),
            client.put(f"{url}?status=completed", headers=finance, **paying),
            client.post(approval, headers=finance, json={}),
        ]
    assert [(answer.status_code, f"marked {mark}" in answer.json()["message"]) for answer in answers] == [
        (409, True)
    ] * 4
    assert client.put(f"{url}?status=rejected", data={"notes": "x"}, headers=finance).status_code == 200


def test_a_foreign_or_impossible_id_changes_nothing(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings, now: datetime
) -> None:
    with Session(store_engine) as session, session.begin():
        other, account = add_partner(session, now, name="Lain", account_no="5550001111", balance=500_000)
        foreign, foreign_account, theirs = other.id, account.id, request_withdrawal(
            session, other.id, account.id, 100_000, now
        ).id  # fmt: skip
    key = {"Idempotency-Key": "k"}
    partner, finance = sign_in("partner") | key, sign_in("finance") | key
    paying: dict[str, Any] = {"data": {"notes": "x"}, "files": {"transfer_proof": PROOF}}
    body = {"bank_account_id": case.account_id, "nominal": 1000}
    with untouched(store_engine, settings.data_dir):
        for bad in (0, -1, 999_999, 2**62, 2**63, 2**70):
            for method, path, sent in (
                ("PUT", "update", paying), ("POST", "approval", {"json": {}}),
                ("POST", "send-back", {"json": {"comment": "x"}}), ("GET", "dossier", {}), ("GET", "detail", {}),
            ):  # fmt: skip
                answer = client.request(
                    method, f"/api/v2/admin/withdrawal/{path}/{bad}?status=completed", headers=finance, **sent
                )
                assert answer.status_code in (404, 422), (bad, method, path, answer.text)
                assert answer.json()["message"], (bad, method, path)
            for changed in ({"bank_account_id": bad}, {"partner_id": bad}):
                answer = client.post(URL, headers=finance, json=body | {"partner_id": case.partner_id} | changed)
                assert answer.status_code in (404, 422), (bad, changed, answer.text)
        # a partner reads and decides no withdrawal, its own or another's, and takes no other's account or money
        for own in (case.withdrawal_id, theirs):
            url = "/api/v2/admin/withdrawal"
            assert client.get(f"{url}/detail/{own}", headers=partner).status_code == 403
            assert client.put(f"{url}/update/{own}?status=completed", headers=partner, **paying).status_code == 403
        assert client.post(URL, headers=partner, json=body | {"bank_account_id": foreign_account}).status_code == 404
        assert client.post(URL, headers=partner, json=body | {"partner_id": foreign}).status_code == 403
        theirs_to_mine = body | {"partner_id": foreign}
        assert client.post(URL, headers=finance, json=theirs_to_mine).status_code == 404


def test_text_that_no_store_keeps_is_refused_with_its_reason(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings
) -> None:
    finance = sign_in("finance") | {"Idempotency-Key": "k"}
    headers = finance | {"Content-Type": "application/json"}
    url, approval = (f"/api/v2/admin/withdrawal/{what}/{case.withdrawal_id}" for what in ("update", "approval"))
    with untouched(store_engine, settings.data_dir):
        for comment in (rb"a\u0000b", rb"a\ud800b", b"a\xffb", b"a" * 2001):
            answer = client.post(approval, headers=headers, content=b'{"comment": "' + comment + b'"}')
            assert answer.status_code in (400, 422), (comment, answer.text)
        answer = client.put(f"{url}?status=rejected", data={"notes": "a\0b"}, headers=finance)
        assert (answer.status_code, "NUL" in answer.json()["message"]) == (422, True), answer.text
    assert client.post(approval, headers=headers, content=b'{"comment": "ya"}').status_code == 200


def test_a_key_is_of_one_person_and_one_body(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings
) -> None:
    key = {"Idempotency-Key": "k"}
    partner, finance = sign_in("partner") | key, sign_in("finance") | key
    body = {"bank_account_id": case.account_id, "nominal": 1000, "partner_id": case.partner_id}
    mine = client.post(URL, headers=partner, json=body).json()["data"]
    theirs = client.post(URL, headers=finance, json=body).json()["data"]
    assert mine["withdrawal_id"] != theirs["withdrawal_id"]
    with untouched(store_engine, settings.data_dir):
        assert client.post(URL, headers=partner, json=body).json()["data"] == mine
        assert client.post(URL, headers=finance, json=body).json()["data"] == theirs
        another = client.post(URL, headers=partner, json=body | {"nominal": 1001})
        assert (another.status_code, "another request" in another.json()["message"]) == (409, True)
        elsewhere = client.post(f"/api/v2/admin/withdrawal/approval/{case.withdrawal_id}", headers=finance, json={})
        assert elsewhere.status_code == 409
        for wrong in ("", "x" * 101):
            refused = client.post(URL, headers=finance | {"Idempotency-Key": wrong}, json=body)
            assert refused.status_code == 422
    with Session(store_engine) as session:
        assert len(session.scalars(select(IdempotencyKey)).all()) == 2
        assert len(session.scalars(select(Withdrawal)).all()) == 3
