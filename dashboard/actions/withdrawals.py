"""Decisions about withdrawals, and the fresh reads they are taken on."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from dashboard.actions.written import Written
from dashboard.client import ApiClient


@dataclass(frozen=True, slots=True)
class Proof:
    """A transfer proof as it was picked in the browser."""

    name: str
    content: bytes
    mime: str


def new_decision_key() -> str:
    """An idempotency key: one per opened dialog, so that a double click or a retry decides once."""
    return uuid4().hex


def withdrawal_detail(client: ApiClient, withdrawal_id: int) -> dict[str, Any]:
    """The detail of the contract (v2) with `version` beside it."""
    data: dict[str, Any] = client.call("GET", f"v2/admin/withdrawal/{withdrawal_id}").data
    return data


def transaction_history(client: ApiClient, user_id: int, page: int = 1, total_per_page: int = 50) -> dict[str, Any]:
    """A page (Laravel-shaped) of a partner's balance transactions with the running balance."""
    query = {"page": page, "total_per_page": total_per_page}
    data: dict[str, Any] = client.call("GET", f"v1/admin/withdrawal/detail/list/{user_id}", params=query).data
    return data


def review_withdrawal(client: ApiClient, withdrawal_id: int, notes: str, *, version: int, key: str) -> Written:
    """Take a request into review."""
    return _decide(client, withdrawal_id, "on_review", notes, None, version, key)


def approve_withdrawal(
    client: ApiClient, withdrawal_id: int, proof: Proof, notes: str = "", *, version: int, key: str
) -> Written:
    """Mark a request as paid out, with the transfer proof."""
    return _decide(client, withdrawal_id, "completed", notes, proof, version, key)


def reject_withdrawal(client: ApiClient, withdrawal_id: int, notes: str, *, version: int, key: str) -> Written:
    """Refuse a request; the reserved amount is released."""
    return _decide(client, withdrawal_id, "rejected", notes, None, version, key)


def cancel_withdrawal(client: ApiClient, withdrawal_id: int, notes: str, *, version: int, key: str) -> Written:
    """Cancel a request; the reserved amount is released."""
    return _decide(client, withdrawal_id, "canceled", notes, None, version, key)


def reverse_withdrawal(client: ApiClient, withdrawal_id: int, notes: str, *, version: int, key: str) -> Written:
    """Correct a completed payout that the bank sent back; the amount is available again."""
    return _decide(client, withdrawal_id, "reversed", notes, None, version, key)


def _decide(
    client: ApiClient, withdrawal_id: int, status: str, notes: str, proof: Proof | None, version: int, key: str
) -> Written:
    # a file part also without a proof, so that the body is multipart as the contract wants it
    parts: dict[str, Any] = {"notes": (None, notes)}
    if proof is not None:
        parts["transfer_proof"] = (proof.name, proof.content, proof.mime)
    answer = client.call(
        "PUT",
        f"v2/admin/withdrawal/{withdrawal_id}",
        key=key,
        headers={"If-Match": f'"{version}"'},
        params={"status": status},
        files=parts,
    )
    return Written.of(answer)
