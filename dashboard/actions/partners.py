"""Writes about partners."""

from dashboard.actions.written import Written, written
from dashboard.client import ApiClient


def add_partner_note(client: ApiClient, partner_id: int, notes: str) -> Written[None]:
    """Write a note about a partner.

    Raises:
        ApiError: as ApiClient.call does.
    """
    body = {"partner_id": partner_id, "notes": notes}
    return written(client.call("POST", "v1/admin/partner/growth/juragan/notes", json=body))
