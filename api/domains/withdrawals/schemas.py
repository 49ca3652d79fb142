"""The request, and the answers of the withdrawal operations, with the contract's keys (also its misspelt ones)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends
from pydantic import ConfigDict, Field, StrictInt
from typing_extensions import TypedDict

from api.domains.ledger.models import EntryKind, LedgerEntry, LedgerTransaction
from api.domains.partners.models import Partner
from api.domains.withdrawals.models import Withdrawal
from api.kernel.answers import Envelope, LaravelPageText
from api.kernel.payload import Fields, Sent
from api.kernel.types import MOST_ID, MOST_RUPIAH
from queries.metrics import whole_percent
from queries.wib import WIB, business_day
from queries.withdrawals import PartnerRisk
from vocabulary import WAITING

DESCRIPTIONS = {
    EntryKind.WITHDRAWAL_RESERVE: "withdrawal",
    EntryKind.WITHDRAWAL_RELEASE: "withdrawal_release",
    EntryKind.WITHDRAWAL_REVERSAL: "withdrawal_reversal",
}


class Request(Fields):
    """A request for a payout: whole rupiah, to one of the partner's accounts."""

    model_config = ConfigDict(extra="forbid")

    bank_account_id: StrictInt = Field(gt=0, le=MOST_ID)
    nominal: StrictInt = Field(gt=0, le=MOST_RUPIAH)
    partner_id: StrictInt | None = Field(None, gt=0, le=MOST_ID, description="For finance, on behalf of a partner.")


RequestBody = Annotated[Request, Depends(Sent(Request))]


class Requested(TypedDict):
    """The request that was made."""

    withdrawal_id: int
    version: int
    status: str
    nominal: int


class Account(TypedDict):
    """Where the money goes."""

    bank_name: str
    bank_account_no: str
    bank_account_name: str


class WithdrawalRow(Account):
    """A row of withdrawal.list."""

    withdrawal_id: int
    partner_name: str
    partner_email: str
    nominal: int
    status: str
    created_at: str


class OrderRow(TypedDict):
    """An order behind a withdrawal."""

    order_id: int
    order_date: str
    payment_method: str
    order_grandtotal: int
    shipping_cost: int
    service_fee: int
    net_profit: int


class DetailV1(Account):
    """withdrawal.detail_v1: current = beginning - nominal; total_balance is the settled balance now.

    `order` is the client's name of `orders`; `transfer_proof` a link, blank without a proof.
    """

    withdrawal_id: int
    partner_name: str
    phone_number: str
    notes: str
    status: str
    total_balance: int
    beginning_balance: int
    current_balance: int
    withdrawal_nominal: int
    withdrawal_date: str
    transfer_proof: str
    orders: list[OrderRow]
    order: list[OrderRow]


class Ratio(TypedDict):
    """Part and whole, and the whole percent of it."""

    ratio: list[int]
    percentage: int | None


class DescribedRatio(Ratio):
    """The share of one kind of problem."""

    description: str


class Summary(TypedDict):
    """What is known about the partner."""

    brand_name: str
    recent_balance: int
    join_date: str
    first_pickup: str
    last_pickup: str
    problem_ratio: Ratio
    retur_ratio: Ratio
    problem_description: list[DescribedRatio]


class DetailV2(Account):
    """withdrawal.detail_v2, with the definitions of docs/metrics.md; `version` is for If-Match."""

    partner_user_id: int
    withdrawal_id: int
    partner_name: str
    phone_number: str
    notes: str
    status: str
    beginning_balance: int
    current_balance: int
    balance_after_approval: int
    withdrawal_nominal: int
    withdrawal_date: str
    transfer_proof: str
    retur_shipping_cost_potensial: int
    retur_shipping_cost_when_arrived: int
    potecy_income: int
    ideal_balance: int
    information_summary: Summary
    partner_id: int
    version: int


class HistoryRow(TypedDict):
    """A row of withdrawal.transaction_history."""

    type: str
    nominal: int
    saldo: int
    description: str
    order_id: int
    created_at: str
    shipping_name: str
    cnote: str


class History(Envelope[LaravelPageText[HistoryRow]]):
    """withdrawal.transaction_history: beside data, the user whose history it is."""

    partner_id: int


def stamp(instant: Any) -> str:
    """An aware instant as "2022-09-05 15:09:18" in WIB."""
    return f"{instant.astimezone(WIB):%Y-%m-%d %H:%M:%S}"


def list_row(withdrawal: Withdrawal, partner: Partner) -> WithdrawalRow:
    """A row of withdrawal.list."""
    return {
        "withdrawal_id": withdrawal.id,
        "partner_name": partner.full_name,
        "partner_email": partner.email,
        **_account(withdrawal),
        "nominal": withdrawal.nominal,
        "status": withdrawal.status,
        "created_at": stamp(withdrawal.created_at),
    }


def _account(withdrawal: Withdrawal) -> Account:
    return {
        "bank_name": withdrawal.bank_name,
        "bank_account_no": withdrawal.bank_account_no,
        "bank_account_name": withdrawal.bank_account_name,
    }


def detail_v1(
    withdrawal: Withdrawal, partner: Partner, total_balance: int, orders: Sequence[OrderRow], proof: str
) -> DetailV1:
    """The withdrawal with the orders behind it."""
    return {
        "withdrawal_id": withdrawal.id,
        "partner_name": partner.full_name,
        "phone_number": partner.phone,
        **_account(withdrawal),
        "notes": withdrawal.notes or "",
        "status": withdrawal.status,
        "total_balance": total_balance,
        "beginning_balance": withdrawal.beginning_balance,
        "current_balance": withdrawal.beginning_balance - withdrawal.nominal,
        "withdrawal_nominal": withdrawal.nominal,
        "withdrawal_date": stamp(withdrawal.created_at),
        "transfer_proof": proof,
        "orders": list(orders),
        "order": list(orders),
    }


def order_row(row: Mapping[str, Any]) -> OrderRow:
    """An order behind a withdrawal; `created_at` comes naive UTC from the warehouse."""
    return {
        "order_id": int(row["order_id"]),
        "order_date": business_day(row["created_at"]).isoformat(),
        "payment_method": row["payment_method"],
        "order_grandtotal": int(row["grand_total"]),
        "shipping_cost": int(row["shipping_cost"]),
        "service_fee": int(row["service_fee"]),
        "net_profit": int(row["net_profit"]),
    }


def detail_v2(
    withdrawal: Withdrawal, partner: Partner, current_balance: int, risk: PartnerRisk, proof: str
) -> DetailV2:
    """The withdrawal with the money and the ratios of its partner."""
    after = current_balance - (withdrawal.nominal if withdrawal.status in WAITING else 0)
    return {
        "partner_user_id": partner.user_id or partner.id,
        "withdrawal_id": withdrawal.id,
        "partner_name": partner.full_name,
        "phone_number": partner.phone,
        **_account(withdrawal),
        "notes": withdrawal.notes or "",
        "status": withdrawal.status,
        "beginning_balance": withdrawal.beginning_balance,
        "current_balance": current_balance,
        "balance_after_approval": after,
        "withdrawal_nominal": withdrawal.nominal,
        "withdrawal_date": stamp(withdrawal.created_at),
        "transfer_proof": proof,
        "retur_shipping_cost_potensial": risk.retur_shipping_potential,
        "retur_shipping_cost_when_arrived": risk.retur_shipping_arriving,
        "potecy_income": risk.potential_income,
        "ideal_balance": after + risk.potential_income - risk.retur_shipping_potential - risk.retur_shipping_arriving,
        "information_summary": {
            "brand_name": partner.brand_name,
            "recent_balance": current_balance,
            "join_date": f"{partner.joined_at.astimezone(WIB):%Y-%m-%d}",
            "first_pickup": risk.first_pickup.isoformat() if risk.first_pickup else "",
            "last_pickup": risk.last_pickup.isoformat() if risk.last_pickup else "",
            "problem_ratio": _ratio(*risk.problem),
            "retur_ratio": _ratio(*risk.retur),
            "problem_description": [
                {"description": text, **_ratio(count, risk.problem[0])} for text, count in risk.problem_descriptions
            ],
        },
        "partner_id": partner.id,
        "version": withdrawal.version,
    }


def _ratio(part: int, whole: int) -> Ratio:
    return {"ratio": [part, whole], "percentage": whole_percent(part, whole)}


def history_row(
    entry: LedgerEntry, movement: LedgerTransaction, airway_bill: str | None, courier: str | None
) -> HistoryRow:
    """An entry of the balance with its movement, and the order and courier of that."""
    return {
        "type": "credit" if entry.amount > 0 else "debit",
        "nominal": abs(entry.amount),
        "saldo": entry.balance_after,
        "description": DESCRIPTIONS.get(EntryKind(movement.kind), movement.kind),
        "order_id": movement.order_id or 0,
        "created_at": stamp(movement.created_at),
        "shipping_name": courier or "",
        "cnote": airway_bill or "",
    }
