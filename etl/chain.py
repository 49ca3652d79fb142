"""Events of an order form one chain: which of them land, which are repeated, and which wait in the quarantine.

A chain is followed in the order of (event_at, event_id). Most chains are right, and one aggregate per order says so;
only those of the others are read and followed one by one. Rules and reasons: docs/decisions/0015-a-chain-of-events.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    Table,
    and_,
    case,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    table,
    true,
    update,
)

from etl.staging import PROBLEM, fill_keys, key_table, temporary
from queries import measures
from queries.engine import duckdb_cursor
from queries.reasons import NOTHING, Rule
from queries.schema import fct_order_events, fct_orders
from vocabulary import STEPS, OrderState

BITS = {step: 1 << number for number, step in enumerate(STEPS)}
NO_STEP = 1 << len(STEPS)
Step = tuple[str | None, str]
Path = tuple[tuple[OrderState | None, OrderState], ...]


@dataclass(slots=True)
class Chain:
    """A chain that was followed to its end. `ends` is None when nothing of it is right."""

    ends: str | None = None
    repeated: list[int] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How many events were repeated, and the orders whose row says another state than their events."""

    repeated: int
    contradictory: frozenset[int]


def follow(events: Iterable[tuple[int, str | None, str]]) -> Chain:
    """Follow the events of one order: (event_id, from_state, to_state), in the order of their time."""
    chain = Chain()
    taken: set[Step] = set()
    wrong: dict[int, Step] = {}
    for event_id, before, after in events:
        step = (before, after)
        if step in taken:
            chain.repeated.append(event_id)
        elif step not in BITS:
            chain.problems[event_id] = Rule.NO_STEP.of(**_named(step))
        elif before != chain.ends:
            wrong[event_id] = step
            chain.problems[event_id] = _misplaced(step, chain.ends)
        else:
            taken.add(step)
            chain.ends = after
    # a step that came too early, and once more in its place, is the same step
    for event_id, step in wrong.items():
        if step in taken:
            chain.repeated.append(event_id)
            del chain.problems[event_id]
    return chain


def _named(step: Step) -> dict[str, str]:
    before, after = step
    return {"before": before or NOTHING, "after": after}


def _misplaced(step: Step, state: str | None) -> str:
    if state is None:
        return Rule.NO_BEGINNING.of(**_named(step))
    return Rule.MISPLACED.of(**_named(step), state=state)


@cache
def _paths() -> tuple[Path, ...]:
    """Every chain that is right, shortest first."""

    def longer(path: Path) -> Iterator[Path]:
        state = path[-1][1] if path else None
        for step in STEPS:
            if step[0] == state:
                yield (*path, step)
                yield from longer((*path, step))

    return tuple(sorted(longer(()), key=len))


def _summed(events: FromClause, *where: ColumnElement[bool]) -> Any:
    """Per order: order_id, `ends` (the state in which its chain ends) where the chain is right at a glance, else null.

    Steps of one instant are not: their ids decide, so these are followed.
    """
    step: ColumnElement[int] = case(
        *[
            (and_(events.c.from_state.is_not_distinct_from(before), events.c.to_state == after), bit)
            for (before, after), bit in BITS.items()
        ],
        else_=NO_STEP,
    )
    times = {state: func.max(case((events.c.to_state == state, events.c.event_at))) for state in OrderState}
    taken, number = func.bit_or(step), func.count()
    right = [
        (
            and_(
                taken == sum(BITS[one] for one in path),
                number == len(path),
                *[times[a[1]] < times[b[1]] for a, b in pairwise(path)],
            ),
            str(path[-1][1]),
        )
        for path in _paths()
    ]
    statement = select(events.c.order_id, case(*right, else_=None).label("ends"))
    return statement.where(*where).group_by(events.c.order_id)


def _in_chain(events: Table) -> ColumnElement[bool]:
    """Whether a row can take part in a chain at all; what cannot is set aside for a reason of its own."""
    needed = [events.c[name].is_not(None) for name in ("event_id", "order_id", "to_state", "event_at")]
    return and_(*needed, events.c[PROBLEM].is_(None) if PROBLEM in events.c else true())


def _followed(connection: Connection, events: Table, of: Select[Any], *where: ColumnElement[bool]) -> dict[int, Chain]:
    """The chains of the orders in `of`, followed one by one."""
    rows = connection.execute(
        select(events.c.order_id, events.c.event_id, events.c.from_state, events.c.to_state)
        .where(*where, events.c.order_id.in_(of))
        .order_by(events.c.order_id, events.c.event_at, events.c.event_id)
    )
    return {order: follow(row[1:] for row in chain) for order, chain in groupby(rows, key=itemgetter(0))}


def with_whole_chains(tables: frozenset[str]) -> frozenset[str]:
    """Names of tables that are to be landed: orders and their events are judged together, so they land together."""
    together = frozenset({fct_orders.name, fct_order_events.name})
    return tables | together if tables & together else tables


def judge(connection: Connection, orders: Table, events: Table) -> Judgement:
    """Judge whole chains in staging: repeated events are deleted, wrong ones and contradictory orders get a problem.

    `orders`: the staged rows of these orders that break no other rule.
    """
    _refuse_foreign(connection, orders, events)
    ends = temporary(connection, "chain_ends", [Column("order_id", BigInteger), Column("ends", String)])
    connection.execute(insert(ends).from_select(["order_id", "ends"], _summed(events, _in_chain(events))))
    unclear = select(ends.c.order_id).where(ends.c.ends.is_(None))
    chains: dict[int, Chain] = {}
    if connection.scalar(select(exists(unclear))):
        chains = _followed(connection, events, unclear, _in_chain(events))
        connection.execute(delete(ends).where(ends.c.ends.is_(None)))
        _put(connection, ends, [(order, chain.ends) for order, chain in chains.items()])
        _mark(connection, events, chains)
    contradictory = _set_contradictions(connection, orders, events, ends)
    ends.drop(connection, checkfirst=False)
    return Judgement(sum(len(chain.repeated) for chain in chains.values()), contradictory)


def _refuse_foreign(connection: Connection, orders: Table, events: Table) -> None:
    """A chain of two sources could never be judged whole: events come from the source of their order."""
    unknown = events.c.order_id.not_in(select(orders.c.order_id))
    if connection.scalar(select(exists(select(literal(1)).select_from(events).where(unknown)))):
        foreign = select(fct_orders.c.order_id).where(fct_orders.c.source != events.c.source).correlate(events)
        where = and_(unknown, events.c.order_id.in_(foreign), events.c[PROBLEM].is_(None))
        connection.execute(update(events).where(where).values({PROBLEM: Rule.FOREIGN.value}))


def _mark(connection: Connection, events: Table, chains: dict[int, Chain]) -> None:
    repeated = [key for chain in chains.values() for key in chain.repeated]
    if repeated:
        keys = key_table(connection, "repeated_events")
        fill_keys(connection, keys, repeated)
        connection.execute(delete(events).where(events.c.event_id.in_(select(keys.c.k))))
        keys.drop(connection, checkfirst=False)
    problems = [item for chain in chains.values() for item in chain.problems.items()]
    if problems:
        found = temporary(connection, "wrong_events", [Column("k", BigInteger), Column("why", String)])
        _put(connection, found, problems)
        of = events.c.event_id == found.c.k
        connection.execute(update(events).where(of).values({PROBLEM: found.c.why}))
        found.drop(connection, checkfirst=False)


def _set_contradictions(connection: Connection, orders: Table, events: Table, ends: Table) -> frozenset[int]:
    state = measures.reported_state(orders)
    differs = and_(ends.c.order_id == orders.c.order_id, ends.c.ends.is_distinct_from(state))
    found = connection.execute(select(orders.c.order_id, state, ends.c.ends).where(differs)).all()
    if not found:
        return frozenset()
    reasons = temporary(connection, "contradictions", [Column("k", BigInteger), Column("why", String)])
    _put(connection, reasons, [(order, _contradiction(says, end)) for order, says, end in found])
    for rows in (orders, events):
        of = and_(rows.c.order_id == reasons.c.k, rows.c[PROBLEM].is_(None))
        connection.execute(update(rows).where(of).values({PROBLEM: reasons.c.why}))
    reasons.drop(connection, checkfirst=False)
    return frozenset(order for order, _says, _end in found)


def _contradiction(says: str, ends: str | None) -> str:
    if ends is None:
        return Rule.NO_CHAIN.of(state=says)
    return Rule.CONTRADICTION.of(state=says, end=ends)


def _put(connection: Connection, target: Table, rows: Sequence[tuple[int, str | None]]) -> None:
    cursor = duckdb_cursor(connection)
    names = [c.name for c in target.c]
    keys, texts = pa.array([row[0] for row in rows], pa.int64()), pa.array([row[1] for row in rows], pa.string())
    cursor.register("incoming_chain", pa.table([keys, texts], names=names))
    incoming = table("incoming_chain", *[column(name) for name in names])
    connection.execute(insert(target).from_select(names, select(*incoming.c)))
    cursor.unregister("incoming_chain")


def wrong_orders(connection: Connection, groups: Table | None = None, source: str | None = None) -> set[int]:
    """Landed orders whose events are no chain, or end in another state: of a key table, of a source, or all."""
    events, orders = fct_order_events, fct_orders
    where: list[ColumnElement[bool]] = []
    if groups is not None:
        where.append(events.c.order_id.in_(select(groups.c.k)))
    if source is not None:
        where.append(events.c.source == source)
    summed = _summed(events, *where).subquery()
    state = measures.reported_state(orders)
    of = orders.c.order_id == summed.c.order_id
    mine = [] if source is None else [orders.c.source == source]
    unsure = or_(summed.c.ends.is_(None), summed.c.ends.is_distinct_from(state))
    # kept, since to ask a second time would sum up all events once more
    suspects = key_table(connection, "suspect_orders")
    found = select(summed.c.order_id).select_from(summed.outerjoin(orders, and_(of, *mine))).where(unsure)
    wrong = set()
    if connection.execute(insert(suspects).from_select(["k"], found)).rowcount:
        chains = _followed(connection, events, select(suspects.c.k), *where)
        said = _states(connection, suspects, *mine)
        wrong = {
            order
            for order, chain in chains.items()
            if chain.repeated or chain.problems or chain.ends != said.get(order)
        }
    suspects.drop(connection, checkfirst=False)
    return wrong


def _states(connection: Connection, keys: Table, *where: ColumnElement[bool]) -> dict[int, str]:
    of = fct_orders.c.order_id.in_(select(keys.c.k))
    found = connection.execute(select(fct_orders.c.order_id, measures.reported_state(fct_orders)).where(of, *where))
    return {row[0]: row[1] for row in found}
