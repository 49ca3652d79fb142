"""One order: its events, its pickup, its tickets, and the withdrawal that paid it."""

from tests.oracle.landed import Landed
from tests.oracle.lists import columns, newest_first
from tests.oracle.store import Row

PLACE = ("address_name", "address_detail", "district", "city", "pic", "pic_phone")
OF_PICKUP = ("pickup_id", "requested_at", "handed_at", "canceled_at", *PLACE)


def facts(found: Landed, order_id: int) -> Row | None:
    """The order, and whose it is."""
    order = found.orders.get(order_id)
    if order is None:
        return None
    partner = found.partners[order["partner_id"]]
    return order | {"partner_name": partner["full_name"], "partner_phone": partner["phone"]}


def events(found: Landed, order_id: int) -> list[Row]:
    """Its steps."""
    mine = [event for event in found.events if event["order_id"] == order_id]
    return columns(sorted(mine, key=lambda row: (row["at"], row["id"])), ["to_state"], event_at="at")


def pickup(found: Landed, order_id: int) -> Row | None:
    """Its airway bill in the newest pickup request."""
    mine = newest_first((row for row in found.pickups if row["order_id"] == order_id), "requested_at")
    return columns(mine[:1], OF_PICKUP, due_at="due")[0] if mine else None


def tickets(found: Landed, order_id: int) -> list[Row]:
    """Its tickets."""
    mine = newest_first((row for row in found.tickets if row["order_id"] == order_id), "created_at")
    names = ["ticket_no", "ticket_type", "status", "description", "created_at", "closed_at"]
    return columns(mine, names, ticket_id="id")


def paid_by(found: Landed, order_id: int) -> Row | None:
    """Of the partner's withdrawals since the delivery the first that was completed, else the first that waits."""
    order = found.orders.get(order_id)
    if order is None or order["state"] != "Diterima":
        return None
    for states in (("completed",), ("requested", "on_review")):
        since = [
            row
            for row in found.withdrawals
            if row["partner_id"] == order["partner_id"]
            and row["created_at"] >= order["delivered_at"]
            and row["status"] in states
        ]
        if since:
            first = min(since, key=lambda row: (row["created_at"], row["id"]))
            return columns([first], ["nominal", "status", "created_at", "decided_at"], withdrawal_id="id")[0]
    return None
