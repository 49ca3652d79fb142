"""Marks that partners were contacted about overdue pickups, through the API."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from dashboard.actions.answers import Shape, read
from dashboard.actions.written import Written, written
from dashboard.client import ApiClient

BASE = "v1/admin/pickup/contact"


class Contact(Shape):
    """A partner that was marked: the newest mark, taken back or not, and the one that stands, if one does."""

    partner_id: int
    newest_id: int
    contact_id: int | None
    contacted_at: datetime | None
    contacted_by: str | None


class Made(Shape):
    """A mark that was made."""

    contact_id: int


def contacts(client: ApiClient) -> dict[int, Contact]:
    """The marks by partner.

    Raises:
        ApiError: as ApiClient.call does, or the answer has another shape.
    """
    return {each.partner_id: each for each in read(list[Contact], client.call("GET", BASE))}


def mark_contacted(
    client: ApiClient, partner_ids: Sequence[int], seen: Mapping[int, Contact]
) -> Written[tuple[int, ...]]:
    """Mark partners as contacted; the ids of the marks. `seen` are the marks that were on the screen: the key is made
    of them, so that a button that is pressed twice marks once.

    Raises:
        ApiError: as ApiClient.call does.
    """
    newest = [(each, seen[each].newest_id if each in seen else 0) for each in sorted(partner_ids)]
    key = sha256(repr(("contact", newest)).encode()).hexdigest()
    answer = client.call("POST", BASE, key=key, json={"partner_ids": list(partner_ids)})
    made = tuple(each.contact_id for each in read(list[Made], answer))
    return Written(answer.change_seq, answer.request_id, made)


def take_back_contact(client: ApiClient, contact_id: int) -> Written[None]:
    """Take a mark back.

    Raises:
        ApiError: as ApiClient.call does.
    """
    return written(client.call("POST", f"{BASE}/{contact_id}/taking-back", key=f"take-back-contact-{contact_id}"))
