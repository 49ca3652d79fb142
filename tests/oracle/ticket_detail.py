"""One ticket and its messages."""

from tests.oracle.landed import Landed
from tests.oracle.lists import columns
from tests.oracle.store import Row


def facts(found: Landed, ticket_id: int) -> Row | None:
    """The ticket, whose it is, and the order that it is about."""
    mine = [ticket for ticket in found.tickets if ticket["id"] == ticket_id]
    if not mine:
        return None
    partner = found.partners[mine[0]["partner_id"]]
    order = found.orders.get(mine[0]["order_id"], {})
    names = "partner_id order_id ticket_no courier ticket_type status description is_unread created_at closed_at"
    return columns(mine, names.split(), ticket_id="id")[0] | {
        "partner_name": partner["full_name"],
        "partner_phone": partner["phone"],
        "order_no": order.get("order_no"),
        "airway_bill": order.get("airway_bill"),
    }


def messages(found: Landed, ticket_id: int) -> list[Row]:
    """What was written in it."""
    mine = [row for row in found.messages if row["ticket_id"] == ticket_id]
    mine.sort(key=lambda row: (row["created_at"], row["id"]))
    return columns(mine, ["author", "body", "created_at", "read_at"])
