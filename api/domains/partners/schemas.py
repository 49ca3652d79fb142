"""The body and rows of the partner operations as the contract prints them."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from api.kernel.payload import Fields, Sent
from api.kernel.types import Id, OptionalDate
from queries.wib import WIB

NOTE_CHARACTERS = 2000
MOST_PARTNERS = 200  # of one note


class Note(Fields):
    """admin_partner.growth_juragan_add_notes."""

    partner_id: Id
    notes: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NOTE_CHARACTERS)]


NoteBody = Annotated[Note, Depends(Sent(Note))]


class FollowUp(Fields):
    """The same note about several partners. An owner who is not named stays, a day that is not named is none."""

    partner_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_PARTNERS)]
    notes: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NOTE_CHARACTERS)]
    owner_id: Id | None = None
    next_follow_up: OptionalDate = None


FollowUpBody = Annotated[FollowUp, Depends(Sent(FollowUp))]


class OwnerRow(TypedDict):
    """Somebody who may look after partners."""

    id: int
    name: str


class NotedView(TypedDict):
    """How many partners have the note now."""

    partners: int


class PartnerRow(TypedDict):
    """user.list_partners; `partner_user_id` is what the contract's client reads beside the printed keys."""

    partner_id: int
    partner_user_id: int
    partner_name: str


class GrowthRow(TypedDict):
    """admin_partner.growth; a step that is not taken yet is null.

    `registered` is the client's name of `join_date`. `total_order` counts orders, the other totals are rupiah
    (docs/metrics.md).
    """

    partner_id: int
    full_name: str
    email: str
    no_hp: str
    join_date: str | None
    registered: str | None
    email_verified_at: str | None
    is_onboarding: int
    first_product: str | None
    first_order: str | None
    first_pickup: str | None
    last_pickup: str | None
    total_order: int
    total_transaksi: int
    total_ongkir: int
    total_revenue: int


class Transactions(TypedDict):
    """Orders handed over in the month, and the share of each courier in whole percent."""

    total: int
    expeditions: dict[str, int]


class Activity(TypedDict):
    """Whether there was a pickup on a day: 1 or 0."""

    indicator: int


class JuraganRow(TypedDict):
    """admin_partner.growth_juragan; ratios in whole percent, null where nothing was handed over."""

    partner_id: int
    name: str
    no_hp: str
    join_date: str | None
    last_pickup: str | None
    transaction: Transactions
    retur_ratio: int | None
    problem_ratio: int | None
    unread_tickets: int
    notes: str
    pickup_activities: list[Activity]


def growth_row(row: dict[str, Any]) -> GrowthRow:
    """The partner as the contract prints it."""
    return {
        "partner_id": int(row["partner_id"]),
        "full_name": row["full_name"],
        "email": row["email"],
        "no_hp": row["phone"],
        "join_date": _day(row["join_date"]),
        "registered": _day(row["join_date"]),
        "email_verified_at": _instant(row["email_verified_at"]),
        "is_onboarding": int(row["is_onboarded"]),
        "first_product": _day(row["first_product"]),
        "first_order": _day(row["first_order"]),
        "first_pickup": _day(row["first_pickup"]),
        "last_pickup": _day(row["last_pickup"]),
        "total_order": int(row["orders_created"]),
        "total_transaksi": int(row["grand_total"]),
        "total_ongkir": int(row["shipping_cost"]),
        "total_revenue": int(row["service_fee"]),
    }


def juragan_row(row: dict[str, Any]) -> JuraganRow:
    """The partner's month as the contract prints it."""
    return {
        "partner_id": int(row["partner_id"]),
        "name": row["name"],
        "no_hp": row["no_hp"],
        "join_date": _day(row["join_date"]),
        "last_pickup": _day(row["last_pickup"]),
        "transaction": {"total": int(row["total"]), "expeditions": row["shares"]},
        "retur_ratio": row["retur_ratio"],
        "problem_ratio": row["problem_ratio"],
        "unread_tickets": int(row["unread_tickets"]),
        "notes": row["notes"] or "",
        "pickup_activities": [{"indicator": indicator} for indicator in row["activities"]],
    }


def _instant(value: datetime | None) -> str | None:
    return None if value is None else f"{value.replace(tzinfo=UTC).astimezone(WIB):%Y-%m-%d %H:%M:%S}"


def _day(value: date | None) -> str | None:
    return None if value is None else str(value)[:10]
