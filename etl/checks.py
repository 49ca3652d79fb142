"""Checks of what is about to be shown: grain, keys, invariants, balanced ledger, marts against facts.

They run before the commit, so that bad data is never visible. On an increment only over the touched keys.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
)

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
    mart_income_days,
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

MOST_BITS = 100_000_000  # 12 MB for each thread
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


def _are_distinct(connection: Connection, key: ColumnElement[int]) -> bool:
    """Whether no value of a column of whole numbers repeats; false also where they lie too far apart to tell.

    Each value marks a bit of its own, which costs a tenth of grouping by it.
    """
    rows, low, high = connection.execute(select(func.count(key), func.min(key), func.max(key))).one()
    if not rows:
        return True
    if high - low >= MOST_BITS:
        return False
    between = [literal(bound, BigInteger, literal_execute=True) for bound in (low, high)]
    return connection.scalar(select(func.bit_count(func.bitstring_agg(key, *between)))) == rows


def _repeated(connection: Connection, table: Table, where: ColumnElement[bool] | None) -> int:
    """The number of keys with more than one row."""
    keys = [table.c[name] for name in table.info["key"]]
    is_number = len(keys) == 1 and isinstance(keys[0].type, BigInteger)
    if where is None and is_number and _are_distinct(connection, keys[0]):
        return 0
    return connection.scalar(_duplicates(table, where)) or 0


def check_table(
    connection: Connection, table: Table, where: ColumnElement[bool] | None = None, *, validated: bool = False
) -> None:
    """Grain and invariants of a fact, a dimension or a mart, of the rows in `where`; only the grain if `validated`.

    Raises:
        CheckFailed: naming the table, the rule and the number of rows.
    """
    problems = []
    repeated = _repeated(connection, table, where)
    if repeated:
        problems.append(f"{table.name} has {repeated} keys with more than one row ({table.info['grain']})")
    invariants = () if validated else table.info["invariants"]
    if invariants:
        broken = [func.count().filter(not_(literal_column(f"({invariant})"))) for invariant in invariants]
        counted = select(*broken).select_from(table)
        counts = connection.execute(counted if where is None else counted.where(where)).one()
        problems += [
            f"{table.name} has {count} rows that break: {invariant}"
            for invariant, count in zip(invariants, counts, strict=True)
            if count
        ]
    _refuse(problems)


def check_job(connection: Connection, job: Job, touched: Table) -> None:
    """The grain of the landed rows whose keys are in the key table `touched`; the rules were evaluated in staging."""
    check_table(connection, job.target, job.target.c[job.key_name].in_(select(touched.c.k)), validated=True)


def check_staged(connection: Connection, job: Job, staging: Table, touched: Table) -> None:
    """The grain of rows that took the place of all those with keys in `touched`: it is that of staging, which costs no
    scan of the target.

    Raises:
        CheckFailed: a key repeats, or is not in `touched`.
    """
    key = staging.c[job.key_name]
    counts = select(func.count(), func.count(key.distinct()), func.count(touched.c.k.distinct()))
    rows, keys, known = connection.execute(counts.select_from(staging.outerjoin(touched, touched.c.k == key))).one()
    if not rows == keys == known:
        _refuse([f"{job.name} would have keys with more than one row ({job.target.info['grain']})"])


def check_chains(connection: Connection, groups: Table | None = None) -> None:
    """The events of the orders in a key table, or of all, form chains that end in the orders' states.

    Raises:
        CheckFailed: with the number of orders whose events do not.
    """
    wrong = chain.wrong_orders(connection, groups)
    if wrong:
        _refuse([f"{len(wrong)} orders whose events form no chain, or end in another state than the order's"])


def check_states(connection: Connection) -> None:
    """What entered a state and did not leave it are the orders in it, but for orders without any event; on no day did
    more leave a state than had entered it.

    Raises:
        CheckFailed: naming the state and both numbers.
    """
    mart = mart_order_days.c
    until = func.sum(mart.entered - mart.left_state).over(partition_by=mart.state, order_by=mart.day)
    days = select(mart.state, mart.day, until.label("waiting")).subquery()
    below = select(days).where(func.sign(days.c.waiting) == -1).order_by(days.c.day).limit(1)
    _refuse(
        [
            f"{state}: {-int(left)} orders more left it than entered until {day}"
            for state, day, left in connection.execute(below)
        ]
    )
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


def check_totals(connection: Connection, changed: Collection[str] | None = None) -> None:
    """Marts against facts, by totals that cost no scan of wide columns: of all, or where the tables `changed` count.

    Raises:
        CheckFailed: naming mart, fact and both totals.
    """
    pairs: dict[str, tuple[int, int]] = {}
    for read, compared in _COMPARED.items():
        if changed is None or any(table.name in changed for table in read):
            pairs |= compared(connection)
    _refuse([f"{what}: mart {mart}, facts {fact}" for what, (mart, fact) in pairs.items() if mart != fact])


def _totals(connection: Connection, table: Table, *sums: ColumnElement[int]) -> list[int]:
    """The number of rows of a table, and sums over it, in one scan."""
    columns = [func.count(), *[func.coalesce(func.sum(one), 0) for one in sums]]
    return [int(value) for value in connection.execute(select(*columns).select_from(table)).one()]


def _one_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(condition, Integer)


def _compare_orders(connection: Connection) -> dict[str, tuple[int, int]]:
    as_of = connection.scalar(select(func.max(mart_partner_recent.c.as_of)))
    recent = false() if as_of is None else measures.counted_orders(fct_orders, as_of)["shipped_90"]
    orders = _totals(connection, fct_orders)[0]
    # as a condition of the scan: parts of the table without an order of these days are not read
    shipped = connection.scalar(select(func.count()).select_from(fct_orders).where(recent)) or 0
    days = mart_order_days.c
    is_delivered = days.state == OrderState.DITERIMA
    delivered = [case((is_delivered, number), else_=0) for number in (days.cohort_now, days.cohort_grand_total)]
    _days, cohort, received, paid = _totals(connection, mart_order_days, days.cohort_now, *delivered)
    _months, created = _totals(connection, mart_partner_months, mart_partner_months.c.created)
    income = mart_income_days.c
    _earned, earning, grand_total = _totals(connection, mart_income_days, income.orders, income.grand_total)
    _recent, shipped_90 = _totals(connection, mart_partner_recent, mart_partner_recent.c.shipped_90)
    return {
        "orders by day": (cohort, orders),
        "orders by partner": (created, orders),
        "delivered orders with income": (earning, received),
        "rupiah of delivered orders": (grand_total, paid),
        "orders shipped in 90 days, and their totals": (shipped_90, 2 * shipped),
    }


def _compare_partners(connection: Connection) -> dict[str, tuple[int, int]]:
    partners, orders = _totals(connection, mart_partners, mart_partners.c.orders_created)
    # the months are compared with the orders themselves: to count those once more would read all of them
    _months, created = _totals(connection, mart_partner_months, mart_partner_months.c.created)
    return {
        "partners": (partners, _totals(connection, dim_partners)[0]),
        "orders in the partner roll-up": (orders, created),
    }


def _compare_events(connection: Connection) -> dict[str, tuple[int, int]]:
    _days, entered = _totals(connection, mart_order_days, mart_order_days.c.entered)
    return {"order events by day": (entered, _totals(connection, fct_order_events)[0])}


def _compare_pickups(connection: Connection) -> dict[str, tuple[int, int]]:
    tests = (measures.is_handed(fct_pickups), measures.is_awaiting_pickup(fct_pickups))
    _pickups, handed, waiting = _totals(connection, fct_pickups, *map(_one_where, tests))
    _days, by_partner = _totals(connection, mart_partner_pickup_days, mart_partner_pickup_days.c.handed)
    _due, by_due_day = _totals(connection, mart_pickup_days, mart_pickup_days.c.handed)
    return {
        "pickups by partner": (by_partner, handed),
        "pickups by due day": (by_due_day, handed),
        "waiting pickups": (_totals(connection, mart_open_pickups)[0], waiting),
    }


def _compare_tickets(connection: Connection) -> dict[str, tuple[int, int]]:
    _days, tickets = _totals(connection, mart_ticket_days, mart_ticket_days.c.tickets)
    return {"tickets by day": (tickets, _totals(connection, fct_tickets)[0])}


# the facts and dimensions with whose rows each comparison can change; gives {what: (of the mart, of the facts)}
_COMPARED: Mapping[tuple[Table, ...], Callable[[Connection], dict[str, tuple[int, int]]]] = {
    (fct_orders,): _compare_orders,
    (fct_orders, dim_partners): _compare_partners,
    (fct_order_events,): _compare_events,
    (fct_pickups,): _compare_pickups,
    (fct_tickets,): _compare_tickets,
}


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
    check_states(connection)
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
