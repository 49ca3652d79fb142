"""What a partner's orders and payouts say about the risk of a withdrawal. Definitions: docs/metrics.md, Withdrawals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Double,
    Select,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)

from queries import metrics
from queries.engine import Warehouse
from queries.filters import Page, PageOf
from queries.frames import frame
from queries.measures import LIFE, RECENT, counted_orders
from queries.schema import (
    ALL_PARTNERS,
    etl_state,
    fct_orders,
    fct_withdrawals,
    mart_partner_recent,
    mart_partners,
)
from vocabulary import WAITING


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Counts of a partner's shipped orders and sums in rupiah; `expected_*` is what the couriers' mean would give for
    the same number of orders with the same couriers over 90 days."""

    shipped_life: int = 0
    returned_life: int = 0
    problem_life: int = 0
    completed: int = 0  # withdrawals completed
    usual_nominal: int | None = None  # their median
    shipped_30: int = 0
    returned_30: int = 0
    problem_30: int = 0
    shipped_90: int = 0
    returned_90: int = 0
    problem_90: int = 0
    running_return_shipping: int = 0  # of orders now in Dikirim
    arriving_return_shipping: int = 0  # of orders on their way back
    cod_in_window: int = 0  # net profit of COD orders delivered within RETURN_WINDOW_DAYS
    expected_returned_90: float = 0.0
    expected_problem_90: float = 0.0

    @property
    def expected_return_cost(self) -> int:
        """Rupiah of return shipping to expect, by the retur ratio of the partner's life."""
        return metrics.expected_return_cost(
            self.running_return_shipping, self.arriving_return_shipping, self.returned_life, self.shipped_life
        )


NUMBERS = (*LIFE, *RECENT)

# where the parts of the risk score begin to cost points, and where they cost all of them
FULL_AGAINST_COURIERS = 3  # times the couriers' mean; from the mean on
FULL_AGAINST_OWN_LIFE = 2  # times the partner's own ratio; from that on
UNUSUAL_FROM, UNUSUAL_FULL = Fraction(3, 2), Fraction(5)  # times the usual withdrawal
NEW_PARTNER = timedelta(days=90)
NEW_ACCOUNT = timedelta(days=30)
WORST_NAME = 50  # a name check at or below this counts in full
_KEPT_DECIMALS = 9  # sums of floats differ beyond; what is shown is rounded by the page


def _question() -> Select[Any]:
    """The partner's id and the fields of OrderFacts, in their order.

    `partners`, a list, stands in it once: DuckDB takes longer to read a thousand numbers than to add up.
    """
    wanted = select(func.unnest(cast(bindparam("partners"), ARRAY(BigInteger))).label("id")).cte("wanted")
    mine, every, life = mart_partner_recent, mart_partner_recent.alias(), mart_partners.c
    share = cast(mine.c.shipped_90, Double) / func.nullif(every.c.shipped_90, 0)
    sums: dict[str, ColumnElement[Any]] = {name: cast(func.sum(mine.c[name]), BigInteger) for name in RECENT}
    for name in ("returned_90", "problem_90"):
        sums[f"expected_{name}"] = func.sum(share * every.c[name])
    recent = (
        select(mine.c.partner_id, *(total.label(name) for name, total in sums.items()))
        .join(wanted, wanted.c.id == mine.c.partner_id)
        .join(every, and_(every.c.partner_id == ALL_PARTNERS, every.c.courier == mine.c.courier))
        .group_by(mine.c.partner_id)
        .subquery()
    )
    of_life = (life.orders_shipped, life.orders_returned, life.orders_problem, life.payouts, life.usual_payout)
    return (
        select(life.partner_id, *of_life, *(func.coalesce(recent.c[name], 0) for name in sums))
        .join(wanted, wanted.c.id == life.partner_id)
        .outerjoin(recent, recent.c.partner_id == life.partner_id)
        .where(or_(life.orders_created > 0, life.payouts > 0))
    )


_QUESTION = _question()


class _Known(NamedTuple):
    """Facts as of one version of the data, by partner; None where there are none."""

    version: int
    facts: dict[int, OrderFacts | None]


class RiskFacts:
    """The facts of partners, remembered until the next landing: they follow from the marts alone."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._known: _Known | None = None

    def of(self, partner_ids: Collection[int]) -> dict[int, OrderFacts]:
        """The facts of each partner that has landed orders or completed withdrawals, as of the newest landing."""
        if not partner_ids:
            return {}
        with self._warehouse.read() as connection:
            return self._of(connection, partner_ids)

    def load_waiting(self) -> None:
        """Read the facts that the queue needs, ahead of whoever opens it next."""
        waiting = select(fct_withdrawals.c.partner_id).where(fct_withdrawals.c.status.in_(WAITING)).distinct()
        with self._warehouse.read() as connection:
            self._of(connection, connection.scalars(waiting).all())

    def _of(self, connection: Connection, partner_ids: Collection[int]) -> dict[int, OrderFacts]:
        facts = self._of_this_version(connection)
        missing = sorted({partner_id for partner_id in partner_ids if partner_id not in facts})
        if missing:
            rows = connection.execute(_QUESTION, {"partners": missing}).fetchall()
            answered = {partner_id: OrderFacts(*values) for partner_id, *values in rows}
            facts.update({partner_id: answered.get(partner_id) for partner_id in missing})
        return {partner_id: found for partner_id in partner_ids if (found := facts[partner_id]) is not None}

    def _of_this_version(self, connection: Connection) -> dict[int, OrderFacts | None]:
        version = connection.scalar(select(func.sum(etl_state.c.data_version)))
        if version is None:  # nothing was landed by a run: nothing says when it changes
            return {}
        known = self._known
        if known is None or known.version != version:
            known = self._known = _Known(int(version), {})
        return known.facts


def orders_of_number(connection: Connection, partner_id: int, number: str, page: Page) -> PageOf:
    """The very orders that a number of the dossier counts (one of NUMBERS), newest shipped first: order_id, order_no,
    airway_bill, courier, payment_method, state, shipped_at, delivered_at, return_shipping, net_profit.

    Raises:
        KeyError: for a number that is not one of NUMBERS.
    """
    names = "order_id order_no airway_bill courier payment_method state shipped_at delivered_at"
    money = "return_shipping net_profit"
    as_of = connection.scalar(select(func.max(mart_partner_recent.c.as_of))) or date.max  # no row: nothing is recent
    conditions = (fct_orders.c.partner_id == partner_id, counted_orders(fct_orders, as_of)[number])
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
        named
        | {name: round(named[name], _KEPT_DECIMALS) for name in rounded}
        | {"expected_return_cost": facts.expected_return_cost}
    )
