"""Writes about partners."""

from dashboard.actions.written import Written
from dashboard.client import ApiClient


def add_partner_note(client: ApiClient, partner_id: int, notes: str) -> Written:
    """Write a note about a partner.

    Raises:
        ApiRefused, ApiUnreachable: as ApiClient.call does.
    """
    return Written.of(
        client.call("POST", "v1/admin/partner/growth/juragan/notes", json={"partner_id": partner_id, "notes": notes})
    )
