"""Tickets."""

from queries.schema.base import count, day, fact, flag, instant, key, mart, optional_count, optional_key, text_column

fct_tickets = fact(
    "fct_tickets",
    key("ticket_id"),
    text_column("source"),
    key("partner_id"),
    optional_key("order_id"),
    text_column("ticket_no"),
    optional_count("ticket_digits"),  # a key to find it by (queries/search_keys.py)
    text_column("courier"),
    text_column("ticket_type"),
    text_column("status"),
    text_column("description"),
    flag("is_unread"),
    instant("created_at", nullable=False),
    day("created_date"),
    instant("closed_at"),
    instant("updated_at", nullable=False),
    grain="one row per ticket; is_unread = it has a partner message that no staff member has read",
    key=("ticket_id",),
)

fct_ticket_messages = fact(
    "fct_ticket_messages",
    key("message_id"),
    text_column("source"),
    key("ticket_id"),
    text_column("author"),
    text_column("body"),
    instant("created_at", nullable=False),
    instant("read_at"),
    grain="one row per message of a ticket; author is partner or staff, read_at when staff read a partner's message",
    key=("message_id",),
)

mart_ticket_days = mart(
    "mart_ticket_days",
    day("day"),
    text_column("courier"),
    count("tickets"),
    grain="WIB day of creation x courier",
    key=("day", "courier"),
    invariants=("tickets > 0",),
)
