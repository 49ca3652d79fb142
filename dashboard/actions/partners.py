"""Writes about partners."""

from dataclasses import dataclass
from datetime import date

from dashboard.actions.answers import Shape, read
from dashboard.actions.written import Written, written
from dashboard.client import ApiClient


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One note about several partners. Without an owner the earlier one stays; without a day no call is planned."""

    partner_ids: tuple[int, ...]
    notes: str
    owner_id: int | None = None
    next_follow_up: date | None = None


class Owner(Shape):
    """Somebody who may look after partners."""

    id: int
    name: str


class Noted(Shape):
    """How many partners have the note now."""

    partners: int


def add_partner_note(client: ApiClient, partner_id: int, notes: str) -> Written[None]:
    """Write a note about a partner.

    Raises:
        ApiError: as ApiClient.call does.
    """
    body = {"partner_id": partner_id, "notes": notes}
    return written(client.call("POST", "v1/admin/partner/growth/juragan/notes", json=body))


def add_follow_ups(client: ApiClient, said: FollowUp, *, key: str) -> Written[Noted]:
    """Write one note about several partners: all or none.

    Raises:
        ApiError: as ApiClient.call does.
    """
    body = {
        "partner_ids": list(said.partner_ids),
        "notes": said.notes,
        "owner_id": said.owner_id,
        "next_follow_up": None if said.next_follow_up is None else said.next_follow_up.isoformat(),
    }
    return Written.of(Noted, client.call("POST", "v2/admin/partner/notes", json=body, key=key))


def owners(client: ApiClient) -> list[Owner]:
    """Who may look after partners, by name.

    Raises:
        ApiError: as ApiClient.call does.
    """
    return read(list[Owner], client.call("GET", "v2/admin/partner/owner"))
