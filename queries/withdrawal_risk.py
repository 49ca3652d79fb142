"""What a partner's orders and payouts say about the risk of a withdrawal. Definitions: docs/metrics.md, Withdrawals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

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

from queries.filters import Page, PageOf
from queries.frames import frame
from queries.recent import counted_orders
from queries.schema import fct_orders, mart_partner_recent, mart_partners
from queries.schema.marts import ALL_PARTNERS, RECENT


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
    cod_in_window: int = 0  # net profit of COD orders delivered within RETUR_WINDOW_DAYS
    expected_returned_90: float = 0.0
    expected_problem_90: float = 0.0

    @property
    def expected_return_cost(self) -> int:
        """Expected return shipping: running orders x the retur ratio of the partner's life, and arriving ones."""
        running = self.running_return_shipping * self.returned_life
        return (running // self.shipped_life if self.shipped_life else 0) + self.arriving_return_shipping


NUMBERS = ("shipped_life", "returned_life", "problem_life", *RECENT)


def _wanted(column: ColumnElement[int]) -> ColumnElement[bool]:
    # one list: DuckDB takes longer to read a thousand numbers of a text than to answer
    return column.in_(select(func.unnest(cast(bindparam("partners"), ARRAY(BigInteger)))))


def _of_recent_orders() -> Select[Any]:
    """The fields of OrderFacts from the mart of recent orders, behind the partner's id."""
    mine, every = mart_partner_recent, mart_partner_recent.alias()
    share = cast(mine.c.shipped_90, Double) / func.nullif(every.c.shipped_90, 0)
    return (
        select(
            mine.c.partner_id,
            *(cast(func.sum(mine.c[name]), BigInteger) for name in RECENT),
            *(func.coalesce(func.sum(share * every.c[name]), 0.0) for name in ("returned_90", "problem_90")),
        )
        .join(every, and_(every.c.partner_id == ALL_PARTNERS, every.c.courier == mine.c.courier))
        .where(_wanted(mine.c.partner_id))
        .group_by(mine.c.partner_id)
    )


_partner = mart_partners.c
_OF_LIFE = select(
    _partner.partner_id,
    _partner.orders_shipped,
    _partner.orders_returned,
    _partner.orders_problem,
    _partner.payouts,
    _partner.usual_payout,
).where(_wanted(_partner.partner_id), or_(_partner.orders_created > 0, _partner.payouts > 0))
_OF_RECENT_ORDERS = _of_recent_orders()


def order_facts(connection: Connection, partner_ids: Collection[int]) -> dict[int, OrderFacts]:
    """The facts of each partner that has landed orders or completed withdrawals, as of the newest landing."""
    partners = {"partners": sorted(set(partner_ids))}
    recent = {row[0]: row[1:] for row in connection.execute(_OF_RECENT_ORDERS, partners).fetchall()}
    of_life = connection.execute(_OF_LIFE, partners).fetchall()
    return {row[0]: OrderFacts(*row[1:], *recent.get(row[0], ())) for row in of_life}


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
        named | {name: round(named[name], 2) for name in rounded} | {"expected_return_cost": facts.expected_return_cost}
    )
