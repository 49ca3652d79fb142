"""Errors in the language of Accept-Language."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.auth.limits import SignInLimits
from api.domains.payouts.models import PayoutRow
from api.domains.withdrawals.models import Withdrawal
from api.kernel.language import preferred, translations
from api.models import Partner
from tests.api.conftest import Case
from texts import Rupiah, Text, listed, translate_all, unpacked, word

SignIn = Callable[[str], dict[str, str]]
NEITHER = "fr;q=0.9, *;q=0.1"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("id", "id"),
        ("id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", "id"),
        ("en-GB, id;q=0.9", "en"),
        ("en;q=0.3, ID-id;q=0.4", "id"),
        ("in-ID", "id"),
        ("id;q=0", "en"),
        ("id;q=0, *", "en"),
        ("id;q=0.5, *;q=0.9", "en"),
        (NEITHER, "en"),
        ("id;q=much", "en"),
        (";;=,,;q=,*;", "en"),
        ("id;q=0.8;level=1", "id"),
    ],
)
def test_the_language_of_the_highest_weight_is_taken(header: str, language: str) -> None:
    assert preferred(header) == language


@pytest.mark.parametrize(
    ("accepted", "message"),
    [
        (None, "the partner is marked hold; nothing is paid to it"),
        ("en", "the partner is marked hold; nothing is paid to it"),
        (NEITHER, "the partner is marked hold; nothing is paid to it"),
        ("id", "Partner ditandai ditahan; tidak ada yang dibayarkan kepadanya."),
    ],
)
def test_a_refusal(
    client: TestClient, sign_in: SignIn, case: Case, store_engine: Engine, accepted: str | None, message: str
) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(Partner, case.partner_id).problem_status = 2
    headers = sign_in("finance") | {"Idempotency-Key": "k"} | ({"Accept-Language": accepted} if accepted else {})
    answer = client.post(f"/api/v2/admin/withdrawal/approval/{case.withdrawal_id}", json={}, headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (409, message)
    assert answer.headers["Content-Language"] == ("id" if accepted == "id" else "en")
    assert answer.headers["Vary"] == "Accept-Language"


def test_words_among_the_values_are_said_too(client: TestClient, sign_in: SignIn, case: Case) -> None:
    wrong_role = client.get("/api/v2/admin/withdrawal-queue", headers=sign_in("growth") | {"Accept-Language": "id"})
    assert wrong_role.json()["message"] == "Ini memerlukan salah satu peran admin, finance; peran Anda growth."
    refused = client.put(
        f"/api/v2/admin/withdrawal/update/{case.withdrawal_id}?status=reversed",
        files={"notes": (None, "x")},
        headers=sign_in("finance") | {"Accept-Language": "id"},
    )
    assert (
        refused.json()["message"] == "Withdrawal yang berstatus diminta tidak dapat diubah menjadi dikembalikan bank."
    )
    assert refused.json()["data"]["status"] == "requested"  # codes stay codes


OUT_OF_RANGE = (
    "start_date: Input should be a valid date or datetime, month value is outside expected range of 1-12; "
    "end_date: Input should be a valid date or datetime, invalid character in year"
)
INVALID = [
    ({}, "start_date: wajib diisi; end_date: wajib diisi", "start_date: Field required; end_date: Field required"),
    (
        {"start_date": "2022-13-01", "end_date": "5 October 2022"},
        "start_date: harus tanggal yyyy-mm-dd; end_date: harus tanggal yyyy-mm-dd",
        OUT_OF_RANGE,
    ),
    (
        {"start_date": "2022-10-05", "end_date": "2022-10-04"},
        "end_date 2022-10-04 lebih awal daripada start_date 2022-10-05.",
        "end_date 2022-10-04 is before start_date 2022-10-05",
    ),
]


@pytest.mark.parametrize(("query", "indonesian", "english"), INVALID)
def test_a_value_that_is_no_good(
    client: TestClient, sign_in: SignIn, query: dict[str, str], indonesian: str, english: str
) -> None:
    headers = sign_in("admin")
    for accepted, message in (("id", indonesian), ("en", english), (None, english), (NEITHER, english)):
        more = {"Accept-Language": accepted} if accepted else {}
        answer = client.get("/api/v1/admin/ticket/total", params=query, headers=headers | more)
        assert (answer.status_code, answer.json()["message"]) == (422, message)


BODIES: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"bank_account_id": 0, "nominal": 2**60}, {"bank_account_id": "harus lebih dari 0"}),
    ({"bank_account_id": "1", "nominal": 1.5}, {"bank_account_id": "harus bilangan bulat"}),
    ({"bank_account_id": 1, "nominal": 1, "more": 1}, {"more": "isian ini tidak dikenal"}),
    ({"nominal": 1}, {"bank_account_id": "wajib diisi"}),
]


@pytest.mark.parametrize(("body", "problems"), BODIES)
def test_problems_of_a_body_are_listed_in_the_language(
    client: TestClient, sign_in: SignIn, body: dict[str, Any], problems: dict[str, str]
) -> None:
    headers = sign_in("finance") | {"Accept-Language": "id", "Idempotency-Key": "k"}
    errors = client.post("/api/v2/withdrawal/request", json=body, headers=headers).json()["data"]["errors"]
    assert errors.items() >= problems.items()
    assert not any("hould" in reply or "nput" in reply for reply in errors.values())


@pytest.mark.parametrize(
    ("path", "query", "message"),
    [
        ("v2/admin/withdrawal-queue", {"band": "x"}, "band: harus salah satu dari '', 'low', 'medium' atau 'high'"),
        ("v2/admin/withdrawal-queue", {"page": "one"}, "page: harus bilangan bulat"),
        ("v2/admin/withdrawal-queue", {"page": "0"}, "page: harus 1 atau lebih"),
        ("v2/admin/withdrawal-queue", {"total_per_page": "50000"}, "total_per_page: harus 10000 atau kurang"),
        ("v2/admin/withdrawal-queue", {"search": "x" * 201}, "search: paling banyak 200 karakter"),
    ],
)
def test_problems_of_a_query(
    client: TestClient, sign_in: SignIn, path: str, query: dict[str, str], message: str
) -> None:
    answer = client.get(f"/api/{path}", params=query, headers=sign_in("finance") | {"Accept-Language": "id"})
    assert (answer.status_code, answer.json()["message"]) == (422, message)


def test_a_body_that_is_no_json(client: TestClient) -> None:
    headers = {"Accept-Language": "id", "Content-Type": "application/json"}
    answer = client.post("/api/v1/login", content="{", headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (
        422,
        'Isi permintaan bukan JSON; kirim objek seperti {"name": "value"}.',
    )


def test_a_validator_of_our_own(client: TestClient, sign_in: SignIn) -> None:
    body = {"name": "x", "format": "csv", "rows": 1, "filters": {"a": "x" * 5000}}
    headers = sign_in("admin")
    reply = client.post("/api/v1/admin/audit/exports", json=body, headers=headers | {"Accept-Language": "id"})
    assert reply.json()["message"] == "filters: saringan paling panjang 4096 karakter"
    reply = client.post("/api/v1/admin/audit/exports", json=body, headers=headers)
    assert reply.json()["message"] == "filters: Value error, filters may take 4096 signs"


@pytest.mark.parametrize(
    ("method", "path", "status", "english", "indonesian"),
    [
        (
            "GET",
            "/api/v1/admin/audit",
            401,
            "send the token of the login as Authorization: Bearer",
            "Kirim token dari login sebagai Authorization: Bearer.",
        ),
        ("GET", "/api/v1/nowhere", 404, "Not Found", "Alamat tidak ditemukan."),
        ("DELETE", "/api/v1/login", 405, "Method Not Allowed", "Metode tidak diizinkan untuk alamat ini."),
    ],
)
def test_answers_of_the_framework(
    client: TestClient, method: str, path: str, status: int, english: str, indonesian: str
) -> None:
    for accepted, message in (("id", indonesian), ("en", english), (None, english), (NEITHER, english)):
        answer = client.request(method, path, headers={"Accept-Language": accepted} if accepted else {})
        assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert status != 405 or answer.headers["Allow"] == "POST"


def test_a_fault_of_our_own(app: FastAPI, client: TestClient) -> None:
    @app.get("/api/broken")
    def broken() -> None:
        raise RuntimeError

    english = client.get("/api/broken", headers={"X-Request-Id": "abc"})
    assert english.json()["message"] == "unexpected error; quote request abc to the developers"
    reply = client.get("/api/broken", headers={"X-Request-Id": "abc", "Accept-Language": "id"})
    assert (reply.status_code, reply.json()["message"]) == (
        500,
        "Terjadi kesalahan tak terduga. Sebutkan kode abc kepada tim teknis.",
    )


def test_who_guesses_reads_how_long_to_wait(client: TestClient, users: dict[str, int], app: FastAPI) -> None:
    app.state.parts.add(SignInLimits, SignInLimits(lambda: 0.0))
    body = {"username_email": "finance", "password": "wrong"}
    reply = [client.post("/api/v1/login", json=body, headers={"Accept-Language": "id"}).json() for _ in range(6)]
    assert reply[0]["message"] == "Nama pengguna, email, atau kata sandi salah."
    assert reply[5]["message"] == "Terlalu banyak percobaan yang gagal. Coba lagi dalam 5 detik."


def test_success_is_not_translated(client: TestClient, sign_in: SignIn) -> None:
    answer = client.post("/api/v1/logout", headers=sign_in("admin") | {"Accept-Language": "id"})
    assert answer.json()["message"] == "logout successful"
    assert "Content-Language" not in answer.headers


def test_amounts_are_grouped_in_a_translation_only(client: TestClient, sign_in: SignIn, case: Case) -> None:
    headers = sign_in("partner")
    body = {"bank_account_id": case.account_id, "nominal": 700_000}
    keyed = headers | {"Idempotency-Key": "k"}
    english = client.post("/api/v2/withdrawal/request", json=body, headers=keyed).json()["message"]
    assert english == "the balance is Rp600000, Rp700000 cannot be taken from it"
    reply = client.post("/api/v2/withdrawal/request", json=body, headers=keyed | {"Accept-Language": "id"}).json()
    assert reply["message"] == "Saldo Rp600.000, tidak cukup untuk Rp700.000."


def test_what_speaks_against_a_row_of_a_batch(client: TestClient, sign_in: SignIn, case: Case) -> None:
    body = {"rows": [{"withdrawal_id": case.withdrawal_id, "version": 7}, {"withdrawal_id": 99, "version": 1}]}
    headers = sign_in("finance")
    english = client.post("/api/v2/admin/payout/dry-run", json=body, headers=headers).json()["data"]["rows"]
    assert [row["problems"] for row in english] == [["changed since it was chosen"], ["does not exist"]]
    reply = client.post("/api/v2/admin/payout/dry-run", json=body, headers=headers | {"Accept-Language": "id"})
    assert [row["problems"] for row in reply.json()["data"]["rows"]] == [["berubah sejak dipilih"], ["tidak ada"]]
    proposal = body | {"row_count": 2, "total": 1}
    keyed = headers | {"Accept-Language": "id", "Idempotency-Key": "k"}
    refused = client.post("/api/v2/admin/payout/batch", json=proposal, headers=keyed).json()
    assert refused["message"] == "2 dari 2 baris tidak dapat dibayar; batch tidak dibuat."
    assert refused["data"]["rows"][1]["problems"] == ["tidak ada"]


def _sent_batch(client: TestClient, sign_in: SignIn, case: Case) -> tuple[int, str]:
    keyed = {"Idempotency-Key": "made"}
    body = {"rows": [{"withdrawal_id": case.withdrawal_id, "version": 1}], "row_count": 1, "total": 400_000}
    made = client.post("/api/v2/admin/payout/batch", json=body, headers=sign_in("finance") | keyed).json()["data"]
    totals = {"row_count": 1, "total": 400_000}
    path = f"/api/v2/admin/payout/batch/{made['id']}"
    assert client.post(f"{path}/approval", json=totals, headers=sign_in("finance2") | keyed).status_code == 200
    return made["id"], f"{made['reference']}-0001"


def test_reasons_that_are_kept_are_said_to_each_reader(
    client: TestClient, sign_in: SignIn, case: Case, store_engine: Engine
) -> None:
    batch_id, reference = _sent_batch(client, sign_in, case)
    headers = sign_in("finance")
    result = f"reference,amount,status\n{reference},399999,SUCCESS\n".encode()
    imported = client.post(
        f"/api/v2/admin/payout/batch/{batch_id}/result",
        files={"result": ("r.csv", result)},
        headers=headers | {"Accept-Language": "id", "Idempotency-Key": "import"},
    ).json()["data"]
    indonesian, english = (
        "menurut bank Rp399.999, menurut batch Rp400.000",
        "the bank says Rp399999, the batch Rp400000",
    )
    assert imported["rows"] == [{"reference": reference, "kind": "mismatched", "reasons": [indonesian]}]
    for accepted, reason in (("id", indonesian), ("en", english)):
        more = headers | {"Accept-Language": accepted}
        detail = client.get(f"/api/v2/admin/payout/batch/{batch_id}", headers=more).json()["data"]
        assert detail["rows"][0]["reasons"] == [reason]
        open_rows = client.get("/api/v2/admin/payout/reconciliation", headers=more).json()["data"]["open"]
        assert open_rows[0]["reasons"] == [reason]
    with Session(store_engine) as session, session.begin():
        row = session.get_one(PayoutRow, detail["rows"][0]["id"])
        row.reasons = ["in the bank's {words}"]  # also what was kept before reasons had templates
    detail = client.get(f"/api/v2/admin/payout/batch/{batch_id}", headers=headers | {"Accept-Language": "id"}).json()
    assert detail["data"]["rows"][0]["reasons"] == ["in the bank's {words}"]


def test_rows_of_a_result_that_cannot_be_read(client: TestClient, sign_in: SignIn, case: Case) -> None:
    batch_id, reference = _sent_batch(client, sign_in, case)
    refused = client.post(
        f"/api/v2/admin/payout/batch/{batch_id}/result",
        files={"result": ("r.csv", f"reference,amount,status\n{reference},many,SUCCESS\n".encode())},
        headers=sign_in("finance") | {"Accept-Language": "id", "Idempotency-Key": "import"},
    ).json()
    assert refused["message"] == (
        f'Tidak ada yang diimpor: 1 baris tidak dapat dibaca; baris 2 "{reference}": nominal "many" bukan angka.'
    )
    assert refused["data"]["rows"] == [{"line": 2, "reference": reference, "reason": 'nominal "many" bukan angka'}]


def test_what_changed_is_named(client: TestClient, sign_in: SignIn, case: Case, store_engine: Engine) -> None:
    with Session(store_engine) as session, session.begin():
        made = session.get_one(Withdrawal, case.withdrawal_id)
        made.version, made.updated_at = 4, made.updated_at + timedelta(minutes=1)
    refused = client.post(
        f"/api/v2/admin/withdrawal/approval/{case.withdrawal_id}",
        json={},
        headers=sign_in("finance") | {"Accept-Language": "id", "Idempotency-Key": "k", "If-Match": '"3"'},
    )
    assert refused.json()["message"] == (
        "Withdrawal berubah sejak Anda membukanya (versi); sekarang berstatus diminta. Periksa lagi."
    )


def test_texts_come_back_from_a_store_as_they_were() -> None:
    parts = [Text("the bank says Rp{said}, the batch Rp{sent}", said=Rupiah(1), sent=Rupiah(12_345)), word("fake")]
    made = listed(parts, " or ")
    again = unpacked(made.packed())
    assert (str(again), again.translated(translations("id"))) == (str(made), made.translated(translations("id")))
    assert made.translated(translations("id")) == "menurut bank Rp1, menurut batch Rp12.345 atau palsu"


def test_what_people_wrote_is_never_a_template() -> None:
    names = Text("unknown status {status!r}", status="{__class__}")
    assert names.translated(translations("id")) == 'status "{__class__}" tidak dikenal'
    assert translate_all(["{x}", word("{x}"), 1, None], translations("id")) == ["{x}", "{x}", 1, None]
