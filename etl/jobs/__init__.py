"""The jobs, parents before children: one per target table."""

from etl.jobs import (
    ledger,
    notes,
    order_events,
    orders,
    partners,
    pickups,
    products,
    shipments,
    ticket_messages,
    tickets,
    users,
    withdrawals,
)
from etl.jobs.base import Feed, Job, Parent

JOBS: tuple[Job, ...] = (
    users.job,
    shipments.job,
    partners.job,
    products.job,
    orders.job,
    order_events.job,
    pickups.job,
    tickets.job,
    ticket_messages.job,
    withdrawals.job,
    ledger.job,
    notes.job,
)

__all__ = ["JOBS", "Feed", "Job", "Parent"]
