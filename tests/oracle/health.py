"""What is said about the data itself: how many rows landed, and which were set aside."""

from tests.oracle.landed import Landed


def table_sizes(found: Landed) -> dict[str, int]:
    """Rows of each fact and dimension."""
    return {
        "dim_users": len(found.users),
        "dim_shipments": len(found.couriers),
        "dim_partners": len(found.partners),
        "dim_products": len(found.products),
        "fct_orders": len(found.orders),
        "fct_order_events": len(found.events),
        "fct_pickups": len(found.pickups),
        "fct_tickets": len(found.tickets),
        "fct_ticket_messages": len(found.messages),
        "fct_withdrawals": len(found.withdrawals),
        "fct_ledger": len(found.ledger),
        "fct_partner_notes": len(found.notes),
    }


def set_aside(found: Landed) -> set[tuple[str, str]]:
    """(table, key) of each row that waits in the quarantine."""
    return {(table, str(key)) for table, keys in found.aside.items() for key in keys}
