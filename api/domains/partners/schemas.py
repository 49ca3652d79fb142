"""Rows of the partner operations as the contract prints them."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

NOTE_CHARACTERS = 2000


class NoteBody(BaseModel):
    """admin_partner.growth_juragan_add_notes."""

    partner_id: int
    notes: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NOTE_CHARACTERS)]


def growth_row(row: dict[str, Any]) -> dict[str, Any]:
    """admin_partner.growth; a step not yet taken is null."""
    return {
        "partner_id": int(row["partner_id"]),
        "full_name": row["full_name"],
        "email": row["email"],
        "no_hp": row["phone"],
        "join_date": _day(row["join_date"]),
        "first_product": _day(row["first_product"]),
        "first_pickup": _day(row["first_pickup"]),
        "last_pickup": _day(row["last_pickup"]),
    }


def juragan_row(row: dict[str, Any]) -> dict[str, Any]:
    """admin_partner.growth_juragan; ratios in whole percent, null where nothing was handed over."""
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


def _day(value: date | None) -> str | None:
    return None if value is None else str(value)[:10]
