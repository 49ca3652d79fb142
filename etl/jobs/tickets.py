"""Tickets."""

from sqlalchemy import column, exists, select

from api.models import Shipment, Ticket, TicketMessage
from etl.jobs.base import SOURCE, Feed, Job, Parent, wib_day
from queries.schema import dim_partners, dim_shipments, fct_tickets
from queries.search_keys import number_key

_unread = exists().where(
    TicketMessage.ticket_id == Ticket.id, TicketMessage.author == "partner", TicketMessage.read_at.is_(None)
)

job = Job(
    target=fct_tickets,
    statement=select(
        Ticket.id.label("ticket_id"),
        SOURCE,
        Ticket.partner_id,
        Ticket.order_id,
        Ticket.ticket_no,
        Shipment.code.label("courier"),
        Ticket.ticket_type,
        Ticket.status,
        Ticket.description,
        _unread.label("is_unread"),
        Ticket.created_at,
        Ticket.closed_at,
        Ticket.updated_at,
    ).join_from(Ticket, Shipment, Shipment.id == Ticket.shipment_id, isouter=True),
    key=Ticket.id,
    feeds=(
        Feed("tickets", Ticket.id, "ticket_id"),
        Feed("ticket_messages", Ticket.id, lookup=select(TicketMessage.ticket_id), lookup_key=TicketMessage.id),
        Feed("partners", Ticket.partner_id, "partner_id", altered=(dim_partners, ("partner_id",))),
        Feed("shipments", Ticket.shipment_id, altered=(dim_shipments, ("courier",))),
    ),
    derived={"created_date": wib_day("created_at"), "ticket_digits": number_key(column("ticket_no"))},
    parents=(Parent("partner_id", dim_partners),),
)
