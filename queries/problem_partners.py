"""Partners whose orders are problems more often than not. Definitions: docs/metrics.md, Users over 50 %."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, FromClause, Subquery, and_, case, func, select, tuple_

from queries.filters import Page, PageOf, Sort, require_sort
from queries.frames import frame
from queries.measures import is_problem, is_running, is_shipped
from queries.partners import matching_search
from queries.schema import dim_partners, dim_products, fct_orders, mart_partners
from queries.wib import Period
from vocabulary import BLOCKING

LEAST_SHIPPED = 10  # fewer shipped orders say nothing about a partner
SORTS = (
    "full_name",
    "join_date",
    "problem",
    "retur",
    "orders_shipped",
    "running",
    "problem_status",
    "courier",
    "courier_orders",
    "payment_orders",
    "product_orders",
    "top_problem_orders",
)
SUMMED = ("orders_shipped", "orders_problem", "orders_returned", "running")
_OF_PARTNER = (
    "partner_id full_name email phone city join_date problem_status orders_shipped orders_problem orders_returned"
)
_TOPS = (
    ("courier", "courier_orders", "shipped"),
    ("payment_method", "payment_orders", "shipped"),
    ("product_id", "product_orders", "shipped"),
    ("problem_description", "top_problem_orders", "problem"),
)  # what is asked of orders, how many have the most frequent value, of which orders


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    """Which partners: text anywhere in name, e-mail or phone, marks (ProblemMark; none means all), couriers that are
    the most used one, days of joining, these ids only; `over_half`: those above the limit, else all that bear a mark.
    """

    search: str = ""
    marks: tuple[int, ...] = ()
    couriers: tuple[str, ...] = ()
    joined: Period | None = None
    partner_ids: tuple[int, ...] | None = None
    over_half: bool = True


@dataclass(frozen=True, slots=True)
class ProblemCounts:
    """Partners above the limit by mark, and all of whom nothing is paid to."""

    by_mark: dict[int, int]
    blocked: int

    @property
    def total(self) -> int:
        """All above the limit."""
        return sum(self.by_mark.values())


def is_over_half(partners: FromClause) -> ColumnElement[bool]:
    """More than half of at least LEAST_SHIPPED shipped orders are problems; compared exactly, before any rounding."""
    shipped: ColumnElement[Any] = partners.c.orders_shipped
    return and_(shipped >= LEAST_SHIPPED, partners.c.orders_problem * 2 > shipped)


def problem_page(connection: Connection, wanted: ProblemFilter, sort: Sort | None, page: Page) -> PageOf:
    """One page of partners; without a sort those that are neither fake nor on hold come first, by their ratio.

    Columns: partner_id, full_name, email, phone, city, join_date, problem_status, orders_shipped, orders_problem,
    orders_returned, running (orders on their way), updated_at (of the partner), and of the shipped orders: courier,
    courier_orders, payment_method, payment_orders, product, product_orders: the most used one and its orders; of the
    problem orders: top_problem, top_problem_orders. The most used one is None, and 0 orders, where no order names any.
    Sums over all that match: orders_shipped, orders_problem, orders_returned, running.

    Raises:
        FilterError: for an unknown sort column.
    """
    require_sort(sort, SORTS, "order_by")
    rows = _rows(wanted)
    totals = [
        func.count().over().label("total"),
        *(func.sum(rows.c[name]).over().label(f"all_{name}") for name in SUMMED),
    ]
    statement = select(rows, *totals).order_by(*_order(rows, sort), rows.c.partner_id)
    found = frame(connection, statement.limit(page.limit).offset(page.offset))
    shown = found[[column.name for column in rows.c]]
    if found.empty:  # none match, or they end before this page
        first = None if page.offset == 0 else problem_page(connection, wanted, sort, Page(1))
        return PageOf(shown, first.total if first else 0, first.sums if first else dict.fromkeys(SUMMED, 0))
    return PageOf(shown, int(found["total"][0]), {name: int(found[f"all_{name}"][0]) for name in SUMMED})


def problem_counts(connection: Connection) -> ProblemCounts:
    """How many partners are above the limit, by mark."""
    mark = mart_partners.c.problem_status
    over = select(mark, func.count()).where(is_over_half(mart_partners)).group_by(mark).order_by(mark)
    blocked = connection.scalar(select(func.count()).where(mark.in_(BLOCKING)))
    return ProblemCounts({int(each): int(count) for each, count in connection.execute(over)}, int(blocked or 0))


def unmarked_count(connection: Connection) -> int:
    """Partners above the limit that nobody marked yet."""
    return problem_counts(connection).by_mark.get(0, 0)


def _order(rows: FromClause, sort: Sort | None) -> list[ColumnElement[Any]]:
    shipped = func.nullif(rows.c.orders_shipped, 0)  # no order, no ratio: it stands last, whichever way
    ratios = {
        "problem": rows.c.orders_problem / shipped,
        "retur": rows.c.orders_returned / shipped,
        "courier_orders": rows.c.courier_orders / shipped,
        "payment_orders": rows.c.payment_orders / shipped,
        "product_orders": rows.c.product_orders / shipped,
        "top_problem_orders": rows.c.top_problem_orders / func.nullif(rows.c.orders_problem, 0),
    }
    if sort is None:
        stopped = case((rows.c.problem_status.in_(BLOCKING), 1), else_=0)
        return [stopped, *_order(rows, Sort("problem", descending=True))]
    by = ratios[sort.column] if sort.column in ratios else rows.c[sort.column]
    return [case((by.is_(None), 1), else_=0), by.desc() if sort.descending else by.asc()]


def _rows(wanted: ProblemFilter) -> Subquery:
    """The partners that match, with what their orders say."""
    partners = _partners(wanted)
    best = _best(_orders(partners))
    joined = partners.outerjoin(best, best.c.partner_id == partners.c.partner_id)
    joined = joined.outerjoin(dim_products, dim_products.c.product_id == best.c.product_id)
    counts = (func.coalesce(best.c[name], 0).label(name) for name in ("running", *(count for _n, count, _w in _TOPS)))
    names = (best.c[name].label(name) for name in ("courier", "payment_method"))
    products, problems = dim_products.c.name.label("product"), best.c.problem_description.label("top_problem")
    statement = select(*partners.c, *counts, *names, products, problems).select_from(joined)
    if wanted.couriers:
        statement = statement.where(best.c.courier.in_(wanted.couriers))
    return statement.subquery("listed")


def _partners(wanted: ProblemFilter) -> CTE:
    mark = mart_partners.c.problem_status
    conditions = [is_over_half(mart_partners) if wanted.over_half else mark != 0, *matching_search(wanted.search)]
    if wanted.marks:
        conditions.append(mark.in_(wanted.marks))
    if wanted.joined is not None:
        conditions.append(mart_partners.c.join_date.between(wanted.joined.start, wanted.joined.end))
    if wanted.partner_ids is not None:
        conditions.append(mart_partners.c.partner_id.in_(wanted.partner_ids))
    changed = select(dim_partners.c.updated_at).where(dim_partners.c.partner_id == mart_partners.c.partner_id)
    columns = (mart_partners.c[name] for name in _OF_PARTNER.split())
    return select(*columns, changed.scalar_subquery().label("updated_at")).where(*conditions).cte("wanted")


def _orders(partners: CTE) -> CTE:
    """The shipped orders of these partners, counted by what is asked about them: read once, for all questions."""
    kinds = [fct_orders.c[name] for name in ("partner_id", "courier", "payment_method", "product_id")]
    what = case((is_problem(fct_orders), fct_orders.c.problem_description)).label("problem_description")
    return (
        select(
            *(*kinds, what),
            func.count().label("shipped"),
            func.count().filter(is_problem(fct_orders)).label("problem"),
            func.count().filter(is_running(fct_orders)).label("running"),
        )
        .where(is_shipped(fct_orders), fct_orders.c.partner_id.in_(select(partners.c.partner_id)))
        .group_by(*kinds, what)
        .cte("counted")
    )


def _best(orders: CTE) -> Subquery:
    """By partner: running, and for each of _TOPS the value that most orders have, the first in order of those that tie,
    and how many have it."""
    names = [name for name, _count, _counted in _TOPS]
    sums = [func.sum(orders.c[name]).label(name) for name in ("shipped", "problem", "running")]
    left_out = [func.grouping(orders.c[name]).label(f"without_{name}") for name in names]
    sets = func.grouping_sets(*(tuple_(orders.c.partner_id, orders.c[name]) for name in names))
    each = select(orders.c.partner_id, *(orders.c[name] for name in names), *sums, *left_out).group_by(sets).subquery()
    found: list[ColumnElement[Any]] = []
    for name, count, counted in _TOPS:
        value, number = each.c[name], each.c[counted]
        mine = and_(each.c[f"without_{name}"] == 0, value.is_not(None), number > 0)
        found.append(func.arg_min(value, func.row(-number, value)).filter(mine).label(name))
        found.append(func.max(number).filter(mine).label(count))
    by_courier = each.c.without_courier == 0  # each order is in one of these groups
    running = func.sum(each.c.running).filter(by_courier).label("running")
    return select(each.c.partner_id, running, *found).group_by(each.c.partner_id).subquery("best")
