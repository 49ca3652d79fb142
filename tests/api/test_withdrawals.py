import io
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.ledger import service as ledger
from api.domains.ledger.errors import InsufficientBalance
from api.domains.withdrawals.errors import PartnerBlocked
from api.domains.withdrawals.service import request_withdrawal
from api.domains.withdrawals.verify import problems
from api.kernel.errors import Invalid
from api.models import (
    AccountKind,
    AuditEntry,
    EntryKind,
    LedgerAccount,
    LedgerTransaction,
    Partner,
    Withdrawal,
)
from settings import Settings
from tests.api.conftest import Case

SignIn = Callable[[str], dict[str, str]]


def png(width: int = 8) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 8), "white").save(out, "PNG")
    return out.getvalue()


def pdf(script: bool = False) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    if script:
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def balances(engine: Engine, partner_id: int) -> tuple[int, int, int]:
    """(available, reserved, sum of all entries)."""
    with Session(engine) as session:
        return (
            ledger.balance(session, partner_id),
            ledger.balance(session, partner_id, AccountKind.PARTNER_RESERVED),
            ledger.imbalance(session),
        )


def decide(client: TestClient, case: Case, status: str, headers: dict[str, str], **parts: Any) -> Any:
    files = {"transfer_proof": parts.pop("proof")} if "proof" in parts else None
    url = f"/api/v2/admin/withdrawal/update/{case.withdrawal_id}"
    return client.put(url, params={"status": status}, data=parts, files=files, headers=headers)


PROOF = ("bukti.png", png(), "image/png")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["completed"], (600_000, 0, 0)),
        (["on_review", "completed"], (600_000, 0, 0)),
        (["rejected"], (1_000_000, 0, 0)),
        (["on_review", "rejected"], (1_000_000, 0, 0)),
        (["canceled"], (1_000_000, 0, 0)),
        (["on_review"], (600_000, 400_000, 0)),
    ],
)
def test_each_path_moves_exactly_its_money(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, path: list[str], expected: tuple[int, ...]
) -> None:
    headers = sign_in("finance")
    assert balances(store_engine, case.partner_id) == (600_000, 400_000, 0)
    for status in path:
        answer = decide(client, case, status, headers, notes="dicek", proof=PROOF)
        assert answer.json() == {
            "status": "success",
            "code": 200,
            "data": {},
            "message": "Withdrawal successfully updated.",
        }
    assert int(answer.headers["X-Change-Seq"]) > 0
    assert balances(store_engine, case.partner_id) == expected
    with Session(store_engine) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == "withdrawal").order_by(AuditEntry.id))
        assert [entry.action for entry in entries] == [f"withdrawal_{status}" for status in path]
        assert session.get_one(Withdrawal, case.withdrawal_id).version == 1 + len(path)


@pytest.mark.parametrize("first", ["completed", "rejected", "canceled"])
@pytest.mark.parametrize("second", ["on_review", "completed", "rejected", "canceled"])
def test_a_decision_is_final_and_the_second_gets_the_fresh_state(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, first: str, second: str
) -> None:
    headers = sign_in("finance")
    assert decide(client, case, first, headers, notes="ya", proof=PROOF).status_code == 200
    after = balances(store_engine, case.partner_id)
    refused = decide(client, case, second, headers, notes="ya", proof=PROOF)
    assert refused.status_code == 409
    assert refused.json()["data"] == {"status": first, "version": 2, "nominal": 400_000}
    assert balances(store_engine, case.partner_id) == after


@pytest.mark.parametrize(
    ("role", "status", "code"),
    [
        ("admin", "completed", 403),
        ("admin", "on_review", 403),
        ("admin", "canceled", 200),
        ("growth", "canceled", 403),
        ("partner", "canceled", 403),
        ("mitra", "completed", 403),
    ],
)
def test_only_finance_decides_and_an_admin_may_cancel(
    client: TestClient, case: Case, sign_in: SignIn, role: str, status: str, code: int
) -> None:
    assert decide(client, case, status, sign_in(role), notes="ya", proof=PROOF).status_code == code


@pytest.mark.parametrize("status", ["on_review", "rejected", "canceled", "completed"])
def test_a_decision_on_a_fresh_request_needs_a_note(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, status: str
) -> None:
    answer = decide(client, case, status, sign_in("finance"), notes="  ", proof=PROOF)
    assert (answer.status_code, "notes are required" in answer.json()["message"]) == (422, True)
    assert balances(store_engine, case.partner_id) == (600_000, 400_000, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + b"\0" * 200, "send a PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "send a PNG"),
        (b"<html><script>alert(1)</script></html>", "send a PNG"),
        (png(4000)[:120], "damaged"),
        (b"%PDF-1.7 nothing more", "damaged"),
        (pdf(script=True), "script"),
        (png() + b"\0" * 5 * 1024 * 1024, "larger than 5 MB"),
    ],
)
def test_a_proof_that_is_not_one_is_refused_and_nothing_moves(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, content: bytes, message: str
) -> None:
    answer = decide(
        client, case, "completed", sign_in("finance"), notes="ya", proof=("bukti.png", content, "image/png")
    )
    assert answer.status_code == 422
    assert message in answer.json()["message"]
    assert balances(store_engine, case.partner_id) == (600_000, 400_000, 0)


def test_a_picture_of_too_many_pixels_is_refused(client: TestClient, case: Case, sign_in: SignIn) -> None:
    proof = ("bukti.png", png(6_000_000), "image/png")
    answer = decide(client, case, "completed", sign_in("finance"), notes="ya", proof=proof)
    assert (answer.status_code, "pixels" in answer.json()["message"]) == (422, True)


@pytest.mark.parametrize(("content", "media_type"), [(png(), "image/png"), (pdf(), "application/pdf")])
def test_the_proof_is_kept_and_served_to_reviewers_only(
    client: TestClient, case: Case, sign_in: SignIn, content: bytes, media_type: str
) -> None:
    assert (
        decide(client, case, "completed", sign_in("finance"), notes="ya", proof=("x", content, "x/y")).status_code
        == 200
    )
    url = f"/api/v1/admin/withdrawal/proof/{case.withdrawal_id}"
    served = client.get(url, headers=sign_in("admin"))
    assert (served.content, served.headers["Content-Type"]) == (content, media_type)
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(url, headers=sign_in("growth")).status_code == 403
    assert client.get(url).status_code == 401


def test_completing_without_a_proof_is_refused(client: TestClient, case: Case, sign_in: SignIn) -> None:
    assert decide(client, case, "completed", sign_in("finance"), notes="ya").status_code == 422


def test_a_version_that_drifted_is_refused(client: TestClient, case: Case, sign_in: SignIn) -> None:
    headers = sign_in("finance")
    assert decide(client, case, "on_review", {**headers, "If-Match": '"1"'}, notes="cek").status_code == 200
    answer = decide(client, case, "rejected", {**headers, "If-Match": '"1"'}, notes="tolak")
    assert (answer.status_code, answer.json()["data"]["version"]) == (409, 2)
    assert decide(client, case, "rejected", {**headers, "If-Match": "many"}, notes="tolak").status_code == 422


def test_an_idempotency_key_pays_once_and_refuses_another_body(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    headers = {**sign_in("finance"), "Idempotency-Key": "k-1"}
    answers = [decide(client, case, "completed", headers, notes="ya", proof=PROOF) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert decide(client, case, "completed", headers, notes="lain", proof=PROOF).status_code == 409
    with Session(store_engine) as session:
        paid = select(LedgerTransaction).where(LedgerTransaction.kind == EntryKind.WITHDRAWAL)
        assert len(session.scalars(paid).all()) == 1


def test_of_simultaneous_decisions_exactly_one_wins(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    headers, codes = sign_in("finance"), []

    def work() -> None:
        codes.append(decide(client, case, "completed", headers, notes="ya", proof=PROOF).status_code)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200] + [409] * 7
    assert balances(store_engine, case.partner_id) == (600_000, 0, 0)


def test_money_that_the_bank_sent_back_is_available_again_once(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    finance = sign_in("finance")
    assert decide(client, case, "reversed", finance, notes="belum dibayar").status_code == 409
    assert decide(client, case, "completed", finance, notes="ya", proof=PROOF).status_code == 200
    assert decide(client, case, "reversed", finance).status_code == 422
    assert decide(client, case, "reversed", sign_in("admin"), notes="kembali").status_code == 403
    assert balances(store_engine, case.partner_id) == (600_000, 0, 0)
    assert decide(client, case, "reversed", finance, notes="rekening tutup").status_code == 200
    assert decide(client, case, "reversed", finance, notes="rekening tutup").status_code == 409
    assert balances(store_engine, case.partner_id) == (1_000_000, 0, 0)
    with Session(store_engine) as session:
        made = session.get_one(Withdrawal, case.withdrawal_id)
        assert made.decided_at is not None
        assert made.reversed_at is not None
        assert problems(session) == []
    listed = client.get("/api/v1/admin/withdrawal/list", params={"status": "reversed"}, headers=finance).json()["data"]
    assert [row["withdrawal_id"] for row in listed] == [case.withdrawal_id]


@pytest.mark.parametrize("nominal", [0, -1, 600_001, 2**60])
def test_a_request_takes_only_what_there_is(store_engine: Engine, case: Case, now: datetime, nominal: int) -> None:
    with Session(store_engine) as session, pytest.raises((Invalid, InsufficientBalance)):
        request_withdrawal(session, case.partner_id, case.account_id, nominal, now)
    assert balances(store_engine, case.partner_id) == (600_000, 400_000, 0)


@pytest.mark.parametrize(("status", "stopped"), [(0, False), (1, True), (2, True), (3, False)])
def test_fake_and_held_partners_cannot_withdraw(
    store_engine: Engine, case: Case, now: datetime, status: int, stopped: bool
) -> None:
    with Session(store_engine) as session:
        session.get_one(Partner, case.partner_id).problem_status = status
        session.flush()
        if stopped:
            with pytest.raises(PartnerBlocked):
                request_withdrawal(session, case.partner_id, case.account_id, 1, now)
        else:
            assert request_withdrawal(session, case.partner_id, case.account_id, 1, now).nominal == 1


def test_list_searches_filters_and_pages(client: TestClient, case: Case, sign_in: SignIn) -> None:
    headers = sign_in("finance")

    def found(**query: Any) -> list[int]:
        answer = client.get("/api/v1/admin/withdrawal/list", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return [row["withdrawal_id"] for row in answer.json()["data"]]

    mine = [case.withdrawal_id]
    assert found() == found(search="100%") == found(search="BERKAH@") == found(search="8123") == mine
    assert found(status="requested", start_date="2022-11-15", end_date="2022-11-15") == mine
    assert found(search="x' OR 1=1") == found(status="completed") == found(end_date="2022-11-14") == found(page=2) == []
    for bad in ({"status": "paid"}, {"total_per_page": 0}, {"total_per_page": 10**9}, {"start_date": "2022-02-30"},
                {"start_date": "2022-11-15", "end_date": "2022-11-14"}):  # fmt: skip
        refused = client.get("/api/v1/admin/withdrawal/list", params=bad, headers=headers)
        assert (refused.status_code, refused.json()["status"]) == (422, "failed")


def test_letters_beyond_ascii_are_found_in_any_case(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(Partner, case.partner_id).full_name = "ÜNAL Çelik"
    headers = sign_in("finance")
    for word in ("ünal", "ÜNAL", "ÇELIK"):
        for path in ("v1/admin/withdrawal/list", "v2/admin/withdrawal-queue/all"):
            answer = client.get(f"/api/{path}", params={"search": word}, headers=headers)
            assert [row["withdrawal_id"] for row in answer.json()["data"]] == [case.withdrawal_id], (path, word)


def test_details_and_history_follow_the_definitions(client: TestClient, case: Case, sign_in: SignIn) -> None:
    headers = sign_in("finance")
    first = client.get(f"/api/v1/admin/withdrawal/detail/{case.withdrawal_id}", headers=headers).json()["data"]
    assert (first["total_balance"], first["beginning_balance"], first["current_balance"]) == (
        1_000_000,
        1_000_000,
        600_000,
    )
    second = client.get(f"/api/v2/admin/withdrawal/detail/{case.withdrawal_id}", headers=headers).json()["data"]
    assert (second["current_balance"], second["balance_after_approval"], second["version"]) == (1_000_000, 600_000, 1)
    assert second["information_summary"]["retur_ratio"] == {"ratio": [0, 0], "percentage": None}
    answer = client.get(f"/api/v1/admin/withdrawal/detail/list/{case.user_id}", headers=headers).json()
    assert (answer["partner_id"], answer["data"]["total"]) == (case.user_id, "2")
    assert [(row["type"], row["nominal"], row["saldo"]) for row in answer["data"]["data"]] == [
        ("debit", 400_000, 600_000),
        ("credit", 1_000_000, 1_000_000),
    ]
    assert client.get("/api/v2/admin/withdrawal/detail/999", headers=headers).status_code == 404


def test_the_account_row_keeps_the_sum_of_its_entries(store_engine: Engine, case: Case) -> None:
    with Session(store_engine) as session:
        kept = {row.kind: row.balance for row in session.scalars(select(LedgerAccount))}
    assert kept == {"partner_available": 600_000, "partner_reserved": 400_000, "cash": -1_000_000}


def test_an_unbalanced_movement_is_a_fault(store_engine: Engine, case: Case, now: datetime) -> None:
    with Session(store_engine) as session, pytest.raises(ValueError, match="unbalanced"):
        ledger.post(session, EntryKind.TOPUP, case.partner_id, {AccountKind.CASH: 5}, now)


def test_a_failed_decision_leaves_no_trace(
    client: TestClient, app: FastAPI, case: Case, sign_in: SignIn, settings: Settings, store_engine: Engine
) -> None:
    assert decide(client, case, "completed", sign_in("admin"), notes="ya", proof=PROOF).status_code == 403
    assert not (settings.data_dir / "proofs").exists()
    with Session(store_engine) as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.subject == "withdrawal")).all() == []
