"""Orders by day: flow, backlog, cohorts, and what the delivered ones earn."""

from typing import Any

from sqlalchemy import FromClause, Select, select

from etl.marts.base import AdditiveMart, one_if, row, wib_date
from queries import measures
from queries.schema import fct_order_events, fct_orders, mart_income_days, mart_order_days


def _grouping(fact: FromClause, day: str) -> dict[str, Any]:
    return {"day": fact.c[day], "courier": fact.c.courier, "payment_method": fact.c.payment_method}


def _entered(fact: FromClause) -> Select[Any]:
    keys = {**_grouping(fact, "event_date"), "state": fact.c.to_state}
    return select(*row(mart_order_days, keys, {"entered": 1})).select_from(fact)


def _left(fact: FromClause) -> Select[Any]:
    keys = {**_grouping(fact, "event_date"), "state": fact.c.from_state}
    columns = row(mart_order_days, keys, {"left_state": 1})
    return select(*columns).select_from(fact).where(fact.c.from_state.is_not(None))


def _reached(fact: FromClause) -> Select[Any]:
    # events form chains, in which no state is entered twice: each is another order
    keys = {**_grouping(fact, "cohort_date"), "state": fact.c.to_state}
    return select(*row(mart_order_days, keys, {"cohort_reached": 1})).select_from(fact)


def _cohort_now(fact: FromClause) -> Select[Any]:
    keys = {**_grouping(fact, "created_date"), "state": measures.reported_state(fact)}
    counts = {"cohort_now": 1, "cohort_grand_total": fact.c.grand_total}
    return select(*row(mart_order_days, keys, counts)).select_from(fact)


def _earned(fact: FromClause) -> Select[Any]:
    keys = {
        "day": wib_date(fact.c.delivered_at),
        "courier": fact.c.courier,
        "payment_method": fact.c.payment_method,
    }
    counts = {"orders": 1, "unbilled": one_if(measures.is_unbilled(fact)), **measures.income(fact)}
    return select(*row(mart_income_days, keys, counts)).select_from(fact).where(measures.is_delivered(fact))


order_days = AdditiveMart(
    mart_order_days,
    (
        (fct_order_events, _entered),
        (fct_order_events, _left),
        (fct_order_events, _reached),
        (fct_orders, _cohort_now),
    ),
)
income_days = AdditiveMart(mart_income_days, ((fct_orders, _earned),))
