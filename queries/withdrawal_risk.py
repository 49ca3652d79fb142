"""What a partner's orders and payouts say about the risk of a withdrawal. Definitions: docs/metrics.md, Withdrawals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, literal, select

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
    expected_returned_90: float = 0.0
    expected_problem_90: float = 0.0
    running_return_shipping: int = 0  # of orders now in Dikirim
    arriving_return_shipping: int = 0  # of orders on their way back
    cod_in_window: int = 0  # net profit of COD orders delivered within RETUR_WINDOW_DAYS
    usual_nominal: int | None = None  # median of the completed withdrawals
    completed: int = 0  # withdrawals completed

    @property
    def expected_return_cost(self) -> int:
        """Expected return shipping: running orders x the retur ratio of the partner's life, and arriving ones."""
        running = self.running_return_shipping * self.returned_life
        return (running // self.shipped_life if self.shipped_life else 0) + self.arriving_return_shipping


def _conditions(now: datetime) -> dict[str, ColumnElement[bool]]:
    """By the names of docs/metrics.md: which orders a number of the dossier counts."""
    orders = fct_orders.c
    shipped = orders.shipped_at.is_not(None)
    found: dict[str, ColumnElement[bool]] = {}
    for label, since in [*((f"{days}", naive_utc(now) - timedelta(days=days)) for days in WINDOWS), ("life", None)]:
        within = shipped if since is None else orders.shipped_at > since
        found[f"shipped_{label}"] = within
        found[f"returned_{label}"] = and_(within, orders.state == "Retur")
        found[f"problem_{label}"] = and_(within, orders.is_problem)
    found["running_return_shipping"] = orders.state == "Dikirim"
    found["arriving_return_shipping"] = orders.is_retur == 1
    found["cod_in_window"] = and_(
        orders.payment_method == "COD",
        orders.state == "Diterima",
        orders.delivered_at > naive_utc(now) - timedelta(days=RETUR_WINDOW_DAYS),
    )
    return found


_SUMMED = {
    "running_return_shipping": fct_orders.c.return_shipping,
    "arriving_return_shipping": fct_orders.c.return_shipping,
    "cod_in_window": fct_orders.c.net_profit,
}
NUMBERS = (
    *(f"{what}_{when}" for when in (*WINDOWS, "life") for what in ("shipped", "returned", "problem")),
    *_SUMMED,
)


_means: WeakKeyDictionary[Engine, tuple[datetime | None, dict[str, tuple[float, float]]]] = WeakKeyDictionary()


def _counted(name: str, condition: ColumnElement[bool]) -> ColumnElement[int]:
    if name in _SUMMED:
        return func.coalesce(func.sum(_SUMMED[name]).filter(condition), 0)
    return func.count().filter(condition)


def order_facts(connection: Connection, partner_ids: Iterable[int], now: datetime) -> dict[int, OrderFacts]:
    """The facts of each partner that has landed orders or completed withdrawals."""
    wanted = sorted(set(partner_ids))
    conditions = _conditions(now)
    means = _courier_means(connection, now)
    within = conditions["shipped_90"]
    returned = case(*((fct_orders.c.courier == courier, mean[0]) for courier, mean in means.items()), else_=0.0)
    problem = case(*((fct_orders.c.courier == courier, mean[1]) for courier, mean in means.items()), else_=0.0)
    rows = connection.execute(
        select(
            fct_orders.c.partner_id,
            *(_counted(name, condition) for name, condition in conditions.items()),
            func.coalesce(func.sum(returned).filter(within), 0.0) if means else literal(0.0),
            func.coalesce(func.sum(problem).filter(within), 0.0) if means else literal(0.0),
        )
        .where(fct_orders.c.partner_id.in_(wanted))
        .group_by(fct_orders.c.partner_id)
    ).fetchall()
    found: dict[int, OrderFacts] = {}
    names = (*conditions, "expected_returned_90", "expected_problem_90")
    for partner_id, *values in rows:
        facts = found[int(partner_id)] = OrderFacts()
        for name, value in zip(names, values, strict=True):
            setattr(facts, name, float(value) if name.startswith("expected") else int(value))
    paid = connection.execute(
        select(fct_withdrawals.c.partner_id, func.median(fct_withdrawals.c.nominal), func.count())
        .where(fct_withdrawals.c.partner_id.in_(wanted), fct_withdrawals.c.status == "completed")
        .group_by(fct_withdrawals.c.partner_id)
    ).fetchall()
    for partner_id, median, count in paid:
        facts = found.setdefault(int(partner_id), OrderFacts())
        facts.usual_nominal, facts.completed = int(median), int(count)
    return found


def _courier_means(connection: Connection, now: datetime) -> dict[str, tuple[float, float]]:
    """Courier -> (returned, problem) per order shipped in 90 days, over all partners; asked anew each minute."""
    minute = now.replace(second=0, microsecond=0)
    asked, means = _means.get(connection.engine, (None, {}))
    if asked == minute:
        return means
    rows = connection.execute(
        select(
            fct_orders.c.courier,
            func.count(),
            func.count().filter(fct_orders.c.state == "Retur"),
            func.count().filter(fct_orders.c.is_problem),
        )
        .where(_conditions(now)["shipped_90"])
        .group_by(fct_orders.c.courier)
    )
    means = {
        courier: (int(returned) / int(all_), int(problem) / int(all_)) for courier, all_, returned, problem in rows
    }
    _means[connection.engine] = (minute, means)
    return means


def orders_of_number(connection: Connection, partner_id: int, number: str, now: datetime, page: Page) -> PageOf:
    """The very orders that a number of the dossier counts (one of NUMBERS), newest shipped first: order_id, order_no,
    airway_bill, courier, payment_method, state, shipped_at, delivered_at, return_shipping, net_profit.

    Raises:
        KeyError: for a number that is not one of NUMBERS.
    """
    conditions = (fct_orders.c.partner_id == partner_id, _conditions(now)[number])
    names = "order_id order_no airway_bill courier payment_method state shipped_at delivered_at"
    money = "return_shipping net_profit"
    rows = frame(
        connection,
        select(*(fct_orders.c[name] for name in f"{names} {money}".split()))
        .where(*conditions)
        .order_by(fct_orders.c.shipped_at.desc(), fct_orders.c.order_id)
        .limit(page.limit)
        .offset(page.offset),
    )
    total = connection.scalar(select(func.count()).select_from(fct_orders).where(*conditions))
    return PageOf(rows, int(total or 0))


def as_dict(facts: OrderFacts) -> dict[str, Any]:
    """The facts by name, for an answer or a snapshot."""
    named = {field.name: getattr(facts, field.name) for field in fields(facts)}
    rounded: Sequence[str] = ("expected_returned_90", "expected_problem_90")
    return (
        named | {name: round(named[name], 2) for name in rounded} | {"expected_return_cost": facts.expected_return_cost}
    )
