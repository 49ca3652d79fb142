"""Pickups: the waiting airway bills, and the punctuality of those handed over."""

from typing import Any

from sqlalchemy import FromClause, Select, case, func, select

from etl.jobs.base import WIB_OFFSET
from etl.marts.base import AdditiveMart, RowMart, one_if, row
from queries import measures
from queries.schema import fct_pickups, mart_open_pickups, mart_pickup_days


def _handed(fact: FromClause) -> Select[Any]:
    hour = func.date_part("hour", fact.c.due_at + WIB_OFFSET)
    keys = {"due_date": fact.c.due_date, "due_hour": hour, "courier": fact.c.courier}
    late = measures.is_late(fact)
    seconds = func.date_diff("second", fact.c.due_at, fact.c.handed_at)
    counts = {"handed": 1, "late": one_if(late), "late_seconds": case((late, seconds), else_=0)}
    return select(*row(mart_pickup_days, keys, counts)).select_from(fact).where(measures.is_handed(fact))


def _waiting(fact: FromClause) -> Select[Any]:
    return select(*[fact.c[c.name] for c in mart_open_pickups.c]).where(measures.is_awaiting_pickup(fact))


pickup_days = AdditiveMart(mart_pickup_days, ((fct_pickups, _handed),))
open_pickups = RowMart(mart_open_pickups, fct_pickups, _waiting)
