"""Questions about problem partners, with random arguments and both answers."""

from collections.abc import Callable
from typing import Any

from queries import problem_partners as product
from queries.filters import Page, Sort
from queries.problem_partners import ProblemFilter
from queries.wib import Period
from tests.oracle import problem_partners
from tests.oracle.asking import Asking, Both


def _problem_page(asking: Asking) -> Both:
    rng, joined = asking.rng, asking.maybe_period()
    marks = rng.choice(((), (), (0,), (1, 2), (3,)))
    ids = tuple({asking.partner() for _number in range(3)}) if rng.random() < 0.3 else None
    over_half = rng.random() < 0.3  # few orders: more than nothing is seldom above the limit
    wanted = problem_partners.Wanted(asking.word(), marks, asking.only(), joined, ids, over_half)
    sort = asking.sort(*product.SORTS) if rng.random() < 0.7 else None
    page = asking.page()
    given = product.problem_page(
        asking.connection,
        ProblemFilter(wanted.search, marks, wanted.couriers, Period(*joined) if joined else None, ids, over_half),
        Sort(*sort) if sort else None,
        Page(*page),
    )
    rows, total, sums = problem_partners.problem_page(asking.found, wanted, sort, page)
    return Both((wanted, sort, page), [given, given.sums], [[rows, total], sums])


def _of_all(asked: Any, oracle: Any) -> Callable[[Asking], Both]:
    return lambda asking: Both((), asked(asking.connection), oracle(asking.found))


ANSWERS: dict[Any, Callable[[Asking], Both]] = {
    product.problem_page: _problem_page,
    product.problem_counts: _of_all(product.problem_counts, problem_partners.problem_counts),
    product.unmarked_count: _of_all(product.unmarked_count, problem_partners.unmarked_count),
}
