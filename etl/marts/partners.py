"""Partners by month, by day of pickup, and over the last days. Their roll-up is in `etl.marts.rollup`."""

from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import FromClause, Select, case, literal, or_, select

from etl.marts.base import AdditiveMart, month_of, one_if, row, wib_date
from queries import measures
from queries.measures import RECENT, SUMMED
from queries.schema import (
    ALL_PARTNERS,
    fct_orders,
    fct_pickups,
    mart_partner_months,
    mart_partner_pickup_days,
    mart_partner_recent,
)


def _created(fact: FromClause) -> Select[Any]:
    keys = {"partner_id": fact.c.partner_id, "month": month_of(fact.c.created_date), "courier": fact.c.courier}
    return select(*row(mart_partner_months, keys, {"created": 1})).select_from(fact)


def _shipped(fact: FromClause) -> Select[Any]:
    month = month_of(wib_date(fact.c.shipped_at))
    keys = {"partner_id": fact.c.partner_id, "month": month, "courier": fact.c.courier}
    delivered = measures.is_delivered(fact)
    counts = {
        "shipped": 1,
        "returned": one_if(measures.is_returned(fact)),
        "problem": one_if(measures.is_problem(fact)),
        "delivered": one_if(delivered),
        "grand_total": fact.c.grand_total,
        "shipping_cost": fact.c.shipping_cost,
        "service_fee": case((delivered, fact.c.service_fee), else_=0),
        "profit": case((delivered, measures.profit_of_order(fact)), else_=0),
    }
    return select(*row(mart_partner_months, keys, counts)).select_from(fact).where(measures.is_shipped(fact))


def _recent(fact: FromClause, as_of: date, *, of_all: bool) -> Select[Any]:
    orders = measures.counted_orders(fact, as_of)
    partner = literal(ALL_PARTNERS) if of_all else fact.c.partner_id
    keys = {"as_of": literal(as_of), "partner_id": partner, "courier": fact.c.courier}
    counts = {name: case((orders[name], fact.c[SUMMED[name]] if name in SUMMED else 1), else_=0) for name in RECENT}
    any_recent = [orders["shipped_90"], *(orders[name] for name in SUMMED)]
    return select(*row(mart_partner_recent, keys, counts)).select_from(fact).where(or_(*any_recent))


def _handed(fact: FromClause) -> Select[Any]:
    keys = {"partner_id": fact.c.partner_id, "day": fact.c.handed_date}
    columns = row(mart_partner_pickup_days, keys, {"handed": 1})
    return select(*columns).select_from(fact).where(measures.is_handed(fact))


partner_months = AdditiveMart(mart_partner_months, ((fct_orders, _created), (fct_orders, _shipped)))
partner_pickup_days = AdditiveMart(mart_partner_pickup_days, ((fct_pickups, _handed),))


def partner_recent(as_of: date) -> AdditiveMart:
    """The mart as of a WIB day: each partner, and all of them together."""
    contributions = [(fct_orders, partial(_recent, as_of=as_of, of_all=of_all)) for of_all in (False, True)]
    return AdditiveMart(mart_partner_recent, tuple(contributions))
