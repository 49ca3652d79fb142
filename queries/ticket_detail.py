"""One ticket: what it is about, and what was written in it."""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from queries.frames import first_row, frame
from queries.schema import dim_partners, fct_orders, fct_ticket_messages, fct_tickets


def facts(connection: Connection, ticket_id: int) -> dict[str, Any] | None:
    """The ticket (columns of fct_tickets) with partner_name, partner_phone, order_no and airway_bill; None where there
    is no such ticket."""
    joined = fct_tickets.join(dim_partners, dim_partners.c.partner_id == fct_tickets.c.partner_id).outerjoin(
        fct_orders, fct_orders.c.order_id == fct_tickets.c.order_id
    )
    statement = (
        select(
            fct_tickets,
            dim_partners.c.full_name.label("partner_name"),
            dim_partners.c.phone.label("partner_phone"),
            fct_orders.c.order_no,
            fct_orders.c.airway_bill,
        )
        .select_from(joined)
        .where(fct_tickets.c.ticket_id == ticket_id)
    )
    return first_row(connection, statement)


def messages(connection: Connection, ticket_id: int) -> pd.DataFrame:
    """What was written, oldest first: author (partner or staff), body, created_at, read_at (by staff)."""
    names = ("author", "body", "created_at", "read_at")
    return frame(
        connection,
        select(*(fct_ticket_messages.c[name] for name in names))
        .where(fct_ticket_messages.c.ticket_id == ticket_id)
        .order_by(fct_ticket_messages.c.created_at, fct_ticket_messages.c.message_id),
    )
