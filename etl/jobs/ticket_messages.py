"""What was written in tickets."""

from sqlalchemy import select

from api.models import TicketMessage
from etl.jobs.base import SOURCE, Feed, Job, Parent
from queries.schema import fct_ticket_messages, fct_tickets

job = Job(
    target=fct_ticket_messages,
    statement=select(
        TicketMessage.id.label("message_id"),
        SOURCE,
        TicketMessage.ticket_id,
        TicketMessage.author,
        TicketMessage.body,
        TicketMessage.created_at,
        TicketMessage.read_at,
    ),
    key=TicketMessage.id,
    feeds=(
        Feed("ticket_messages", TicketMessage.id, "message_id"),
        Feed("tickets", TicketMessage.ticket_id, "ticket_id", altered=(fct_tickets, ("ticket_id",))),
    ),
    parents=(Parent("ticket_id", fct_tickets),),
)
