"""A partner's own bank accounts through the API, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.bank_accounts import service
from api.domains.bank_accounts.banks import Banks
from api.domains.bank_accounts.schemas import account_digits
from api.domains.bank_accounts.service import Details, Wanted
from api.models import AuditEntry, BankAccount, Partner, User
from tests.api.conftest import Case, Mine, add_partner, write_for
from texts import TextError

SignIn = Callable[[str], dict[str, str]]
BODY = {"bank_name": "BRI", "account_name": "Chandra Sama", "account_no": 12187837763176, "note": "pngin nambah aja"}
STORES = ("v1", "v2", "v3")


def store(mine: Mine, version: str = "v1", **change: Any) -> Any:
    body = BODY | ({"bank_code": "BRI"} if version == "v3" else {}) | change
    return mine("POST", f"{version}/bank-account/store", json=body)


def listed(mine: Mine) -> list[dict[str, Any]]:
    answer = mine("GET", "v1/bank-account")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


def stored_rows(engine: Engine) -> list[BankAccount]:
    with Session(engine) as session:
        return list(session.scalars(select(BankAccount).order_by(BankAccount.id)))


def entries(engine: Engine, action: str) -> list[AuditEntry]:
    with Session(engine) as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def add_without_accounts(engine: Engine, user_id: int, now: datetime) -> None:
    names = {"full_name": "Wisnu", "brand_name": "Wisnu", "email": "w@x.test", "phone": "0895"}
    with Session(engine) as session, session.begin():
        session.add(Partner(user_id=user_id, joined_at=now, updated_at=now, **names))


def block(engine: Engine, case: Case, status: int) -> None:
    with Session(engine) as session, session.begin():
        session.get_one(Partner, case.partner_id).problem_status = status


def dossier(client: TestClient, withdrawal_id: int, headers: dict[str, str]) -> dict[str, Any]:
    answer = client.get(f"/api/v2/admin/withdrawal/dossier/{withdrawal_id}", headers=headers)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


@pytest.mark.parametrize(("version", "code"), [("v1", 200), ("v2", 200), ("v3", 201)])
def test_an_account_is_stored_as_printed(
    mine: Mine, case: Case, store_engine: Engine, now: datetime, version: str, code: int
) -> None:
    answer = store(mine, version)
    assert answer.status_code == code
    assert answer.json() == {"status": "success", "code": code, "message": "Bank Account stored successfully"}
    row = listed(mine)[1]
    key = row.pop("bank_account_id")
    assert row == {
        "bank_name": "BRI", "account_name": "Chandra Sama", "account_no": "12187837763176", "is_default": 0,
        "bank_code": "BRI" if version == "v3" else "", "note": "pngin nambah aja",
    }  # fmt: skip
    kept = stored_rows(store_engine)[1]
    assert (kept.id, kept.partner_id, kept.account_no) == (key, case.partner_id, "12187837763176")
    assert (kept.details_at, kept.name_score, kept.name_checked_at) == (now, None, None)
    (entry,) = entries(store_engine, "bank_account_added")
    assert (entry.actor_id, entry.subject, entry.subject_id) == (case.user_id, "partner", str(case.partner_id))
    assert (entry.before, entry.request_id) == (None, answer.headers["X-Request-Id"])
    assert entry.after is not None
    assert (entry.after["bank_account_id"], entry.after["account_no"]) == (key, "12187837763176")


def test_the_first_account_is_the_default_and_no_later_one(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine, now: datetime
) -> None:
    add_without_accounts(store_engine, users["partner"], now)
    headers = sign_in("partner")
    assert client.get("/api/v1/bank-account", headers=headers).json()["data"] == []
    for number in (1111111, 2222222):
        made = client.post("/api/v1/bank-account/store", headers=headers, json=BODY | {"account_no": number})
        assert made.status_code == 200
    assert [account.is_default for account in stored_rows(store_engine)] == [True, False]


def test_the_database_refuses_a_second_default(case: Case, store_engine: Engine, now: datetime) -> None:
    more = {"bank_name": "BCA", "account_no": "12345", "account_name": "X", "created_at": now, "updated_at": now}
    with Session(store_engine) as session:
        session.add(BankAccount(partner_id=case.partner_id, is_default=True, **more))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
        session.add(BankAccount(partner_id=case.partner_id, is_default=False, **more))
        session.flush()


def test_first_accounts_stored_at_once_leave_one_default(
    app: FastAPI, store_engine: Engine, users: dict[str, int], now: datetime
) -> None:
    add_without_accounts(store_engine, users["partner"], now)

    def one(number: int) -> bool:
        with Session(store_engine) as session, session.begin():
            write = write_for(app, session, session.get_one(User, users["partner"]), now)
            partner = session.scalars(select(Partner).where(Partner.user_id == users["partner"])).one()
            wanted = Wanted(Details("BCA", f"12345{number % 3}", "Wisnu"))
            try:
                service.store(write, partner, wanted, Banks({}))
            except service.AlreadyStored:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(9))) == 3
    assert sorted(account.is_default for account in stored_rows(store_engine)) == [False, False, True]


@pytest.mark.parametrize(("version", "code"), [("v1", 400), ("v2", 400), ("v3", 409)])
def test_the_same_account_twice_is_refused(
    mine: Mine, case: Case, store_engine: Engine, version: str, code: int
) -> None:
    for bank in ("BCA", "Bank Central Asia", "PT. Bank  BCA (Persero) Tbk"):
        refused = store(mine, version, account_no="981-238.787", bank_name=bank, bank_code="BCA")
        assert (refused.status_code, refused.json()["code"], refused.json()["status"]) == (code, code, "failed")
        assert "981238787 at BCA is already one of yours" in refused.json()["message"]
        assert refused.json()["data"] == {"bank_account_id": case.account_id}
    assert len(stored_rows(store_engine)) == 1
    assert entries(store_engine, "bank_account_added") == []


def test_the_same_number_at_another_bank_is_another_account(mine: Mine) -> None:
    assert store(mine, bank_name="Mandiri", account_no=981238787).status_code == 200


def test_a_code_of_another_bank_is_refused(mine: Mine) -> None:
    for number, (bank_name, bank_code, code) in enumerate(
        [
            ("Bank Central Asia", "BCA", 201),
            ("Bank Central Asia", "014", 201),
            ("Bank Central Asia", "cenaidja", 201),
            ("Bank Central Asia", "BRI", 422),
            ("BRI", "014", 422),
            ("Bank Desa Kami", "BDK", 201),
            ("Bank Desa Kami", "BCA", 201),
            ("BRI", "", 422),
            ("BRI", "B C A", 422),
            ("BRI", None, 422),
        ]
    ):
        answer = store(mine, "v3", bank_name=bank_name, bank_code=bank_code, account_no=100_000 + number)
        assert (answer.status_code, "bank_code" in answer.json()["message"]) == (code, code == 422), bank_code


NO_NUMBERS = [
    True, False, -12187837763176, "-12187837763176", 1218783.5, 1e14, "1218783.5", "12187a7763", "", " ", None,
    1234, "1234", "1" * 21, 10**20, [12345678], {"no": 1}, "１２３４５６７", "1.2e13", "0x123456",
]  # fmt: skip


@pytest.mark.parametrize("version", STORES)
def test_what_is_no_account_number_is_refused(mine: Mine, store_engine: Engine, version: str) -> None:
    for account_no in NO_NUMBERS:
        refused = store(mine, version, account_no=account_no)
        assert (refused.status_code, refused.json()["data"]["errors"].keys()) == (422, {"account_no"}), account_no
    assert len(stored_rows(store_engine)) == 1


def test_an_account_number_comes_back_without_loss(mine: Mine, store_engine: Engine) -> None:
    for given_no, kept in (
        (12345, "12345"),
        ("0123456789", "0123456789"),
        ("00012", "00012"),
        (" 012 345.67-80 ", "0123456780"),
        ("123.456.7890", "1234567890"),
        (2**53 + 1, str(2**53 + 1)),
        ("9" * 20, "9" * 20),
    ):
        assert store(mine, account_no=given_no).status_code == 200
        assert stored_rows(store_engine)[-1].account_no == kept
        row = listed(mine)[-1]
        assert row["account_no"] == kept
        assert mine("GET", f"v1/bank-account/detail/{row['bank_account_id']}").json()["data"] == row


@given(st.from_regex(r"[0-9]{5,20}", fullmatch=True), st.sampled_from(["", " ", "-", "\u00a0", " - "]))
def test_digits_survive_the_round_trip(digits: str, separator: str) -> None:
    found = account_digits(separator.join((digits[:2], digits[2:4], digits[4:])))
    assert (found, account_digits(found)) == (digits, digits)


@given(st.one_of(st.floats(), st.booleans(), st.none(), st.integers(max_value=-1), st.binary(), st.text()))
def test_nothing_else_is_taken_for_a_number(value: Any) -> None:
    try:
        found = account_digits(value)
    except TextError:
        return
    assert isinstance(value, str)
    assert found.isascii()
    assert found.isdigit()


BAD_FIELDS: list[dict[str, Any]] = [
    {"bank_name": ""}, {"bank_name": " "}, {"bank_name": "B" * 101}, {"bank_name": 5}, {"bank_name": "B\u202eRI"},
    {"account_name": ""}, {"account_name": "x" * 201}, {"account_name": "a\u0000b"}, {"account_name": None},
    {"note": "x" * 501}, {"note": 5},
]  # fmt: skip


def test_bad_and_missing_fields_are_refused(mine: Mine, store_engine: Engine) -> None:
    for change in BAD_FIELDS:
        refused = store(mine, **change)
        assert (refused.status_code, refused.json()["data"]["errors"].keys()) == (422, change.keys()), change
    for missing in ("bank_name", "account_name", "account_no"):
        body = {name: value for name, value in BODY.items() if name != missing}
        refused = mine("POST", "v2/bank-account/store", json=body)
        assert (refused.status_code, refused.json()["data"]["errors"].keys()) == (422, {missing})
    assert len(stored_rows(store_engine)) == 1


def test_a_body_that_is_no_object_is_refused(mine: Mine) -> None:
    for content in (b"", b"{", b"[]", b"1", b"null", b'{"account_no": 012345}', b"\xff"):
        assert mine("POST", "v1/bank-account/store", content=content).status_code == 422


def test_a_name_is_kept_on_one_line(mine: Mine) -> None:
    assert store(mine, bank_name=" Bank\u00a0\n BRI ", account_name="O'Brien\t🌸  & Anak").status_code == 200
    row = listed(mine)[1]
    assert (row["bank_name"], row["account_name"]) == ("Bank BRI", "O'Brien 🌸 & Anak")


def test_a_form_is_taken_too(mine: Mine) -> None:
    fields = {name: (None, str(value)) for name, value in BODY.items()}
    assert mine("POST", "v2/bank-account/store", files=fields).status_code == 200
    assert listed(mine)[1]["account_no"] == str(BODY["account_no"])
    fields |= {"account_name": ("a.txt", b"x", "text/plain")}
    refused = mine("POST", "v2/bank-account/store", files=fields)
    assert (refused.status_code, "account_name" in refused.json()["message"]) == (422, True)


@pytest.mark.parametrize("version", STORES)
def test_the_same_key_stores_once(mine: Mine, store_engine: Engine, version: str) -> None:
    body = BODY | {"bank_code": "BRI"}
    path = f"{version}/bank-account/store"
    first, second = (mine("POST", path, key="k", json=body) for _turn in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert mine("POST", path, key="k", json=body | {"account_no": 555555}).status_code == 409
    assert len(stored_rows(store_engine)) == 2
    assert len(entries(store_engine, "bank_account_added")) == 1


@pytest.mark.parametrize(("status", "word"), [(1, "fake"), (2, "hold")])
def test_a_stopped_partner_writes_no_account(
    mine: Mine, case: Case, store_engine: Engine, status: int, word: str
) -> None:
    store(mine, account_no=777777)
    account = stored_rows(store_engine)[1].id
    writes = (
        ("POST", "v1/bank-account/store", 400),
        ("POST", "v2/bank-account/store", 400),
        ("POST", "v3/bank-account/store", 400),
        ("PUT", f"v1/bank-account/update/{account}", 400),
        ("DELETE", f"v1/bank-account/delete/{account}", 400),
    )
    block(store_engine, case, status)
    for method, path, code in writes:
        refused = mine(method, path, **body_of(method))
        assert (refused.status_code, refused.json()["code"]) == (code, code)
        assert f"marked {word}" in refused.json()["message"]
    assert [kept.account_no for kept in stored_rows(store_engine)] == ["981238787", "777777"]
    assert len(listed(mine)) == 2
    block(store_engine, case, 3)
    assert mine("PUT", f"v1/bank-account/update/{account}", **body_of("PUT")).status_code == 200


CALLS = [
    ("GET", "v1/bank-account"),
    ("GET", "v1/bank-account/detail/1"),
    *(("POST", f"{version}/bank-account/store") for version in STORES),
    ("PUT", "v1/bank-account/update/1"),
    ("POST", "v1/bank-account/update/1"),
    ("DELETE", "v1/bank-account/delete/1"),
    ("POST", "v1/bank/check"),
]


def body_of(method: str, user_id: int = 1) -> dict[str, Any]:
    if method in ("GET", "DELETE"):
        return {}
    return {"json": BODY | {"bank_code": "BRI", "user_id": user_id, "_method": "put"}}


@pytest.mark.parametrize("role", ["admin", "growth", "finance", "mitra"])
def test_other_roles_have_no_accounts(client: TestClient, case: Case, sign_in: SignIn, role: str) -> None:
    headers = sign_in(role)
    for method, path in CALLS:
        answer = client.request(method, f"/api/{path}", headers=headers, **body_of(method))
        assert answer.status_code == 403, path


def test_a_user_without_a_partner_is_told_so(client: TestClient, sign_in: SignIn) -> None:
    headers = sign_in("partner")
    for method, path in CALLS[:-1]:
        answer = client.request(method, f"/api/{path}", headers=headers, **body_of(method))
        assert (answer.status_code, "your user has no partner" in answer.json()["message"]) == (404, True), path


def test_an_account_that_is_not_the_partners_is_unknown(mine: Mine, store_engine: Engine, now: datetime) -> None:
    with Session(store_engine) as session, session.begin():
        foreign = add_partner(session, now, name="Lain", account_no="70001", balance=10)[1].id
    store(mine)
    own = stored_rows(store_engine)[-1].id
    assert mine("DELETE", f"v1/bank-account/delete/{own}").status_code == 200
    for key, code in ((foreign, 404), (own, 404), (own + 1, 404), (2**70, 422)):
        assert mine("GET", f"v1/bank-account/detail/{key}").status_code == code
        assert mine("PUT", f"v1/bank-account/update/{key}", json=BODY).status_code == code
        assert mine("DELETE", f"v1/bank-account/delete/{key}").status_code == code
    with Session(store_engine) as session:
        kept = session.get_one(BankAccount, foreign)
        assert (kept.account_no, kept.deleted_at) == ("70001", None)


@pytest.mark.parametrize("kind", ["json", "files"])
def test_whether_an_account_is_registered(
    mine: Mine, case: Case, store_engine: Engine, now: datetime, kind: str
) -> None:
    with Session(store_engine) as session, session.begin():
        add_partner(session, now, name="Lain", account_no="0070001", balance=10, bank_name="MANDIRI")
    for bank, account_no, is_taken in (
        ("BCA", 981238787, True),
        ("Bank Central Asia", "981-238-787", True),
        ("Mandiri", "0070001", True),
        ("Mandiri", 70001, False),
        ("BRI", 981238787, False),
        ("BCA", 981238788, False),
    ):
        body = BODY | {"user_id": case.user_id, "bank_name": bank, "account_no": account_no}
        sent = body if kind == "json" else {name: (None, str(value)) for name, value in body.items()}
        answer = mine("POST", "v1/bank/check", **{kind: sent})
        if is_taken:
            assert answer.status_code == 400
            assert answer.json() == {"status": "failed", "code": 1001, "message": "Nomor Rekening Sudah digunakan"}
        else:
            assert answer.status_code == 200
            message = "not the same bank, with that input"
            assert answer.json() == {"status": "success", "code": 200, "data": [], "message": message}


def test_a_number_of_another_partner_may_be_stored_and_is_seen_by_reviewers(
    mine: Mine, case: Case, store_engine: Engine, now: datetime, client: TestClient, sign_in: SignIn
) -> None:
    with Session(store_engine) as session, session.begin():
        twin, _account = add_partner(session, now, name="Lain", account_no="70001", balance=10)
        twin_id = twin.id
    body = BODY | {"bank_name": "BCA", "account_no": 70001}
    assert mine("PUT", f"v1/bank-account/update/{case.account_id}", json=body).status_code == 200
    request = {"bank_account_id": case.account_id, "nominal": 1000}
    made = mine("POST", "v2/withdrawal/request", key="w", json=request).json()["data"]["withdrawal_id"]
    found = client.get(f"/api/v2/admin/withdrawal/dossier/{made}", headers=sign_in("finance")).json()["data"]
    assert [other["id"] for other in found["account"]["other_partners"]] == [twin_id]


def test_a_deleted_account_is_free(mine: Mine, case: Case, store_engine: Engine) -> None:
    store(mine)
    body = {"json": BODY | {"user_id": case.user_id}}
    assert mine("POST", "v1/bank/check", **body).status_code == 400
    mine("DELETE", f"v1/bank-account/delete/{stored_rows(store_engine)[1].id}")
    assert mine("POST", "v1/bank/check", **body).status_code == 200


def test_a_check_is_for_oneself(mine: Mine, users: dict[str, int]) -> None:
    for user_id, code in ((users["admin"], 403), (None, 422), ("x", 422)):
        answer = mine("POST", "v1/bank/check", json=BODY | {"user_id": user_id})
        assert (answer.status_code, "user_id" in answer.json()["message"]) == (code, True)
