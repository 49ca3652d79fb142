"""Result files and batches that do not fit, through the API: refused with their reason, and nothing half-done."""

import csv
import io
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.payouts.bank_profiles import BankProfiles
from api.domains.withdrawals.verify import problems
from api.kernel.db import LOCK
from api.models import BankAccount, EntryKind, LedgerTransaction, Partner, PayoutResult, PayoutRow, Withdrawal
from settings import Settings
from tests.api.bank_results import repacked, xlsx_file, zip_of
from tests.api.test_payouts import AMOUNTS, BASE, Desk, result_file, three_requests
from tests.api.untouched import contents, untouched

SignIn = Callable[[str], dict[str, str]]
HEADER = ["Referensi", "No Rekening", "Nominal", "Status"]
FIRST = "KS-000001-0001"


@pytest.fixture
def desk(client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime) -> Desk:
    return Desk(client, sign_in, three_requests(store_engine, now))


def table(first: list[Any]) -> list[list[Any]]:
    """A result whose first row is given, and two rows that are as sent."""
    rest = [[f"KS-000001-000{at}", f"0012300{at - 1}", AMOUNTS[at - 1], "Berhasil"] for at in (2, 3)]
    return [HEADER, first, *rest]


def as_csv(rows: list[list[Any]], separator: str = ";", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def amount(written: Any) -> list[list[Any]]:
    return table([FIRST, "00123000", written, "Berhasil"])


FORMULA = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1">%b</row>
<row r="2"><c r="A2" t="inlineStr"><is><t>KS-000001-0001</t></is></c><c r="B2"><f>400000</f><v>400000</v></c>
<c r="C2" t="inlineStr"><is><t>Berhasil</t></is></c></row></sheetData></worksheet>""" % b"".join(
    b'<c r="%c1" t="inlineStr"><is><t>%b</t></is></c>' % (65 + at, title)
    for at, title in enumerate([b"Referensi", b"Nominal", b"Status"])
)

REFUSED: dict[str, tuple[bytes, str]] = {
    "an unknown row": (as_csv([*amount(400_000), ["KS-9", "", 5, "Gagal"]]), "not in the batch"),
    "a row of another batch": (as_csv(table(["KS-000002-0001", "00123000", 400_000, "Berhasil"])), "not in the batch"),
    "a repeated row": (as_csv(table(["KS-000001-0002", "00123001", 6_000_000, "Berhasil"])), "2 times"),
    "a fraction": (as_csv(amount("400000.5")), "not whole rupiah"),
    "an Indonesian fraction": (as_csv(amount("400.000,50")), "not whole rupiah"),
    "a negative amount": (as_csv(amount("-400.000,00")), "is negative"),
    "two kinds of points": (as_csv(amount("400.000.00")), "no number"),
    "a power": (as_csv(amount("4E+05")), "no number"),
    "no amount": (as_csv(amount("")), "missing"),
    "an amount above 2**53": (as_csv(amount(str(2**53))), "too large"),
    "a fraction in a workbook": (xlsx_file(*amount(400_000.5)), "not whole rupiah"),
    "a truth in a workbook": (xlsx_file(*amount(True)), "no number"),
    "a formula in a workbook": (repacked(xlsx_file(["x"]), sheet1=FORMULA), "no number"),
    "merged cells": (xlsx_file(*amount(400_000)[:2], ["KS-000001-0002", None, None, "Berhasil"]), "missing"),
    "a zip bomb": (repacked(xlsx_file(*amount(400_000)), sharedStrings=bytes(60 * 1024 * 1024)), "when unpacked"),
    "another archive": (zip_of({"hasil.csv": b"Referensi;Nominal;Status"}), "no XLSX workbook"),
    "a renamed program": (b"MZ\x90\x00" + bytes(99), "a program"),
    "a web page": (b"<html><script>alert(1)</script></html>", "web page"),
    "zero bytes": (b"", "empty"),
    "a colon between the cells": (as_csv(amount(400_000), ":"), "header"),
    "no header": (as_csv(amount(400_000)[1:]), "header"),
    "a header alone": (as_csv([HEADER]), "no rows"),
    "an amount broken by its comma": (as_csv(amount("400.000,00"), ",").replace(b'"', b""), "more cells"),
}  # fmt: skip


def test_no_result_that_does_not_fit_changes_anything(desk: Desk, store_engine: Engine, settings: Settings) -> None:
    batch_id = desk.approved()
    headers, refused = desk.maker | {"Idempotency-Key": "one-key-for-all"}, {}
    url = f"{BASE}/batch/{batch_id}/result"
    with untouched(store_engine, settings.data_dir):
        for name, (content, reason) in REFUSED.items():
            answer = desk.client.post(url, headers=headers, files={"result": ("../../hasil.csv", content)})
            refused[name] = (answer.status_code, reason in answer.text or answer.text)
    assert refused == dict.fromkeys(REFUSED, (422, True))
    good = as_csv(amount("Rp 400.000,00"))
    answer = desk.client.post(url, headers=headers, files={"result": ("../../hasil.csv", good)})
    assert (answer.status_code, answer.json()["data"]["counts"]) == (200, {"matched": 3})
    written = contents(store_engine, settings.data_dir)["files"]
    assert [path for path in written if "hasil" in path] == []


@pytest.mark.parametrize(
    ("separator", "encoding", "written"),
    [("\t", "utf-16", "400.000,00"), ("|", "utf-8-sig", "400,000.00"), (",", "cp1252", "IDR 400.000"),
     ("xlsx", "", 400_000.0)],
)  # fmt: skip
def test_other_separators_encodings_and_numbers_are_read_as_they_are_meant(
    desk: Desk, separator: str, encoding: str, written: Any
) -> None:
    batch_id = desk.approved()
    rows = amount(written)
    content = xlsx_file(*rows) if separator == "xlsx" else as_csv(rows, separator, encoding)
    preview = desk.result(batch_id, content, dry_run=True)
    assert (preview.status_code, preview.json()["data"]["counts"]) == (200, {"matched": 3}), preview.text
    thousandth = as_csv(amount("400"))
    assert desk.result(batch_id, thousandth, dry_run=True).json()["data"]["counts"] == {"mismatched": 1, "matched": 2}


def test_a_result_is_refused_where_no_batch_waits_for_it(
    desk: Desk, store_engine: Engine, settings: Settings, sign_in: SignIn
) -> None:
    batch_id = desk.propose().json()["data"]["id"]
    content, growth = as_csv(amount(400_000)), sign_in("growth")
    with untouched(store_engine, settings.data_dir):
        assert desk.result(batch_id, content).status_code == 409
        assert [desk.result(key, content).status_code for key in (0, -1, 999, 2**62)] == [422, 422, 404, 404]
        assert desk.result(2**63, content).status_code in (404, 422)
        for path in (f"/batch/{2**63}/approval", "/batch/0/approval"):
            totals = {"row_count": 3, "total": sum(AMOUNTS)}
            assert desk.post(path, desk.checker, json=totals).status_code in (404, 422), path
        assert desk.post(
            f"/row/{2**63}/resolution", desk.maker, data={"outcome": "failed", "note": "x"}
        ).status_code in (
            404,
            422,
        )
        files = {"result": ("hasil.csv", content)}
        assert desk.post(f"/batch/{batch_id}/result", growth, files=files).status_code == 403


def together(*calls: Callable[[], Any]) -> list[int]:
    """The statuses of calls that begin at the same moment, sorted."""
    codes: list[int] = []
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> None:
        gate.wait(30)
        codes.append(call().status_code)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(codes)


def test_at_the_same_moment_one_batch_takes_a_row_and_one_import_settles_it(desk: Desk, store_engine: Engine) -> None:
    two = {"row_count": 2}
    first = two | {"rows": desk.rows[:2], "total": AMOUNTS[0] + AMOUNTS[1]}
    second = two | {"rows": desk.rows[2:0:-1], "total": AMOUNTS[1] + AMOUNTS[2]}
    assert together(lambda: desk.propose(**first), lambda: desk.propose(**second)) == [200, 409]
    with Session(store_engine) as session:
        assert session.scalar(select(func.count()).select_from(PayoutRow)) == 2
        row = session.scalars(select(PayoutRow).order_by(PayoutRow.id)).first()
        batch_id = row.batch_id
    detail = desk.detail(batch_id)
    assert desk.approve(batch_id, row_count=2, total=detail["total"]).status_code == 200
    content = result_file(desk, batch_id, "Berhasil", "Berhasil")
    assert together(*[lambda: desk.result(batch_id, content)] * 3) == [200, 409, 409]
    with Session(store_engine) as session:
        paid = select(func.count()).where(LedgerTransaction.kind == EntryKind.WITHDRAWAL)
        assert session.scalar(paid) == 2
        assert session.scalar(select(func.count()).select_from(PayoutResult)) == 1
        assert problems(session) == []


def _waiting(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or 0


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_resolution_takes_its_locks_in_the_order_of_an_import(desk: Desk, store_engine: Engine) -> None:
    batch_id = desk.approved()
    assert desk.result(batch_id, result_file(desk, batch_id, "Berhasil", "Diproses", "Berhasil")).status_code == 200
    row_id = desk.detail(batch_id)["rows"][1]["id"]
    answers: list[Any] = []

    def resolve() -> None:
        body = {"outcome": "failed", "note": "ditolak"}
        answers.append(desk.post(f"/row/{row_id}/resolution", desk.checker, data=body))

    with Session(store_engine) as session:
        session.execute(text("SELECT id FROM payout_batches WHERE id = :id FOR UPDATE"), {"id": batch_id})
        thread = threading.Thread(target=resolve)
        thread.start()
        until = time.monotonic() + 60
        while not _waiting(store_engine) and time.monotonic() < until:
            time.sleep(0.05)
        assert _waiting(store_engine) == 1
        # an import, which holds the batch, would now wait for the row, and both for each other
        assert session.get(PayoutRow, row_id, with_for_update=LOCK | {"nowait": True}) is not None
        session.rollback()
    thread.join()
    assert answers[0].status_code == 200


def test_a_formula_never_reaches_a_bank_file(desk: Desk, store_engine: Engine) -> None:
    with Session(store_engine) as session, session.begin():
        for account in session.scalars(select(BankAccount)):
            account.account_name = '=HYPERLINK("http://x.test";"Ani")'
        for each in session.scalars(select(Withdrawal)):
            each.bank_account_name = "@SUM(A1)+cmd|' /C calc'!A0"
    batch_id = desk.approved()
    file = desk.client.get(f"{BASE}/batch/{batch_id}/file", headers=desk.maker)
    cells = [cell for row in csv.reader(io.StringIO(file.content.decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert "SUM(A1)+cmd|' /C calc'!A0" in cells


def test_a_batch_is_split_by_the_limit_of_the_bank(desk: Desk, app: FastAPI) -> None:
    generic = app.state.parts[BankProfiles]["generic"]
    limits = generic.limits.model_copy(update={"rows": 2})
    app.state.parts.services[BankProfiles] = BankProfiles(
        {**app.state.parts[BankProfiles], "generic": generic.model_copy(update={"limits": limits})}
    )
    batch_id = desk.approved()
    url = f"{BASE}/batch/{batch_id}/file"
    files = [desk.client.get(url, params={"part": part}, headers=desk.maker) for part in (1, 2, 3)]
    assert [file.status_code for file in files] == [200, 200, 404]
    totals = [file.content.decode("utf-8-sig").splitlines()[-1].split(",")[-1] for file in files[:2]]
    assert totals == [str(AMOUNTS[0] + AMOUNTS[1]), str(AMOUNTS[2])]
    assert files[0].headers["X-Parts"] == "2"


def test_reconciliation_shows_what_the_ledger_did_not_pay(desk: Desk, store_engine: Engine) -> None:
    batch_id = desk.approved()
    assert desk.result(batch_id, result_file(desk, batch_id, "Berhasil", "Diproses", "Gagal")).status_code == 200
    (sound,) = desk.reconciled()["batches"]
    assert (sound["confirmed"], sound["difference"], sound["open"]) == (AMOUNTS[0], 0, AMOUNTS[1])
    with Session(store_engine) as session, session.begin():
        session.scalars(select(PayoutRow).where(PayoutRow.state == "suspect")).one().state = "matched"
    (broken,) = desk.reconciled()["batches"]
    assert (broken["in_ledger"], broken["difference"]) == (AMOUNTS[0], AMOUNTS[1])


def test_a_partner_stopped_meanwhile_keeps_its_row_out_of_every_batch(
    desk: Desk, store_engine: Engine, settings: Settings
) -> None:
    for status, mark in ((1, "fake"), (2, "hold")):
        with Session(store_engine) as session, session.begin():
            session.scalars(select(Partner).order_by(Partner.id)).first().problem_status = status
        with untouched(store_engine, settings.data_dir):
            refused = desk.propose()
            assert refused.json()["data"]["rows"][0]["problems"] == [f"the partner is marked {mark}"]
            assert desk.propose(rows=desk.rows[1:]).status_code == 409  # count and total are those of three
