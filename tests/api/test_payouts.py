"""Batches through the API, on both databases: dry run, maker and checker, bank files, results, reconciliation."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.withdrawals.service import request_withdrawal
from api.domains.withdrawals.verify import problems
from api.kernel import audit
from api.models import AuditEntry, Partner, PayoutRow, User, Withdrawal
from tests.api.conftest import add_partner
from tests.api.test_withdrawals import PROOF, balances

SignIn = Callable[[str], dict[str, str]]
BASE = "/api/v2/admin/payout"
AMOUNTS = (400_000, 6_000_000, 50_000)


class Desk:
    """Three requests of three partners, and two people of finance."""

    def __init__(self, client: TestClient, sign_in: SignIn, rows: list[dict[str, int]]) -> None:
        self.client, self.rows = client, rows
        self.maker, self.checker = sign_in("finance"), sign_in("finance2")
        self._key = 0

    def post(self, path: str, headers: dict[str, str], **body: Any) -> Any:
        self._key += 1
        return self.client.post(f"{BASE}{path}", headers=headers | {"Idempotency-Key": f"k{self._key}"}, **body)

    def propose(self, **changes: Any) -> Any:
        body = {"rows": self.rows, "profile": "generic", "row_count": 3, "total": sum(AMOUNTS)} | changes
        return self.post("/batch", self.maker, json=body)

    def approve(self, batch_id: int, headers: dict[str, str] | None = None, **changes: Any) -> Any:
        body = {"row_count": 3, "total": sum(AMOUNTS)} | changes
        return self.post(f"/batch/{batch_id}/approval", headers or self.checker, json=body)

    def approved(self) -> int:
        batch_id: int = self.propose().json()["data"]["id"]
        assert self.approve(batch_id).status_code == 200
        return batch_id

    def detail(self, batch_id: int) -> dict[str, Any]:
        data: dict[str, Any] = self.client.get(f"{BASE}/batch/{batch_id}", headers=self.maker).json()["data"]
        return data

    def dossier(self, row: dict[str, Any]) -> dict[str, Any]:
        url = f"/api/v2/admin/withdrawal/dossier/{row['withdrawal_id']}"
        data: dict[str, Any] = self.client.get(url, headers=self.maker).json()["data"]
        return data

    def result(self, batch_id: int, content: str | bytes, dry_run: bool = False, name: str = "hasil.csv") -> Any:
        raw = content.encode() if isinstance(content, str) else content
        return self.post(
            f"/batch/{batch_id}/result",
            self.maker,
            files={"result": (name, raw)},
            data={"dry_run": str(dry_run).lower()},
        )

    def states(self, batch_id: int) -> list[str]:
        return [row["state"] for row in self.detail(batch_id)["rows"]]

    def reconciled(self) -> dict[str, Any]:
        data: dict[str, Any] = self.client.get(f"{BASE}/reconciliation", headers=self.maker).json()["data"]
        return data


def three_requests(engine: Engine, now: datetime) -> list[dict[str, int]]:
    """Requests of AMOUNTS by three partners, as the rows of a batch."""
    rows = []
    with Session(engine) as session, session.begin():
        for number, amount in enumerate(AMOUNTS):
            partner, account = add_partner(
                session, now, name=f"Toko{number}", account_no=f"0012300{number}", balance=10_000_000
            )
            made = request_withdrawal(session, partner.id, account.id, amount, now)
            rows.append({"withdrawal_id": made.id, "version": 1})
    return rows


@pytest.fixture
def desk(client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime) -> Desk:
    return Desk(client, sign_in, three_requests(store_engine, now))


def result_file(desk: Desk, batch_id: int, *statuses: str, **changes: str) -> str:
    """The bank's answer, a status per row, with Indonesian numbers."""
    lines = ["Referensi;No Rekening;Nominal;Status"]
    for row, status in zip(desk.detail(batch_id)["rows"], statuses, strict=False):
        amount = f"{row['nominal']:,}".replace(",", ".") + ",00"
        lines.append(f"{row['reference']};{row['bank_account_no']};{amount};{status}")
    text = "\n".join(lines)
    for old, new in changes.values():
        text = text.replace(old, new)
    return text


def test_a_dry_run_shows_rows_banks_and_warnings_and_writes_nothing(desk: Desk, store_engine: Engine) -> None:
    answer = desk.client.post(f"{BASE}/dry-run", headers=desk.maker, json={"rows": desk.rows})
    found = answer.json()["data"]
    assert (found["row_count"], found["total"], found["problems"]) == (3, sum(AMOUNTS), 0)
    assert found["banks"] == {"BCA": {"rows": 3, "total": sum(AMOUNTS)}}
    assert found["files"] == [{"rows": 3, "total": sum(AMOUNTS)}]
    assert [row["bank_account_no"] for row in found["rows"]] == ["00123000", "00123001", "00123002"]
    with Session(store_engine) as session:
        assert session.scalars(select(PayoutRow)).all() == []
        assert {each.version for each in session.scalars(select(Withdrawal))} == {1}


def test_a_batch_is_made_approved_by_another_and_settled_by_the_banks_answer(desk: Desk, store_engine: Engine) -> None:
    batch_id = desk.propose(comment="siang").json()["data"]["id"]
    assert desk.detail(batch_id)["status"] == "proposed"
    assert desk.states(batch_id) == ["proposed"] * 3

    alone = desk.approve(batch_id, desk.maker)
    assert (alone.status_code, "another person" in alone.json()["message"]) == (409, True)
    early = desk.client.get(f"{BASE}/batch/{batch_id}/file", headers=desk.maker)
    assert (early.status_code, "after its approval" in early.json()["message"]) == (409, True)
    assert desk.result(batch_id, "x").status_code == 409
    assert desk.approve(batch_id).status_code == 200
    assert desk.states(batch_id) == ["sent"] * 3

    file = desk.client.get(f"{BASE}/batch/{batch_id}/file", headers=desk.maker)
    written = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row[6] for row in written[1:4]] == ["00123000", "00123001", "00123002"]
    assert (written[4][0], written[4][8]) == ("TOTAL", str(sum(AMOUNTS)))
    assert file.content == desk.client.get(f"{BASE}/batch/{batch_id}/file", headers=desk.maker).content

    answer = result_file(desk, batch_id, "Berhasil", "BERHASIL", "Sukses")
    preview = desk.result(batch_id, answer, dry_run=True)
    assert (preview.json()["data"]["counts"], desk.states(batch_id)) == ({"matched": 3}, ["sent"] * 3)
    assert desk.result(batch_id, answer).status_code == 200
    detail = desk.detail(batch_id)
    assert (detail["status"], [row["state"] for row in detail["rows"]]) == ("closed", ["matched"] * 3)
    again = desk.result(batch_id, answer)
    assert (again.status_code, "imported before" in again.json()["message"]) == (409, True)
    with Session(store_engine) as session:
        paid = session.scalars(select(Withdrawal)).all()
        assert {each.status for each in paid} == {"completed"}
        assert len({each.proof_sha256 for each in paid}) == 1
        assert problems(session) == []
        assert audit.first_break(session) is None
        mine = select(AuditEntry.action).where(AuditEntry.subject == "payout_batch").order_by(AuditEntry.id)
        assert list(session.scalars(mine)) == [
            "batch_created", "batch_approved", "batch_file_written", "batch_file_written", "batch_result_imported",
        ]  # fmt: skip
    for each in paid:
        assert balances(store_engine, each.partner_id)[:2] == (10_000_000 - each.nominal, 0)
    (batch,) = desk.reconciled()["batches"]
    assert (batch["confirmed"], batch["in_ledger"], batch["difference"], batch["open"]) == (sum(AMOUNTS),) * 2 + (0, 0)


def test_matched_failed_mismatched_and_suspect_rows_go_their_ways(desk: Desk, store_engine: Engine) -> None:
    batch_id = desk.approved()
    altered = ("6.000.000,00", "5.999.999,00")
    first = desk.result(batch_id, result_file(desk, batch_id, "Berhasil", "Berhasil", a=altered))
    assert first.json()["data"]["counts"] == {"matched": 1, "mismatched": 1, "suspect": 1}
    assert desk.states(batch_id) == ["matched", "mismatched", "suspect"]
    with Session(store_engine) as session:
        assert [each.status for each in session.scalars(select(Withdrawal).order_by(Withdrawal.id))] == [
            "completed", "on_review", "on_review",
        ]  # fmt: skip
    found = desk.reconciled()
    assert [row["state"] for row in found["open"]] == ["mismatched", "suspect"]
    assert "Rp5999999" in found["open"][0]["reasons"][0]
    assert found["batches"][0]["open"] == 6_050_000

    # neither may be decided or batched again while it is not known whether the money left
    again = {"rows": [{"withdrawal_id": desk.rows[2]["withdrawal_id"]}]}
    retried = desk.client.post(f"{BASE}/dry-run", headers=desk.maker, json=again).json()["data"]
    assert retried["rows"][0]["problems"] == ["is in another batch"]
    url = f"/api/v2/admin/withdrawal/update/{desk.rows[2]['withdrawal_id']}?status=completed"
    single = desk.client.put(url, data={"notes": "x"}, files={"transfer_proof": PROOF}, headers=desk.checker)
    assert (single.status_code, "is in batch KS-000001" in single.json()["message"]) == (409, True)

    # the bank's later file knows more
    later = result_file(desk, batch_id, "Berhasil", "Berhasil", "Gagal", a=altered)
    assert desk.result(batch_id, later).json()["data"]["counts"] == {"mismatched": 1, "failed": 1}
    assert desk.states(batch_id) == ["matched", "mismatched", "failed"]
    free = desk.client.post(f"{BASE}/dry-run", headers=desk.maker, json=again).json()["data"]
    assert free["rows"][0]["problems"] == []
    contradicting = result_file(desk, batch_id, "Gagal", "Berhasil", "Gagal")
    refused = desk.result(batch_id, contradicting)
    assert (refused.status_code, "contradict" in refused.json()["message"]) == (422, True)
    assert desk.states(batch_id) == ["matched", "mismatched", "failed"]


def test_an_open_row_is_resolved_by_a_person_with_a_fitting_proof(desk: Desk, store_engine: Engine) -> None:
    batch_id = desk.approved()
    desk.result(batch_id, result_file(desk, batch_id, "Berhasil", "Diproses", "Diproses"))
    rows = desk.detail(batch_id)["rows"]
    typed = {"outcome": "paid", "note": "mutasi bank", "paid_amount": "6000000", "paid_on": "2022-11-15"}

    def resolve(row: dict[str, Any], proof: Any = None, **data: str) -> Any:
        files = {"transfer_proof": proof} if proof else None
        return desk.post(f"/row/{row['id']}/resolution", desk.maker, data=data, files=files)

    assert resolve(rows[0], outcome="failed", note="x").status_code == 409
    assert resolve(rows[1], outcome="failed", note=" ").status_code == 422
    assert resolve(rows[1], **typed).status_code == 422
    wrong = resolve(rows[1], PROOF, **typed, last_four="9999")
    assert (wrong.status_code, "ends in 3001" in wrong.json()["message"]) == (422, True)
    assert resolve(rows[1], PROOF, **typed, last_four="3001").json()["data"]["state"] == "matched"
    assert desk.detail(batch_id)["status"] == "approved"
    before = desk.dossier(rows[2])
    assert len(before["requirement"]["approvals"]) == 2
    assert resolve(rows[2], outcome="failed", note="bank menolak").json()["data"]["state"] == "failed"
    after = desk.dossier(rows[2])
    assert after["requirement"]["approvals"] == []
    assert [(step["kind"], step["comment"]) for step in after["decisions"]][:1] == [("sent_back", "bank menolak")]
    assert desk.detail(batch_id)["status"] == "closed"
    with Session(store_engine) as session:
        assert [each.status for each in session.scalars(select(Withdrawal).order_by(Withdrawal.id))] == [
            "completed", "completed", "on_review",
        ]  # fmt: skip
        assert problems(session) == []


@pytest.mark.parametrize(
    ("changes", "reply"),
    [
        ({"a": ("-0001;", "-9999;")}, "not in the batch"),
        ({"a": ("-0002;", "-0001;")}, "2 times"),
        ({"a": ("400.000,00", "400.000,50")}, "hole rupiah"),
        ({"a": ("400.000,00", "-400.000,00")}, "is negative"),
        ({"a": ("400.000,00", "empat ratus")}, "amount"),
        ({"a": ("Referensi", "Apa")}, "header"),
    ],
)
def test_a_result_file_with_wrong_rows_is_refused_whole(
    desk: Desk, store_engine: Engine, changes: dict[str, tuple[str, str]], reply: str
) -> None:
    batch_id = desk.approved()
    refused = desk.result(batch_id, result_file(desk, batch_id, "Berhasil", "Berhasil", "Berhasil", **changes))
    assert refused.status_code == 422, refused.text
    assert reply in refused.text
    assert desk.states(batch_id) == ["sent"] * 3
    with Session(store_engine) as session:
        assert {each.status for each in session.scalars(select(Withdrawal))} == {"on_review"}


@pytest.mark.parametrize("content", [b"", b"<html><script>alert(1)</script></html>", b"MZ\x90\x00" + b"\0" * 64])
def test_what_is_no_result_file_is_refused(desk: Desk, content: bytes) -> None:
    batch_id = desk.approved()
    assert desk.result(batch_id, content, name="hasil.csv").status_code == 422
    assert desk.states(batch_id) == ["sent"] * 3


@pytest.mark.parametrize("changes", [{"row_count": 2}, {"total": sum(AMOUNTS) - 1}])
def test_a_batch_is_locked_by_its_rows_and_total(desk: Desk, changes: dict[str, int]) -> None:
    assert desk.propose(**changes).status_code == 409
    batch_id = desk.propose().json()["data"]["id"]
    assert desk.approve(batch_id, **changes).status_code == 409
    assert desk.states(batch_id) == ["proposed"] * 3


def test_a_row_that_was_decided_meanwhile_refuses_the_whole_batch(desk: Desk, store_engine: Engine) -> None:
    url = f"/api/v2/admin/withdrawal/update/{desk.rows[1]['withdrawal_id']}?status=rejected"
    assert desk.client.put(url, data={"notes": "salah"}, headers=desk.checker).status_code == 200
    refused = desk.propose()
    assert refused.status_code == 409
    assert [row["withdrawal_id"] for row in refused.json()["data"]["rows"]] == [desk.rows[1]["withdrawal_id"]]
    with Session(store_engine) as session:
        assert session.scalars(select(PayoutRow)).all() == []


def test_a_partner_that_was_stopped_meanwhile_refuses_the_approval(desk: Desk, store_engine: Engine) -> None:
    batch_id = desk.propose().json()["data"]["id"]
    with Session(store_engine) as session, session.begin():
        session.scalars(select(Partner).order_by(Partner.id)).first().problem_status = 1
    refused = desk.approve(batch_id)
    assert refused.status_code == 409
    assert refused.json()["data"]["rows"][0]["problems"] == ["the partner is marked fake"]
    assert desk.states(batch_id) == ["proposed"] * 3


@pytest.mark.parametrize(
    ("rows", "code", "reply"),
    [
        ([], 422, "at least one"),
        ([{"withdrawal_id": 999_999, "version": 1}], 409, "does not exist"),
        ([{"withdrawal_id": 1, "version": 1}, {"withdrawal_id": 1, "version": 1}], 422, "twice"),
        ([{"withdrawal_id": 1, "version": 7}], 409, "changed since"),
        ([{"withdrawal_id": 2**70, "version": 1}], 422, "withdrawal_id"),
    ],
)
def test_bad_rows_are_refused(desk: Desk, rows: list[dict[str, int]], code: int, reply: str) -> None:
    refused = desk.propose(rows=rows, row_count=1, total=400_000)
    assert (refused.status_code, reply in refused.text) == (code, True), refused.text


def test_a_batch_in_a_profile_of_a_bank_needs_its_source_account(desk: Desk) -> None:
    refused = desk.propose(profile="mandiri")
    assert (refused.status_code, "source account" in refused.json()["message"]) == (422, True)
    made = desk.propose(profile="mandiri", source_account="1234567890")
    assert made.status_code == 200, made.text
    unknown = desk.propose(profile="bank-lain")
    assert (unknown.status_code, "bca, generic, mandiri" in unknown.json()["message"]) == (422, True)


def test_only_finance_pays(desk: Desk, sign_in: SignIn) -> None:
    batch_id = desk.propose().json()["data"]["id"]
    for role in ("admin", "growth", "partner"):
        headers = sign_in(role)
        assert desk.approve(batch_id, headers).status_code == 403
        assert desk.post("/batch", headers, json={}).status_code == 403
        assert desk.client.get(f"{BASE}/batch/{batch_id}/file", headers=headers).status_code == 403
    assert desk.client.get(f"{BASE}/reconciliation", headers=sign_in("growth")).status_code == 403
    assert desk.client.get(f"{BASE}/reconciliation", headers=sign_in("admin")).status_code == 200


def test_a_proposed_batch_is_taken_back_and_its_rows_are_free(desk: Desk) -> None:
    batch_id = desk.propose().json()["data"]["id"]
    assert desk.propose().status_code == 409
    assert desk.post(f"/batch/{batch_id}/cancel", desk.maker, json={"comment": ""}).status_code == 422
    assert desk.post(f"/batch/{batch_id}/cancel", desk.maker, json={"comment": "salah"}).status_code == 200
    assert desk.states(batch_id) == ["released"] * 3
    rows = [row | {"version": 2} for row in desk.rows]
    other = desk.propose(rows=rows).json()["data"]["id"]
    assert desk.approve(other).status_code == 200
    assert desk.client.get(f"{BASE}/batch/{other}/file", headers=desk.maker).status_code == 200
    late = desk.post(f"/batch/{other}/cancel", desk.maker, json={"comment": "salah"})
    assert (late.status_code, "before its first bank file only" in late.json()["message"]) == (409, True)


def test_the_same_key_makes_one_batch(desk: Desk) -> None:
    body = {"rows": desk.rows, "profile": "generic", "row_count": 3, "total": sum(AMOUNTS)}
    headers = desk.maker | {"Idempotency-Key": "same"}
    answers = [desk.client.post(f"{BASE}/batch", headers=headers, json=body) for _turn in range(2)]
    assert answers[0].json() == answers[1].json()
    assert desk.client.get(f"{BASE}/batch", headers=desk.maker).json()["data"]["total"] == 1
    assert desk.client.post(f"{BASE}/batch", headers=desk.maker, json=body).status_code == 422


def test_a_right_to_approve_alone_is_logged(desk: Desk, store_engine: Engine, users: dict[str, int]) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["finance"]).may_self_approve = True
    batch_id = desk.propose().json()["data"]["id"]
    assert desk.approve(batch_id, desk.maker).json()["data"]["self_approved"] is True
    with Session(store_engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "batch_approved")).one()
        assert entry.after is not None
        assert entry.after["self_approved"] is True
