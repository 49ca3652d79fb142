"""Decisions about withdrawals, and the fresh reads they are taken on."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from dashboard.actions.written import Written
from dashboard.client import ApiClient


@dataclass(frozen=True, slots=True)
class Payment:
    """A transfer proof as it was picked in the browser, and what the payer typed from it."""

    name: str
    content: bytes
    mime: str
    amount: int
    paid_on: date
    last_four: str

    def parts(self) -> dict[str, Any]:
        """As parts of a multipart body."""
        return {
            "transfer_proof": (self.name, self.content, self.mime),
            "paid_amount": (None, str(self.amount)),
            "paid_on": (None, self.paid_on.isoformat()),
            "last_four": (None, self.last_four),
        }


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


def queue(client: ApiClient, page: int, size: int, *, search: str = "", band: str = "", sort: str) -> dict[str, Any]:
    """A page (Laravel-shaped) of what waits, most urgent first."""
    query = {"page": page, "total_per_page": size, "search": search, "band": band, "sort": sort}
    data: dict[str, Any] = client.call("GET", "v2/admin/withdrawal-queue", params=query).data
    return data


def dossier(client: ApiClient, withdrawal_id: int) -> dict[str, Any]:
    """Everything on one withdrawal; `seen` goes back with the decision."""
    data: dict[str, Any] = client.call("GET", f"v2/admin/withdrawal/{withdrawal_id}/dossier").data
    return data


def decision(client: ApiClient, withdrawal_id: int, decision_id: int) -> dict[str, Any]:
    """A decision with what was seen then and the same numbers now."""
    data: dict[str, Any] = client.call("GET", f"v2/admin/withdrawal/{withdrawal_id}/decision/{decision_id}").data
    return data


def approvers(client: ApiClient) -> list[dict[str, Any]]:
    """Who decided how many withdrawals, how fast, in 30 days."""
    data: list[dict[str, Any]] = client.call("GET", "v2/admin/withdrawal-approvers").data
    return data


def transfer_proof(client: ApiClient, withdrawal_id: int) -> tuple[bytes, str]:
    """The proof and its media type; the view is audited."""
    return client.download(f"v1/admin/withdrawal/{withdrawal_id}/proof")


def approve_withdrawal(client: ApiClient, withdrawal_id: int, comment: str, *, seen: str, key: str) -> Written:
    """Add one approval; no money moves."""
    body = {"comment": comment, "seen": seen}
    return Written.of(client.call("POST", f"v2/admin/withdrawal/{withdrawal_id}/approval", key=key, json=body))


def send_back(client: ApiClient, withdrawal_id: int, comment: str, *, seen: str, key: str) -> Written:
    """Void the approvals so far."""
    body = {"comment": comment, "seen": seen}
    return Written.of(client.call("POST", f"v2/admin/withdrawal/{withdrawal_id}/send-back", key=key, json=body))


def review_withdrawal(client: ApiClient, withdrawal_id: int, notes: str, *, seen: str, key: str) -> Written:
    """Take a request into review."""
    return _decide(client, withdrawal_id, "on_review", notes, seen, key)


def pay_withdrawal(
    client: ApiClient, withdrawal_id: int, payment: Payment, notes: str = "", *, seen: str, key: str
) -> Written:
    """Mark a request as paid out, with the transfer proof and what it says."""
    return _decide(client, withdrawal_id, "completed", notes, seen, key, payment)


def reject_withdrawal(client: ApiClient, withdrawal_id: int, notes: str, *, seen: str, key: str) -> Written:
    """Refuse a request; the reserved amount is released."""
    return _decide(client, withdrawal_id, "rejected", notes, seen, key)


def cancel_withdrawal(client: ApiClient, withdrawal_id: int, notes: str, *, seen: str, key: str) -> Written:
    """Cancel a request; the reserved amount is released."""
    return _decide(client, withdrawal_id, "canceled", notes, seen, key)


def reverse_withdrawal(client: ApiClient, withdrawal_id: int, notes: str, *, seen: str, key: str) -> Written:
    """Correct a completed payout that the bank sent back; the amount is available again."""
    return _decide(client, withdrawal_id, "reversed", notes, seen, key)


def _decide(
    client: ApiClient,
    withdrawal_id: int,
    status: str,
    notes: str,
    seen: str,
    key: str,
    payment: Payment | None = None,
) -> Written:
    # a file part also without a proof, so that the body is multipart as the contract wants it
    parts: dict[str, Any] = {"notes": (None, notes), "seen": (None, seen)}
    if payment is not None:
        parts |= payment.parts()
    answer = client.call("PUT", f"v2/admin/withdrawal/{withdrawal_id}", key=key, params={"status": status}, files=parts)
    return Written.of(answer)
