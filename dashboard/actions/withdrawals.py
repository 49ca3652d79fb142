"""Decisions about withdrawals, their proofs and the movements of a partner's balance."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from dashboard.actions.answers import Listing, Shape, read
from dashboard.actions.written import Written, written
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


@dataclass(frozen=True, slots=True)
class Shown:
    """What a decision is taken on: the withdrawal, its dossier as the server signed it, and the key of the decision."""

    withdrawal_id: int
    seen: str
    key: str


class Detail(Shape):
    """What the contract's detail (v2) adds to the dossier."""

    partner_user_id: int


class Movement(Shape):
    """A movement of a partner's available balance, with the balance after it; `created_at` is a WIB stamp."""

    created_at: str
    description: str
    type: str
    nominal: int
    saldo: int
    cnote: str


def new_decision_key() -> str:
    """An idempotency key: one per opened dialog, so that a double click or a retry decides once."""
    return uuid4().hex


def withdrawal_detail(client: ApiClient, withdrawal_id: int) -> Detail:
    """The contract's detail (v2)."""
    return read(Detail, client.call("GET", f"v2/admin/withdrawal/detail/{withdrawal_id}"))


def transaction_history(client: ApiClient, user_id: int, size: int) -> list[Movement]:
    """The newest movements of a partner's available balance."""
    query = {"page": 1, "total_per_page": size}
    answer = client.call("GET", f"v1/admin/withdrawal/detail/list/{user_id}", params=query)
    return read(Listing[Movement], answer).data


def transfer_proof(client: ApiClient, withdrawal_id: int) -> tuple[bytes, str]:
    """The proof and its media type; the view is audited."""
    return client.download(f"v1/admin/withdrawal/proof/{withdrawal_id}")


def approve_withdrawal(client: ApiClient, shown: Shown, comment: str) -> Written[None]:
    """Add one approval; no money moves."""
    return _comment(client, shown, "approval", comment)


def send_back(client: ApiClient, shown: Shown, comment: str) -> Written[None]:
    """Void the approvals so far."""
    return _comment(client, shown, "send-back", comment)


def review_withdrawal(client: ApiClient, shown: Shown, notes: str) -> Written[None]:
    """Take a request into review."""
    return _decide(client, shown, "on_review", notes)


def pay_withdrawal(client: ApiClient, shown: Shown, payment: Payment, notes: str) -> Written[None]:
    """Mark a request as paid out, with the transfer proof and what it says."""
    return _decide(client, shown, "completed", notes, payment.parts())


def reject_withdrawal(client: ApiClient, shown: Shown, notes: str) -> Written[None]:
    """Refuse a request; the reserved amount is released."""
    return _decide(client, shown, "rejected", notes)


def cancel_withdrawal(client: ApiClient, shown: Shown, notes: str) -> Written[None]:
    """Cancel a request; the reserved amount is released."""
    return _decide(client, shown, "canceled", notes)


def reverse_withdrawal(client: ApiClient, shown: Shown, notes: str) -> Written[None]:
    """Correct a completed payout that the bank sent back; the amount is available again."""
    return _decide(client, shown, "reversed", notes)


def _comment(client: ApiClient, shown: Shown, what: str, comment: str) -> Written[None]:
    path, body = f"v2/admin/withdrawal/{what}/{shown.withdrawal_id}", {"comment": comment, "seen": shown.seen}
    return written(client.call("POST", path, key=shown.key, json=body))


def _decide(
    client: ApiClient, shown: Shown, status: str, notes: str, payment: dict[str, Any] | None = None
) -> Written[None]:
    # file parts also without a proof, so that the body is multipart as the contract wants it
    parts: dict[str, Any] = {"notes": (None, notes), "seen": (None, shown.seen), **(payment or {})}
    path, query = f"v2/admin/withdrawal/update/{shown.withdrawal_id}", {"status": status}
    return written(client.call("PUT", path, key=shown.key, params=query, files=parts))
