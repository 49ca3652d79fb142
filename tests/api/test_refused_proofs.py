"""A proof that is none, through the API: refused with its reason, nothing half-done, and its key may be used again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.withdrawals.service import request_withdrawal
from api.models import TransferProof, Withdrawal
from settings import Settings
from tests.api.conftest import Case, add_partner
from tests.api.test_proofs import FIFTY_MEGAPIXELS, JAVASCRIPT, REFUSED, picture, written_pdf
from tests.api.test_withdrawals import PROOF, png
from tests.api.untouched import contents, untouched

SignIn = Callable[[str], dict[str, str]]
FITS = {"paid_amount": "400000", "paid_on": "2022-11-15", "last_four": "8787"}


def pay(client: TestClient, case: Case, headers: dict[str, str], proof: Any = PROOF, **data: str) -> Any:
    url = f"/api/v2/admin/withdrawal/update/{case.withdrawal_id}?status=completed"
    return client.put(url, data={"notes": "dibayar"} | data, files={"transfer_proof": proof}, headers=headers)


def reply(answer: Any, expected: str) -> tuple[int, bool]:
    """(status, True), or the status and the message that is not as expected."""
    message = answer.json()["message"]
    return answer.status_code, expected in message or message


def test_no_file_that_is_no_plain_proof_changes_anything(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings
) -> None:
    headers = sign_in("finance") | {"Idempotency-Key": "one-key-for-all"}
    refused = {}
    with untouched(store_engine, settings.data_dir):
        for name, (content, reason) in REFUSED.items():
            refused[name] = reply(pay(client, case, headers, ("bukti.png", content, "image/png")), reason)
    assert refused == dict.fromkeys(REFUSED, (422, True))
    # the key of a refused request is free for the corrected one
    assert pay(client, case, headers, **FITS).status_code == 200


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("../../../bukti.exe", "text/html"), ("a\\..\\b\r\nSet-Cookie: x" + "b" * 300, "image/svg+xml")],
)  # fmt: skip
def test_neither_name_nor_claimed_type_reaches_the_store_or_the_reader(
    client: TestClient,
    case: Case,
    sign_in: SignIn,
    store_engine: Engine,
    settings: Settings,
    name: str,
    media_type: str,
) -> None:
    before = contents(store_engine, settings.data_dir)["files"]
    headers = sign_in("finance")
    assert pay(client, case, headers, (name, PROOF[1], media_type)).status_code == 200
    with Session(store_engine) as session:
        kept = session.scalars(select(TransferProof)).one()
    new = set(contents(store_engine, settings.data_dir)["files"]) - set(before)
    assert new == {str(settings.data_dir / "proofs" / kept.sha256)}
    served = client.get(f"/api/v1/admin/withdrawal/proof/{case.withdrawal_id}", headers=headers)
    assert (served.headers["Content-Type"], served.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert served.headers["Content-Security-Policy"] == "sandbox"
    assert "Set-Cookie" not in served.headers


def test_a_proof_is_reachable_by_its_route_alone(
    client: TestClient, case: Case, sign_in: SignIn, settings: Settings, store_engine: Engine
) -> None:
    finance = sign_in("finance")
    assert pay(client, case, finance).status_code == 200
    with Session(store_engine) as session:
        sha256 = session.scalars(select(TransferProof.sha256)).one()
    for path in (
        f"/proofs/{sha256}",
        f"/api/proofs/{sha256}",
        f"/api/v1/admin/withdrawal/proof/{sha256}",
        f"/{sha256}",
    ):
        assert client.get(path, headers=finance).status_code in (404, 422), path
    url = f"/api/v1/admin/withdrawal/proof/{case.withdrawal_id}"
    others = [sign_in(role) for role in ("growth", "partner")]
    with untouched(store_engine, settings.data_dir):
        assert [client.get(url, headers=headers).status_code for headers in others] == [403, 403]
        assert client.get(url).status_code == 401
        assert client.get("/api/v1/admin/withdrawal/proof/999999", headers=finance).status_code == 404


@pytest.mark.parametrize("kind", ["proof", "typed"])
def test_what_does_not_fit_changes_nothing(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings, now: datetime, kind: str
) -> None:
    headers = sign_in("finance") | {"Idempotency-Key": "k"}
    if kind == "proof":
        with Session(store_engine) as session, session.begin():
            made = request_withdrawal(session, case.partner_id, case.account_id, 100_000, now)
            other = Case(made.id, case.partner_id, case.user_id, case.account_id)
        assert pay(client, other, sign_in("finance")).status_code == 200
        with untouched(store_engine, settings.data_dir):
            assert reply(pay(client, case, headers), "was used before") == (422, True)
    else:
        wrong = {
            "400001": ({"paid_amount": "400001"}, "Rp400001 was typed"),
            "4e5": ({"paid_amount": "4e5"}, "paid_amount"),
            "0": ({"paid_amount": "0"}, "paid_amount"),
            "-400000": ({"paid_amount": "-400000"}, "paid_amount"),
            "400000.5": ({"paid_amount": "400000.5"}, "paid_amount"),
            "400.000": ({"paid_amount": "400.000"}, "digits only"),
            "400_000": ({"paid_amount": "400_000"}, "digits only"),
            "2**53": ({"paid_amount": str(2**53)}, "paid_amount"),
            "2**63": ({"paid_amount": str(2**63)}, "paid_amount"),
            "NaN": ({"paid_amount": "NaN"}, "paid_amount"),
            "other digits": ({"last_four": "8788"}, "ends in 8787"),
            "Arabic digits": ({"last_four": "٨٧٨٧"}, "last_four"),
            "five digits": ({"last_four": "38787"}, "last_four"),
            "a line end": ({"last_four": "8787\n"}, "last_four"),
            "yesterday": ({"paid_on": "2022-11-14"}, "not between the request"),
            "tomorrow": ({"paid_on": "2022-11-16"}, "not between the request"),
            "no day": ({"paid_on": "2022-02-30"}, "paid_on"),
        }
        with untouched(store_engine, settings.data_dir):
            refused = {
                name: reply(pay(client, case, headers, **FITS | data), why) for name, (data, why) in wrong.items()
            }
        assert refused == dict.fromkeys(wrong, (422, True))
    assert pay(client, case, headers, ("b.png", png(9), "image/png"), **FITS).status_code == 200


def test_the_last_four_digits_are_those_of_an_account_written_with_signs(
    client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime
) -> None:
    with Session(store_engine) as session, session.begin():
        partner, account = add_partner(session, now, name="Pasar", account_no="001-234.56 7-8", balance=500_000)
        made = request_withdrawal(session, partner.id, account.id, 400_000, now)
        case = Case(made.id, partner.id, users["partner"], account.id)
    headers = sign_in("finance")
    refused = pay(client, case, headers, **FITS)
    assert reply(refused, "the account ends in 5678, not 8787") == (422, True)
    assert pay(client, case, headers, **FITS | {"last_four": "5678"}).status_code == 200


def test_a_store_that_takes_nothing_leaves_the_withdrawal_as_it_was(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings
) -> None:
    folder = settings.data_dir / "proofs"
    folder.write_text("a file where the folder should be")
    headers = sign_in("finance") | {"Idempotency-Key": "k"}
    with untouched(store_engine, settings.data_dir):
        assert reply(pay(client, case, headers), "cannot be stored now") == (503, True)
    folder.unlink()
    assert pay(client, case, headers).status_code == 200
    with Session(store_engine) as session:
        assert session.get_one(Withdrawal, case.withdrawal_id).status == "completed"


def test_the_named_bad_proofs_are_among_those_that_were_tried() -> None:
    tried = [content for content, _reason in REFUSED.values()]
    assert FIFTY_MEGAPIXELS in tried
    assert len(FIFTY_MEGAPIXELS) < 100_000
    assert written_pdf(b"/OpenAction " + JAVASCRIPT) in tried
    assert picture("PNG") not in tried
