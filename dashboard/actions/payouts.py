"""Payout batches, through the API."""

from collections.abc import Sequence
from typing import Any

from dashboard.actions.withdrawals import Payment
from dashboard.actions.written import Written
from dashboard.client import ApiClient

Rows = Sequence[dict[str, int]]  # withdrawal_id and version
BASE = "v2/admin/payout"


def profiles(client: ApiClient) -> list[dict[str, Any]]:
    """The bank files that can be written."""
    data: list[dict[str, Any]] = client.call("GET", f"{BASE}/profile").data
    return data


def dry_run(client: ApiClient, rows: Rows, profile: str) -> dict[str, Any]:
    """What a batch would be; nothing is written."""
    data: dict[str, Any] = client.call("POST", f"{BASE}/dry-run", json={"rows": list(rows), "profile": profile}).data
    return data


def propose(
    client: ApiClient,
    rows: Rows,
    profile: str,
    *,
    row_count: int,
    total: int,
    source_account: str,
    comment: str,
    key: str,
) -> Written:
    """Make the batch that the dry run showed."""
    body = {
        "rows": list(rows),
        "profile": profile,
        "row_count": row_count,
        "total": total,
        "source_account": source_account,
        "comment": comment,
    }
    return Written.of(client.call("POST", f"{BASE}/batch", key=key, json=body))


def batch(client: ApiClient, batch_id: int) -> dict[str, Any]:
    """A batch with its rows, people and results."""
    data: dict[str, Any] = client.call("GET", f"{BASE}/batch/{batch_id}").data
    return data


def approve_batch(client: ApiClient, batch_id: int, *, row_count: int, total: int, key: str) -> Written:
    """Approve as the checker."""
    body = {"row_count": row_count, "total": total}
    return Written.of(client.call("POST", f"{BASE}/batch/{batch_id}/approval", key=key, json=body))


def cancel_batch(client: ApiClient, batch_id: int, comment: str, *, key: str) -> Written:
    """Take a proposed batch back."""
    return Written.of(client.call("POST", f"{BASE}/batch/{batch_id}/cancel", key=key, json={"comment": comment}))


def bank_file(client: ApiClient, batch_id: int, kind: str, part: int) -> tuple[bytes, str]:
    """One part of the bank file; each writing is audited."""
    return client.download(f"{BASE}/batch/{batch_id}/file", kind=kind, part=part)


def import_result(client: ApiClient, batch_id: int, name: str, content: bytes, *, dry_run: bool, key: str) -> Written:
    """Import the bank's result file, or say what it would do."""
    parts = {"result": (name, content), "dry_run": (None, "true" if dry_run else "false")}
    return Written.of(client.call("POST", f"{BASE}/batch/{batch_id}/result", key=key, files=parts))


def resolve_row(client: ApiClient, row_id: int, note: str, payment: Payment | None, *, key: str) -> Written:
    """Say of an open row that it was paid (with the proof), or that it failed."""
    parts: dict[str, Any] = {
        "outcome": (None, "failed" if payment is None else "paid"),
        "note": (None, note),
        **(payment.parts() if payment else {}),
    }
    return Written.of(client.call("POST", f"{BASE}/row/{row_id}/resolution", key=key, files=parts))


def reconciliation(client: ApiClient) -> dict[str, Any]:
    """`batches` against the ledger, and the `open` rows."""
    data: dict[str, Any] = client.call("GET", f"{BASE}/reconciliation").data
    return data
