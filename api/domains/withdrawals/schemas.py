"""The request, and the answers of the withdrawal operations, with the contract's keys (also its misspelt ones)."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from api.domains.ledger.models import EntryKind
from api.domains.partners.models import Partner
from api.domains.withdrawals.fields import MOST_RUPIAH
from api.domains.withdrawals.models import Withdrawal
from queries.metrics import whole_percent
from queries.wib import WIB, business_day
from queries.withdrawals import PartnerRisk
from vocabulary import WAITING

DESCRIPTIONS = {
    EntryKind.WITHDRAWAL_RESERVE: "withdrawal",
    EntryKind.WITHDRAWAL_RELEASE: "withdrawal_release",
    EntryKind.WITHDRAWAL_REVERSAL: "withdrawal_reversal",
}


class RequestBody(BaseModel):
    """A request for a payout: whole rupiah, to one of the partner's accounts."""

    model_config = ConfigDict(extra="forbid")

    bank_account_id: StrictInt = Field(gt=0)
    nominal: StrictInt = Field(gt=0, le=MOST_RUPIAH)
    partner_id: StrictInt | None = Field(None, gt=0, description="For finance, on behalf of a partner.")


def stamp(instant: Any) -> str:
    """An aware instant as "2022-09-05 15:09:18" in WIB."""
    return f"{instant.astimezone(WIB):%Y-%m-%d %H:%M:%S}"


def list_row(withdrawal: Withdrawal, partner: Partner) -> dict[str, Any]:
    """A row of withdrawal.list."""
    return {
        "withdrawal_id": withdrawal.id,
        "partner_name": partner.full_name,
        **_account(withdrawal),
        "nominal": withdrawal.nominal,
        "status": withdrawal.status,
        "created_at": stamp(withdrawal.created_at),
    }


def _account(withdrawal: Withdrawal) -> dict[str, Any]:
    return {
        "bank_name": withdrawal.bank_name,
        "bank_account_no": withdrawal.bank_account_no,
        "bank_account_name": withdrawal.bank_account_name,
    }


def detail_v1(
    withdrawal: Withdrawal, partner: Partner, total_balance: int, orders: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """withdrawal.detail_v1: current = beginning - nominal; total_balance is the settled balance now."""
    return {
        "withdrawal_id": withdrawal.id,
        "partner_name": partner.full_name,
        **_account(withdrawal),
        "notes": withdrawal.notes or "",
        "status": withdrawal.status,
        "total_balance": total_balance,
        "beginning_balance": withdrawal.beginning_balance,
        "current_balance": withdrawal.beginning_balance - withdrawal.nominal,
        "withdrawal_nominal": withdrawal.nominal,
        "withdrawal_date": f"{withdrawal.created_at.astimezone(WIB):%Y-%m-%d}",
        "orders": list(orders),
    }


def order_row(row: Mapping[str, Any]) -> dict[str, Any]:
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


def detail_v2(withdrawal: Withdrawal, partner: Partner, current_balance: int, risk: PartnerRisk) -> dict[str, Any]:
    """withdrawal.detail_v2, with the definitions of docs/metrics.md; `version` is for If-Match."""
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
        "transfer_proof": f"/api/v1/admin/withdrawal/{withdrawal.id}/proof" if withdrawal.proof_sha256 else "",
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


def _ratio(part: int, whole: int) -> dict[str, Any]:
    return {"ratio": [part, whole], "percentage": whole_percent(part, whole)}


def history_row(row: Any) -> dict[str, Any]:
    """A row of withdrawal.transaction_history from (entry, movement, order, courier code)."""
    entry, movement, airway_bill, courier = row
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
