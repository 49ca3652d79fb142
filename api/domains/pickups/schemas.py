"""Rows of the pickup monitoring as the contract prints them, and marks of contact: instants as ISO 8601 in UTC."""

from collections.abc import Sequence
from datetime import UTC
from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field
from typing_extensions import TypedDict

from api.kernel.payload import Fields, Sent
from api.kernel.types import Id
from queries.wib import WIB

NO_DELAY = "-"
MOST_CONTACTS = 100


class Contact(Fields):
    """Partners that were contacted about their overdue pickups."""

    partner_ids: Sequence[Id] = Field(min_length=1, max_length=MOST_CONTACTS)


ContactBody = Annotated[Contact, Depends(Sent(Contact))]


class ContactRow(TypedDict):
    """A partner that was marked: the newest mark, taken back or not, and the newest that stands, if one does."""

    partner_id: int
    newest_id: int
    contact_id: int | None
    contacted_at: str | None
    contacted_by: str | None


class Marked(TypedDict):
    """A mark that was made."""

    partner_id: int
    contact_id: int


class Place(TypedDict):
    """Where and when the courier is to come; `pickup_time` in seconds from midnight WIB."""

    id: int | None
    address_name: str
    address_detail: str
    district: str
    city: str
    pic: str
    pic_phone: str
    pickup_date: str
    pickup_time: int


class PartnersPlace(Place):
    """As Place, with the partner."""

    partner_id: int


class Row(TypedDict):
    """An airway bill that waits for its pickup, or had it."""

    pickup_request_date: str
    user_name: str
    user_phone: str
    shipping: str
    qty: int
    no_resi: str
    pickup_city: str
    order_status: str
    delay: str


class RowV1(Row):
    """admin_pickup.monitoring_v1: the place as a list of one."""

    pickup_detail: list[PartnersPlace]


class RowV2(Row):
    """admin_pickup.monitoring_v2: the place as one object, and the delay status."""

    delay_status: str
    pickup_detail: Place


def row_v1(row: dict[str, Any]) -> RowV1:
    """The airway bill as the first version prints it."""
    return {**_row(row), "pickup_detail": [{**_place(row), "partner_id": int(row["partner_id"])}]}


def row_v2(row: dict[str, Any]) -> RowV2:
    """The airway bill as the second version prints it."""
    return {**_row(row), "delay_status": row["delay_status"], "pickup_detail": _place(row)}


def _row(row: dict[str, Any]) -> Row:
    due = row["due_at"].to_pydatetime().replace(tzinfo=UTC).astimezone(WIB)
    return {
        "pickup_request_date": f"{due:%Y-%m-%d %H:%M:%S}",
        "user_name": row["user_name"],
        "user_phone": row["user_phone"],
        "shipping": row["shipping"],
        "qty": int(row["qty"]),
        "no_resi": row["no_resi"],
        "pickup_city": row["pickup_city"],
        "order_status": row["order_status"],
        "delay": row["delay"] if row["delay_seconds"] else NO_DELAY,
    }


def _place(row: dict[str, Any]) -> Place:
    address = row["address_id"]
    return {
        "id": None if address is None else int(address),
        "address_name": row["address_name"],
        "address_detail": row["address_detail"],
        "district": row["district"],
        "city": row["city"],
        "pic": row["pic"],
        "pic_phone": row["pic_phone"],
        "pickup_date": str(row["pickup_date"])[:10],
        "pickup_time": int(row["pickup_time"]),
    }
