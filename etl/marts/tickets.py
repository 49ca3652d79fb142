"""Tickets by day and courier."""

from typing import Any

from sqlalchemy import FromClause, Select, select

from etl.marts.base import AdditiveMart, row
from queries.schema import fct_tickets, mart_ticket_days


def _created(fact: FromClause) -> Select[Any]:
    keys = {"day": fact.c.created_date, "courier": fact.c.courier}
    return select(*row(mart_ticket_days, keys, {"tickets": 1})).select_from(fact)


ticket_days = AdditiveMart(mart_ticket_days, ((fct_tickets, _created),))
