"""Changing and deleting a partner's own bank accounts, what it means for withdrawals, and stores from before."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from alembic import command
from fastapi import FastAPI
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.bank_accounts import service
from api.domains.review.policy import Policy
from api.kernel.db import LOCK
from api.kernel.migrate import config_for, upgrade
from api.models import BankAccount, BankAccountChange, Partner, User, Withdrawal
from settings import Settings
from tests.api.conftest import Case, Mine, add_partner, write_for
from tests.api.test_bank_accounts import BODY, SignIn, dossier, entries, listed, store, stored_rows
from vocabulary import WithdrawalStatus


def decide(engine: Engine, case: Case, status: WithdrawalStatus) -> None:
    with Session(engine) as session, session.begin():
        session.get_one(Withdrawal, case.withdrawal_id).status = status


@pytest.mark.parametrize("sent", ["PUT json", "POST multipart", "POST urlencoded", "PUT multipart"])
def test_a_change_keeps_what_was_and_makes_the_account_new(
    mine: Mine, case: Case, store_engine: Engine, now: datetime, sent: str
) -> None:
    body = {"bank_name": "BRI", "account_name": "Chandra Sama", "account_no": "0012187837", "note": "baru"}
    method, kind = sent.split()
    fields = body | ({"_method": "put"} if method == "POST" else {})
    request: dict[str, Any] = {
        "json": {"json": fields},
        "multipart": {"files": {name: (None, value) for name, value in fields.items()}},
        "urlencoded": {"data": fields},
    }[kind]
    answer = mine(method, f"v1/bank-account/update/{case.account_id}", **request)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"status": "success", "code": 200, "message": "Bank Account updated successfully"}
    (row,) = listed(mine)
    assert row == body | {"bank_account_id": case.account_id, "is_default": 1, "bank_code": ""}
    with Session(store_engine) as session:
        account = session.get_one(BankAccount, case.account_id)
        assert (account.details_at, account.updated_at) == (now, now)
        assert (account.name_score, account.name_found, account.name_checked_by, account.name_checked_at) == (None,) * 4
        (was,) = session.scalars(select(BankAccountChange)).all()
        assert (was.bank_name, was.account_no, was.account_name) == ("BCA", "981238787", "Berkah")
        assert (was.bank_account_id, was.changed_by, was.changed_at) == (case.account_id, case.user_id, now)
    (entry,) = entries(store_engine, "bank_account_changed")
    assert (entry.before, entry.after) == (
        {"bank_account_id": case.account_id, "bank_name": "BCA", "account_no": "981238787", "account_name": "Berkah",
         "note": None},
        {"bank_account_id": case.account_id} | body,
    )  # fmt: skip


def test_a_post_that_is_no_put_is_refused(mine: Mine, case: Case) -> None:
    for fields in ({}, {"_method": "patch"}):
        refused = mine("POST", f"v1/bank-account/update/{case.account_id}", data=BODY | fields)
        assert (refused.status_code, "_method=put" in refused.json()["message"]) == (422, True)


def test_the_same_details_change_nothing(mine: Mine, case: Case, store_engine: Engine) -> None:
    before = stored_rows(store_engine)[0]
    body = {"bank_name": "BCA", "account_name": "Berkah", "account_no": 981238787}
    assert mine("PUT", f"v1/bank-account/update/{case.account_id}", json=body).status_code == 200
    after = stored_rows(store_engine)[0]
    assert (after.details_at, after.updated_at, after.name_score) == (
        before.details_at, before.updated_at, before.name_score,
    )  # fmt: skip
    assert before.name_score == 100
    assert entries(store_engine, "bank_account_changed") == []


def test_a_note_alone_does_not_make_the_account_new(mine: Mine, case: Case, store_engine: Engine) -> None:
    before = stored_rows(store_engine)[0]
    body = {"bank_name": "BCA", "account_name": "Berkah", "account_no": 981238787}
    path = f"v1/bank-account/update/{case.account_id}"
    for sent, kept in (({"note": "gudang"}, "gudang"), ({}, "gudang"), ({"note": " "}, None)):
        assert mine("PUT", path, json=body | sent).status_code == 200
        after = stored_rows(store_engine)[0]
        assert (after.note, after.details_at, after.name_score) == (kept, before.details_at, 100)
    first, second = entries(store_engine, "bank_account_changed")
    assert first.after == {"bank_account_id": case.account_id, "note": "gudang"}
    assert second.after == {"bank_account_id": case.account_id, "note": None}
    with Session(store_engine) as session:
        assert session.scalar(select(func.count()).select_from(BankAccountChange)) == 0


def test_a_changed_bank_loses_its_code(mine: Mine, store_engine: Engine) -> None:
    store(mine, "v3")
    key = stored_rows(store_engine)[1].id
    for bank, code in (("Bank Rakyat Indonesia", "BRI"), ("Mandiri", None)):
        assert mine("PUT", f"v1/bank-account/update/{key}", json=BODY | {"bank_name": bank}).status_code == 200
        assert stored_rows(store_engine)[1].bank_code == code


def test_a_change_to_another_account_of_the_partner_is_refused(mine: Mine, case: Case, store_engine: Engine) -> None:
    store(mine)
    key = stored_rows(store_engine)[1].id
    refused = mine(
        "PUT", f"v1/bank-account/update/{key}", json=BODY | {"bank_name": "BCA", "account_no": 981238787, "note": "x"}
    )
    assert (refused.status_code, refused.json()["data"]) == (400, {"bank_account_id": case.account_id})
    kept = stored_rows(store_engine)[1]
    assert (kept.account_no, kept.note) == ("12187837763176", "pngin nambah aja")


def test_another_account_is_made_the_default(mine: Mine, store_engine: Engine, case: Case) -> None:
    store(mine)
    key = stored_rows(store_engine)[1].id
    before = stored_rows(store_engine)[1]
    assert mine("PUT", f"v1/bank-account/update/{key}", json=BODY | {"is_default": 1}).status_code == 200
    assert [row["is_default"] for row in listed(mine)] == [0, 1]
    assert stored_rows(store_engine)[1].details_at == before.details_at
    (entry,) = entries(store_engine, "bank_account_changed")
    assert entry.after == {"bank_account_id": key, "is_default": True}
    assert mine("DELETE", f"v1/bank-account/delete/{key}").status_code == 400
    decide(store_engine, case, WithdrawalStatus.REJECTED)
    assert mine("DELETE", f"v1/bank-account/delete/{case.account_id}").status_code == 200


def test_the_default_does_not_stop_being_one_by_itself(mine: Mine, case: Case, store_engine: Engine) -> None:
    store(mine)
    body = {"bank_name": "BCA", "account_name": "Berkah", "account_no": 981238787, "is_default": 0}
    refused = mine("PUT", f"v1/bank-account/update/{case.account_id}", json=body)
    assert (refused.status_code, "another one the default" in refused.json()["message"]) == (400, True)
    key = stored_rows(store_engine)[1].id
    assert mine("PUT", f"v1/bank-account/update/{key}", json=BODY | {"is_default": 0}).status_code == 200
    assert mine("PUT", f"v1/bank-account/update/{key}", json=BODY | {"is_default": "x"}).status_code == 422
    assert [row["is_default"] for row in listed(mine)] == [1, 0]


def test_the_same_key_changes_once(mine: Mine, case: Case, store_engine: Engine) -> None:
    path = f"v1/bank-account/update/{case.account_id}"
    form = {name: (None, str(value)) for name, value in BODY.items()} | {"_method": (None, "put")}
    answers = [mine("POST", path, key="u", files=form) for _turn in range(2)]
    assert answers[0].json() == answers[1].json()
    assert mine("POST", path, key="u", files=form | {"note": (None, "lain")}).status_code == 409
    with Session(store_engine) as session:
        assert session.scalar(select(func.count()).select_from(BankAccountChange)) == 1


def test_the_default_account_cannot_be_deleted(mine: Mine, case: Case, store_engine: Engine) -> None:
    refused = mine("DELETE", f"v1/bank-account/delete/{case.account_id}")
    assert (refused.status_code, refused.json()["code"]) == (400, 400)
    assert "make another one the default first" in refused.json()["message"]
    assert len(listed(mine)) == 1


def test_a_deleted_account_is_gone_but_kept(mine: Mine, case: Case, store_engine: Engine, now: datetime) -> None:
    store(mine)
    key = stored_rows(store_engine)[1].id
    answers = [mine("DELETE", f"v1/bank-account/delete/{key}", key="d") for _turn in range(2)]
    assert answers[0].json() == answers[1].json() == {
        "status": "success", "code": 200, "message": "Bank Account deleted successfully.",
    }  # fmt: skip
    assert [row["bank_account_id"] for row in listed(mine)] == [case.account_id]
    kept = stored_rows(store_engine)[1]
    assert (kept.deleted_at, kept.account_no) == (now, "12187837763176")
    (entry,) = entries(store_engine, "bank_account_deleted")
    assert entry.before is not None
    assert (entry.before["bank_account_id"], entry.before["account_no"], entry.after) == (key, "12187837763176", None)
    request = {"bank_account_id": key, "nominal": 1000}
    assert mine("POST", "v2/withdrawal/request", key="w", json=request).status_code == 404


def test_a_deleted_account_can_be_stored_again_and_is_new(mine: Mine, store_engine: Engine) -> None:
    store(mine)
    with Session(store_engine) as session, session.begin():
        first = session.scalars(select(BankAccount).order_by(BankAccount.id.desc()).limit(1)).one()
        first.details_at = first.created_at - timedelta(days=90)
        key = first.id
    assert mine("DELETE", f"v1/bank-account/delete/{key}").status_code == 200
    assert store(mine).status_code == 200
    again = stored_rows(store_engine)[-1]
    assert again.id != key
    assert again.details_at == again.created_at


def test_an_account_with_an_open_withdrawal_is_not_deleted(
    mine: Mine, case: Case, store_engine: Engine, client: TestClient, sign_in: SignIn
) -> None:
    store(mine)
    key = stored_rows(store_engine)[1].id
    mine("PUT", f"v1/bank-account/update/{key}", json=BODY | {"is_default": 1})
    for status in (WithdrawalStatus.REQUESTED, WithdrawalStatus.ON_REVIEW):
        decide(store_engine, case, status)
        answer = mine("DELETE", f"v1/bank-account/delete/{case.account_id}")
        assert (answer.status_code, answer.json()["data"]) == (409, {"withdrawal_ids": [case.withdrawal_id]})
        assert f"withdrawal {case.withdrawal_id} to this account is not decided yet" in answer.json()["message"]
    decide(store_engine, case, WithdrawalStatus.REJECTED)
    assert mine("DELETE", f"v1/bank-account/delete/{case.account_id}").status_code == 200
    found = dossier(client, case.withdrawal_id, sign_in("finance"))
    assert found["withdrawal"]["bank_account_no"] == "981238787"


def test_a_withdrawal_in_progress_keeps_its_account(
    mine: Mine, case: Case, client: TestClient, sign_in: SignIn
) -> None:
    headers = sign_in("finance")
    assert dossier(client, case.withdrawal_id, headers)["account"]["is_current"] is True
    assert mine("PUT", f"v1/bank-account/update/{case.account_id}", json=BODY).status_code == 200
    found = dossier(client, case.withdrawal_id, headers)
    assert found["account"]["is_current"] is False
    reply = found["withdrawal"]
    assert (reply["bank_name"], reply["bank_account_no"], reply["bank_account_name"]) == ("BCA", "981238787", "Berkah")
    assert [change["account_no"] for change in found["account"]["changes"]] == ["981238787"]


@pytest.mark.parametrize("how", ["changed", "added"])
def test_a_new_account_takes_a_second_person_for_three_days(
    mine: Mine, case: Case, client: TestClient, sign_in: SignIn, store_engine: Engine, app: FastAPI,
    settings: Settings, now: datetime, how: str,
) -> None:  # fmt: skip
    policy = app.state.parts[Policy]
    app.state.parts.services[Policy] = policy.model_copy(update={"risk": policy.risk.model_copy(update={"medium": 50})})
    body = {"bank_name": "BCA", "account_name": "Berkah", "account_no": "1112223334"}
    if how == "changed":
        assert mine("PUT", f"v1/bank-account/update/{case.account_id}", json=body).status_code == 200
    else:
        assert mine("POST", "v2/bank-account/store", json=body).status_code == 200
    key = stored_rows(store_engine)[-1].id
    requested = mine("POST", "v2/withdrawal/request", key="w", json={"bank_account_id": key, "nominal": 50_000})
    withdrawal_id = requested.json()["data"]["withdrawal_id"]
    first, second = sign_in("finance"), sign_in("finance2")
    assert dossier(client, withdrawal_id, first)["account"]["name_score"] == 100  # checked again after the change

    def approve(headers: dict[str, str], key: str) -> Any:
        url = f"/api/v2/admin/withdrawal/approval/{withdrawal_id}"
        return client.post(url, headers=headers | {"Idempotency-Key": key}, json={})

    reply = approve(first, "a").json()["data"]["requirement"]
    assert (reply["reasons"], reply["satisfied"]) == (["new_account"], False)
    assert approve(first, "b").status_code == 409
    assert approve(second, "c").json()["data"]["requirement"]["satisfied"] is True
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(hours=72)})
    assert dossier(client, withdrawal_id, first)["requirement"]["reasons"] == []


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)  # writers queue on SQLite
def test_a_request_and_a_deletion_at_once_do_not_pass_each_other(
    mine: Mine, case: Case, app: FastAPI, store_engine: Engine, now: datetime
) -> None:
    """The deletion holds the partner, so a request that came meanwhile finds no account."""
    store(mine)
    key = stored_rows(store_engine)[1].id
    with ThreadPoolExecutor(1) as pool, Session(store_engine) as session:
        session.get_one(Partner, case.partner_id, with_for_update=LOCK)
        request = {"bank_account_id": key, "nominal": 1000}
        waiting = pool.submit(lambda: mine("POST", "v2/withdrawal/request", key="w", json=request))
        write = write_for(app, session, session.get_one(User, case.user_id), now)
        service.delete(write, session.get_one(Partner, case.partner_id), key)
        session.commit()
        assert waiting.result(timeout=30).status_code == 404


def test_the_migration_makes_the_oldest_account_the_default(
    store_engine: Engine, store_url: str, users: dict[str, int], now: datetime
) -> None:
    def triggers(connection: Any) -> list[str]:
        sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        postgres = "SELECT tgname || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        return list(connection.scalars(text(sqlite if store_url.startswith("sqlite") else postgres)))

    with Session(store_engine) as session, session.begin():
        before = triggers(session)
        owners = [
            add_partner(session, now, name=name, account_no=f"1000{name}", balance=10)[0].id for name in ("1", "2", "3")
        ]
    store_engine.dispose()
    command.downgrade(config_for(store_url), "0005")
    with store_engine.begin() as connection:
        assert "is_default" not in {column["name"] for column in inspect(connection).get_columns("bank_accounts")}
        connection.execute(
            text(
                "INSERT INTO bank_accounts (partner_id, bank_name, account_no, account_name, created_at, updated_at)"
                " SELECT partner_id, 'BRI', '22' || account_no, account_name, created_at, updated_at"
                " FROM bank_accounts WHERE partner_id <> :without ORDER BY id"
            ),
            {"without": owners[1]},
        )
    store_engine.dispose()
    upgrade(store_url)
    with Session(store_engine) as session:
        assert triggers(session) == before
        rows = session.scalars(select(BankAccount).order_by(BankAccount.id)).all()
        assert [(row.partner_id, row.is_default) for row in rows] == [
            (owners[0], True), (owners[1], True), (owners[2], True), (owners[0], False), (owners[2], False),
        ]  # fmt: skip
        assert {(row.deleted_at, row.note, row.bank_code) for row in rows} == {(None, None, None)}
        rows[3].is_default = True
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_request_is_judged_by_the_account_it_goes_to(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, now: datetime
) -> None:
    headers = sign_in("finance")
    assert dossier(client, case.withdrawal_id, headers)["requirement"]["roles"] == ["finance"]
    with Session(store_engine) as session, session.begin():  # long ago, to an account that is above suspicion
        account = session.get_one(BankAccount, case.account_id)
        account.bank_name, account.account_no, account.name_score = "BRI", "777000111", 100
        account.details_at = account.name_checked_at = now - timedelta(days=50)
        add_partner(session, now, name="Kembar", account_no="981238787", balance=1)

    found = dossier(client, case.withdrawal_id, headers)
    assert found["requirement"]["reasons"] == ["risk_medium", "account_changed"]
    assert found["requirement"]["roles"] == ["finance", "finance"]
    parts = {part["key"]: part for part in found["risk"]["parts"]}
    assert parts["shared_account"]["facts"] == {"partners": 1, "blocked": 0}
    assert (parts["account_name"]["share"], parts["new_account"]["share"]) == (0.5, 0.5)

    queue = client.get("/api/v2/admin/withdrawal-queue", headers=headers).json()["data"]["data"]
    reply = next(row for row in queue if row["withdrawal_id"] == case.withdrawal_id)
    assert (reply["approvals_needed"], reply["risk_points"]) == (2, found["risk"]["points"])
    assert {part["key"] for part in reply["risk_parts"]} >= {"shared_account", "account_name", "new_account"}
