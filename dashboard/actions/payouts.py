"""Payout batches, through the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.actions.answers import Shape, read
from dashboard.actions.withdrawals import Payment
from dashboard.actions.written import Written, written
from dashboard.client import ApiClient
from vocabulary import BatchStatus, RowState

BASE = "v2/admin/payout"


class BankProfile(Shape):
    """A bank file that can be written."""

    key: str
    title: str


class BankSum(Shape):
    """What of a batch goes to one bank, into one file, or is in one state."""

    rows: int
    total: int


class CheckedRow(Shape):
    """A row of a dry run: what stops it, and what to check first."""

    withdrawal_id: int
    partner_name: str
    problems: list[str]
    warnings: list[str]


class DryRun(Shape):
    """What a batch would be; `problems` counts the rows that cannot be paid."""

    row_count: int
    total: int
    banks: dict[str, BankSum]
    files: list[BankSum]
    problems: int
    rows: list[CheckedRow]


class MadeBatch(Shape):
    """A batch that was just made."""

    id: int


class BatchSummary(Shape):
    """A batch against the ledger: what was `confirmed` by the bank, what left the ledger, what is open."""

    id: int
    reference: str
    status: BatchStatus
    created_at: datetime
    row_count: int
    total: int
    confirmed: int
    in_ledger: int
    difference: int
    open: int
    states: dict[RowState, int]


class PayoutRow(Shape):
    """A row of a batch; `reasons` are in the reader's language."""

    id: int
    reference: str
    withdrawal_id: int
    nominal: int
    bank_name: str
    bank_account_no: str
    bank_account_name: str
    state: RowState
    reasons: list[str]


class BatchSums(Shape):
    """All batches together, also those that are not listed; `sent` and `unclear` are the two parts of `open`."""

    batches: int
    proposed: int
    row_count: int
    total: int
    confirmed: int
    in_ledger: int
    difference: int
    open: int
    sent: int
    unclear: int


class Reconciliation(Shape):
    """The newest batches against the ledger, the sums of all of them, and the rows that are open."""

    batches: list[BatchSummary]
    sums: BatchSums
    open: list[PayoutRow]


class StoppedPartner(Shape):
    """A partner that was marked fake or put on hold since the batch was made."""

    full_name: str


class ImportedResult(Shape):
    """A result file of the bank: how many rows came into each state, and when; `sha256` is of its content."""

    name: str
    counts: dict[RowState, int]
    sha256: str
    created_at: datetime


class Batch(Shape):
    """A batch with its rows, people and results."""

    id: int
    reference: str
    profile: str
    status: BatchStatus
    maker: str
    checker: str | None
    row_count: int
    total: int
    comment: str
    you_may_approve: bool
    may_be_taken_back: bool
    formats: list[str]
    parts: int
    stopped: list[StoppedPartner]
    states: dict[RowState, BankSum]
    rows: list[PayoutRow]
    results: list[ImportedResult]


class Outcome(Shape):
    """What a result file does: how many rows come into each state."""

    counts: dict[RowState, int]


@dataclass(frozen=True, slots=True)
class Selection:
    """Withdrawals in the versions that were on the screen, and the bank file that they go into."""

    versions: Mapping[int, int]
    profile: str

    def body(self) -> dict[str, Any]:
        """For the API."""
        rows = [{"withdrawal_id": key, "version": version} for key, version in self.versions.items()]
        return {"rows": rows, "profile": self.profile}


def profiles(client: ApiClient) -> list[BankProfile]:
    """The bank files that can be written."""
    return read(list[BankProfile], client.call("GET", f"{BASE}/profile"))


def dry_run(client: ApiClient, selection: Selection) -> DryRun:
    """What a batch would be; nothing is written."""
    return read(DryRun, client.call("POST", f"{BASE}/dry-run", json=selection.body()))


def propose(
    client: ApiClient, selection: Selection, run: DryRun, *, source_account: str, comment: str, key: str
) -> Written[MadeBatch]:
    """Make the batch that the dry run showed."""
    totals = {"row_count": run.row_count, "total": run.total}
    body = selection.body() | totals | {"source_account": source_account, "comment": comment}
    return Written.of(MadeBatch, client.call("POST", f"{BASE}/batch", key=key, json=body))


def batch(client: ApiClient, batch_id: int) -> Batch:
    """A batch with its rows, people and results."""
    return read(Batch, client.call("GET", f"{BASE}/batch/{batch_id}"))


def approve_batch(client: ApiClient, batch_id: int, *, row_count: int, total: int, key: str) -> Written[None]:
    """Approve as the checker, who states rows and total."""
    body = {"row_count": row_count, "total": total}
    return written(client.call("POST", f"{BASE}/batch/{batch_id}/approval", key=key, json=body))


def cancel_batch(client: ApiClient, batch_id: int, comment: str, *, key: str) -> Written[None]:
    """Take a batch back."""
    return written(client.call("POST", f"{BASE}/batch/{batch_id}/cancel", key=key, json={"comment": comment}))


def bank_file(client: ApiClient, batch_id: int, kind: str, part: int) -> bytes:
    """One part of the bank file; each writing is audited."""
    content, _media_type = client.download(f"{BASE}/batch/{batch_id}/file", kind=kind, part=part)
    return content


def preview_result(client: ApiClient, batch_id: int, name: str, content: bytes, *, key: str) -> Outcome:
    """What the bank's result file would do; nothing is written."""
    parts = {"result": (name, content), "dry_run": (None, "true")}
    return read(Outcome, client.call("POST", f"{BASE}/batch/{batch_id}/result", key=key, files=parts))


def import_result(client: ApiClient, batch_id: int, name: str, content: bytes, *, key: str) -> Written[None]:
    """Import the bank's result file."""
    parts = {"result": (name, content), "dry_run": (None, "false")}
    return written(client.call("POST", f"{BASE}/batch/{batch_id}/result", key=key, files=parts))


def resolve_paid(client: ApiClient, row_id: int, note: str, payment: Payment, *, key: str) -> Written[None]:
    """Record that an open row was paid, with the proof."""
    return _resolve(client, row_id, {"outcome": (None, "paid"), "note": (None, note), **payment.parts()}, key)


def resolve_failed(client: ApiClient, row_id: int, note: str, *, key: str) -> Written[None]:
    """Record that an open row was not paid."""
    return _resolve(client, row_id, {"outcome": (None, "failed"), "note": (None, note)}, key)


def reconciliation(client: ApiClient) -> Reconciliation:
    """The newest batches against the ledger, and the rows that are open."""
    return read(Reconciliation, client.call("GET", f"{BASE}/reconciliation"))


def _resolve(client: ApiClient, row_id: int, parts: dict[str, Any], key: str) -> Written[None]:
    return written(client.call("POST", f"{BASE}/row/{row_id}/resolution", key=key, files=parts))
