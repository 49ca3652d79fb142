"""What a partner's orders and payouts say about the risk of a withdrawal. Definitions: docs/metrics.md, Withdrawals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Double,
    Engine,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)  # fmt: skip

from queries.filters import Page, PageOf
from queries.frames import frame
from queries.schema import fct_orders, fct_withdrawals
from queries.wib import naive_utc

WINDOWS = (30, 90)  # days
RETUR_WINDOW_DAYS = 7  # a delivered COD order may still be sent back that long


@dataclass(slots=True)
class OrderFacts:
    """Counts of a partner's shipped orders and sums in rupiah; `expected_*` is what the couriers' mean would give for
    the same number of orders with the same couriers over 90 days."""

    shipped_30: int = 0
    returned_30: int = 0
    problem_30: int = 0
    shipped_90: int = 0
    returned_90: int = 0
    problem_90: int = 0
    shipped_life: int = 0
    returned_life: int = 0
    problem_life: int = 0
    running_return_shipping: int = 0  # of orders now in Dikirim
    arriving_return_shipping: int = 0  # of orders on their way back
    cod_in_window: int = 0  # net profit of COD orders delivered within RETUR_WINDOW_DAYS
    expected_returned_90: float = 0.0
    expected_problem_90: float = 0.0
    usual_nominal: int | None = None  # median of the completed withdrawals
    completed: int = 0  # withdrawals completed

    @property
    def expected_return_cost(self) -> int:
        """Expected return shipping: running orders x the retur ratio of the partner's life, and arriving ones."""
        running = self.running_return_shipping * self.returned_life
        return (running // self.shipped_life if self.shipped_life else 0) + self.arriving_return_shipping


def _conditions() -> dict[str, ColumnElement[bool]]:
    """By the names of docs/metrics.md: which orders a number of the dossier counts. Takes the times of _since."""
    orders = fct_orders.c
    shipped = orders.shipped_at.is_not(None)
    found: dict[str, ColumnElement[bool]] = {}
    for label in (*WINDOWS, "life"):
        within = shipped if label == "life" else orders.shipped_at > bindparam(f"since_{label}")
        found[f"shipped_{label}"] = within
        found[f"returned_{label}"] = and_(within, orders.state == "Retur")
        found[f"problem_{label}"] = and_(within, orders.is_problem)
    found["running_return_shipping"] = orders.state == "Dikirim"
    found["arriving_return_shipping"] = orders.is_retur == 1
    found["cod_in_window"] = and_(
        orders.payment_method == "COD",
        orders.state == "Diterima",
        orders.delivered_at > bindparam("since_retur"),
    )
    return found


def _since(now: datetime) -> dict[str, datetime]:
    """From when on the windows count, as the parameters of _CONDITIONS."""
    days = {f"since_{days}": days for days in WINDOWS} | {"since_retur": RETUR_WINDOW_DAYS}
    return {name: naive_utc(now) - timedelta(days=number) for name, number in days.items()}


_SUMMED = {
    "running_return_shipping": fct_orders.c.return_shipping,
    "arriving_return_shipping": fct_orders.c.return_shipping,
    "cod_in_window": fct_orders.c.net_profit,
}
_CONDITIONS = _conditions()
NUMBERS = tuple(_CONDITIONS)


def _counted(name: str, condition: ColumnElement[bool]) -> ColumnElement[int]:
    if name in _SUMMED:
        return func.coalesce(func.sum(_SUMMED[name]).filter(condition), 0)
    return func.count().filter(condition)


def _of_partners(column: ColumnElement[int]) -> ColumnElement[bool]:
    # written into the text: DuckDB takes longer to bind a thousand parameters than to count the orders
    return column.in_(bindparam("partners", expanding=True, literal_execute=True))


_PAID = (
    select(fct_withdrawals.c.partner_id, func.median(fct_withdrawals.c.nominal), func.count())
    .where(_of_partners(fct_withdrawals.c.partner_id), fct_withdrawals.c.status == "completed")
    .group_by(fct_withdrawals.c.partner_id)
)


class _Expected(NamedTuple):
    """The question for the facts, which holds the couriers' means of one minute; its text is the same each minute."""

    minute: datetime
    question: Select[Any]


_expected: WeakKeyDictionary[Engine, _Expected] = WeakKeyDictionary()


def order_facts(connection: Connection, partner_ids: Iterable[int], now: datetime) -> dict[int, OrderFacts]:
    """The facts of each partner that has landed orders or completed withdrawals."""
    partners = {"partners": sorted(set(partner_ids))}
    counted = connection.execute(_question(connection, now), partners | _since(now)).fetchall()
    found = {partner_id: OrderFacts(*values) for partner_id, *values in counted}
    for partner_id, median, count in connection.execute(_PAID, partners).fetchall():
        facts = found.setdefault(partner_id, OrderFacts())
        facts.usual_nominal, facts.completed = int(median), count
    return found


def _question(connection: Connection, now: datetime) -> Select[Any]:
    """What to ask for the fields of OrderFacts up to the expected ones; the couriers' means are asked each minute."""
    minute = now.replace(second=0, microsecond=0)
    known = _expected.get(connection.engine)
    if known is not None and known.minute == minute:
        return known.question
    courier, within = fct_orders.c.courier, _CONDITIONS["shipped_90"]
    counted = (fct_orders.c.state == "Retur", fct_orders.c.is_problem)
    means = connection.execute(
        select(courier, *(cast(func.avg(cast(part, Integer)), Double) for part in counted))
        .where(within)
        .group_by(courier)
        .order_by(courier),
        _since(now),
    ).fetchall()
    expected = [
        case(*((courier == name, mean[at]) for name, *mean in means), else_=0.0) if means else literal(0.0)
        for at in range(2)
    ]
    question = (
        select(
            fct_orders.c.partner_id,
            *(cast(_counted(name, condition), BigInteger) for name, condition in _CONDITIONS.items()),
            *(func.coalesce(func.sum(each).filter(within), 0.0) for each in expected),
        )
        .where(_of_partners(fct_orders.c.partner_id))
        .group_by(fct_orders.c.partner_id)
    )
    _expected[connection.engine] = _Expected(minute, question)
    return question


def orders_of_number(connection: Connection, partner_id: int, number: str, now: datetime, page: Page) -> PageOf:
    """The very orders that a number of the dossier counts (one of NUMBERS), newest shipped first: order_id, order_no,
    airway_bill, courier, payment_method, state, shipped_at, delivered_at, return_shipping, net_profit.

    Raises:
        KeyError: for a number that is not one of NUMBERS.
    """
    conditions = (fct_orders.c.partner_id == partner_id, _CONDITIONS[number])
    names = "order_id order_no airway_bill courier payment_method state shipped_at delivered_at"
    money = "return_shipping net_profit"
    rows = frame(
        connection,
        select(*(fct_orders.c[name] for name in f"{names} {money}".split()))
        .where(*conditions)
        .order_by(fct_orders.c.shipped_at.desc(), fct_orders.c.order_id)
        .limit(page.limit)
        .offset(page.offset)
        .params(_since(now)),
    )
    total = connection.scalar(select(func.count()).select_from(fct_orders).where(*conditions), _since(now))
    return PageOf(rows, int(total or 0))


def as_dict(facts: OrderFacts) -> dict[str, Any]:
    """The facts by name, for an answer or a snapshot."""
    named = {field.name: getattr(facts, field.name) for field in fields(facts)}
    rounded: Sequence[str] = ("expected_returned_90", "expected_problem_90")
    return (
        named | {name: round(named[name], 2) for name in rounded} | {"expected_return_cost": facts.expected_return_cost}
    )
