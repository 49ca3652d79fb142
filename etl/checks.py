"""Checks of what is about to be shown: grain, keys, invariants, balanced ledger, marts against facts.

They run before the commit, so that bad data is never visible. On an increment only over the touched keys.
"""

from functools import partial

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, literal_column, not_, or_, select

from etl import chain
from etl.jobs import Job
from queries import measures
from queries.schema import (
    MARTS,
    dim_partners,
    fct_ledger,
    fct_order_events,
    fct_orders,
    fct_pickups,
    fct_tickets,
    mart_open_pickups,
    mart_order_days,
    mart_partner_months,
    mart_partner_pickup_days,
    mart_partner_recent,
    mart_partners,
    mart_pickup_days,
    mart_ticket_days,
)
from vocabulary import OrderState

UNDONE = "the landing was undone: "


class CheckFailed(RuntimeError):
    """The data would break a promise of the warehouse; nothing was changed."""


def _refuse(problems: list[str]) -> None:
    if problems:
        raise CheckFailed(UNDONE + "; ".join(problems))


def check_account(table: str, read: int, parts: tuple[int, int, int, int]) -> None:
    """Rows read are rows landed, set aside, repeated or dropped.

    Raises:
        CheckFailed: with the numbers.
    """
    if read != sum(parts):
        landed, aside, repeated, dropped = parts
        _refuse(
            [f"{table}: {read} read, but {landed} landed, {aside} set aside, {repeated} repeated, {dropped} dropped"]
        )


def _duplicates(table: Table, where: ColumnElement[bool] | None) -> Select[int]:
    keys = [table.c[name] for name in table.info["key"]]
    grouped = select(*keys).group_by(*keys).having(func.count() > 1)
    if where is not None:
        grouped = grouped.where(where)
    return select(func.count()).select_from(grouped.subquery())


def check_table(
    connection: Connection, table: Table, where: ColumnElement[bool] | None = None, *, validated: bool = False
) -> None:
    """Grain and invariants of a fact, a dimension or a mart, of the rows in `where`; only the grain if `validated`.

    Raises:
        CheckFailed: naming the table, the rule and the number of rows.
    """
    problems = []
    repeated = connection.scalar(_duplicates(table, where))
    if repeated:
        problems.append(f"{table.name} has {repeated} keys with more than one row ({table.info['grain']})")
    for invariant in () if validated else table.info["invariants"]:
        broken: ColumnElement[bool] = not_(literal_column(f"({invariant})"))
        condition = broken if where is None else and_(where, broken)
        count = connection.scalar(select(func.count()).select_from(table).where(condition))
        if count:
            problems.append(f"{table.name} has {count} rows that break: {invariant}")
    _refuse(problems)


def check_job(connection: Connection, job: Job, touched: Table) -> None:
    """The grain of the landed rows whose keys are in the key table `touched`; the rules were evaluated in staging."""
    check_table(connection, job.target, job.target.c[job.key_name].in_(select(touched.c.k)), validated=True)


def check_chains(connection: Connection, groups: Table | None = None) -> None:
    """The events of the orders in a key table, or of all, form chains that end in the orders' states.

    Raises:
        CheckFailed: with the number of orders whose events do not.
    """
    wrong = chain.wrong_orders(connection, groups)
    if wrong:
        _refuse([f"{wrong} orders whose events form no chain, or end in another state than the order's"])


def check_states(connection: Connection) -> None:
    """What entered a state and did not leave it are the orders in it, but for orders without any event.

    Raises:
        CheckFailed: naming the state and both numbers.
    """
    mart = mart_order_days.c
    waiting, reached, now = (
        func.coalesce(func.sum(number), 0)
        for number in (mart.entered - mart.left_state, mart.cohort_reached, mart.cohort_now)
    )
    by_state = {
        state: (int(left), int(began), int(orders))
        for state, left, began, orders in connection.execute(
            select(mart.state, waiting, reached, now).group_by(mart.state)
        )
    }
    _refuse(
        [
            f"{state}: {left} orders by their events, {orders} by their rows"
            for state, (left, _began, orders) in by_state.items()
            if not 0 <= left <= orders
        ]
    )
    with_events = by_state.get(OrderState.DIAJUKAN, (0, 0, 0))[1]
    in_all = sum(left for left, _began, _orders in by_state.values())
    if in_all != with_events:
        _refuse([f"{with_events} orders have events, and these say {in_all}"])


def check_totals(connection: Connection) -> None:
    """Marts against facts, by totals that cost no scan of wide columns.

    Raises:
        CheckFailed: naming mart, fact and both totals.
    """

    def total(column: ColumnElement[int]) -> int:
        return int(connection.scalar(select(func.coalesce(func.sum(column), 0))) or 0)

    def rows(table: Table, *where: ColumnElement[bool]) -> int:
        return int(connection.scalar(select(func.count()).select_from(table).where(*where)) or 0)

    handed = rows(fct_pickups, measures.is_handed(fct_pickups))
    pairs = {
        "orders by day": (total(mart_order_days.c.cohort_now), rows(fct_orders)),
        "order events by day": (total(mart_order_days.c.entered), rows(fct_order_events)),
        "orders by partner": (total(mart_partner_months.c.created), rows(fct_orders)),
        "orders in the partner roll-up": (total(mart_partners.c.orders_created), rows(fct_orders)),
        "partners": (rows(mart_partners), rows(dim_partners)),
        "pickups by partner": (total(mart_partner_pickup_days.c.handed), handed),
        "pickups by due day": (total(mart_pickup_days.c.handed), handed),
        "waiting pickups": (
            rows(mart_open_pickups),
            rows(fct_pickups, measures.is_awaiting_pickup(fct_pickups)),
        ),
        "tickets by day": (total(mart_ticket_days.c.tickets), rows(fct_tickets)),
    }
    as_of = connection.scalar(select(func.max(mart_partner_recent.c.as_of)))
    if as_of is not None:
        shipped = rows(fct_orders, measures.counted_orders(fct_orders, as_of)["shipped_90"])
        pairs["orders shipped in 90 days, and their totals"] = (total(mart_partner_recent.c.shipped_90), 2 * shipped)
    _refuse([f"{what}: mart {mart}, facts {fact}" for what, (mart, fact) in pairs.items() if mart != fact])


def check_ledger(connection: Connection) -> None:
    """The entries of every transaction add up to 0.

    Raises:
        CheckFailed: with the number of transactions that do not.
    """
    unbalanced = select(fct_ledger.c.transaction_id).group_by(fct_ledger.c.transaction_id)
    unbalanced = unbalanced.having(or_(func.sum(fct_ledger.c.amount) != 0))
    count = connection.scalar(select(func.count()).select_from(unbalanced.subquery()))
    if count:
        _refuse([f"{count} ledger transactions do not add up to 0"])


def check_all(connection: Connection, jobs: tuple[Job, ...], *, validated: bool = False) -> None:
    """Everything over everything, after a full load. `validated`: the rules were just evaluated over the landed rows
    of every job, balanced transactions included."""
    for job in jobs:
        check_table(connection, job.target, validated=validated)
    for mart in MARTS:
        check_table(connection, mart)
    if not validated:
        check_ledger(connection)
        check_chains(connection)
    check_totals(connection)


def broken(connection: Connection, jobs: tuple[Job, ...]) -> list[str]:
    """Every promise that the warehouse breaks, each in a sentence."""
    tables = (*[job.target for job in jobs], *MARTS)
    looks = [*[partial(check_table, connection, table) for table in tables]]
    found = []
    for look in (
        *looks,
        *[partial(check, connection) for check in (check_ledger, check_chains, check_states, check_totals)],
    ):
        try:
            look()
        except CheckFailed as error:
            found.append(str(error).removeprefix(UNDONE))
    return found
