"""Complaint tickets about shipped orders, with their messages."""

from datetime import date, timedelta

import numpy as np

from etl.demo import names
from etl.demo.calendar import DAY, HOUR, NEVER, Calendar, wib_days
from etl.demo.couriers import COURIERS
from etl.demo.orders import Life
from etl.demo.totals import ExpectedTotals
from etl.demo.writing import Writer, stamps
from vocabulary import TicketStatus

_EPOCH = date(1970, 1, 1)


def write_tickets(
    writer: Writer, rng: np.random.Generator, calendar: Calendar, life: Life, first_order: int, first: tuple[int, int],
    totals: ExpectedTotals,
) -> tuple[int, int]:  # fmt: skip
    """Write tickets and messages with ids from `first`; returns the first free ids of both."""
    opened = life.shipped + rng.integers(4 * HOUR, 5 * DAY, len(life.shipped))
    chosen = (life.shipped != NEVER) & (opened <= calendar.now)
    order = np.flatnonzero(chosen & (rng.random(len(opened)) < np.where(life.problem, 0.3, 0.02)))
    opened, count = opened[order], len(order)
    ids = np.arange(first[0], first[0] + count)
    replied = opened + rng.integers(600, 14 * HOUR, count)
    replied[(replied > calendar.now) | (rng.random(count) < 0.04)] = NEVER
    closed = replied + rng.integers(HOUR, 3 * DAY, count)
    closed[(replied == NEVER) | (closed > calendar.now) | (rng.random(count) < 0.05)] = NEVER
    status = np.where(
        closed != NEVER, TicketStatus.CLOSED, np.where(replied != NEVER, TicketStatus.IN_PROGRESS, TicketStatus.OPEN)
    )
    question = rng.integers(len(names.QUESTIONS), size=count).tolist()
    writer.write("tickets", {
        "id": ids, "partner_id": life.partner[order] + 1, "order_id": order + first_order,
        "shipment_id": life.courier[order] + 1, "ticket_no": [f"TCK-{n:08d}" for n in ids.tolist()],
        "ticket_type": [names.TICKET_TYPES[n] for n in question], "status": status,
        "description": [names.QUESTIONS[n] for n in question], "created_at": stamps(opened),
        "closed_at": stamps(closed), "updated_at": stamps(np.maximum(opened, np.maximum(replied, closed))),
    })  # fmt: skip
    answered = np.flatnonzero(replied != NEVER)
    ticket = np.concatenate([ids, ids[answered]])
    at = np.concatenate([opened, replied[answered]])
    read = np.concatenate([replied, np.full(len(answered), NEVER)])
    author = ["partner"] * count + ["staff"] * len(answered)
    body = [names.QUESTIONS[n] for n in question] + [names.REPLIES[n % len(names.REPLIES)] for n in answered.tolist()]
    writer.write("ticket_messages", {
        "id": np.arange(first[1], first[1] + len(ticket)), "ticket_id": ticket, "author": author, "body": body,
        "created_at": stamps(at), "read_at": stamps(read),
    })  # fmt: skip
    pairs, counts = np.unique(wib_days(opened) * 10 + life.courier[order], return_counts=True)
    for pair, number in zip(pairs.tolist(), counts.tolist(), strict=True):
        totals.tickets[(_EPOCH + timedelta(days=pair // 10), COURIERS[pair % 10].code)] += number
    return first[0] + count, first[1] + len(ticket)
