"""Questions about income and profit, with random arguments and both answers."""

from collections.abc import Callable
from typing import Any

import queries.income
from queries.filters import Page, Sort
from queries.income import ORDER_FACTS, ORDER_SUMS, SUMMED, By, IncomeFilter
from queries.wib import Period
from tests.oracle import income
from tests.oracle.answers import plain
from tests.oracle.asking import Asking, Both
from vocabulary import PaymentMethod


def _wanted(asking: Asking) -> tuple[income.Wanted, IncomeFilter]:
    period, couriers = asking.period(), asking.only()
    payment = asking.rng.choice((None, None, "COD", "BANK TRANSFER"))
    partner = asking.partner() if asking.rng.random() < 0.4 else None
    wanted = income.Wanted(period, couriers, payment, partner)
    method = PaymentMethod(payment) if payment else None
    return wanted, IncomeFilter(Period(*period), couriers, method, partner)


def _of_a_filter(asked: Any, oracle: Any) -> Callable[[Asking], Both]:
    def ask(asking: Asking) -> Both:
        wanted, given = _wanted(asking)
        return Both((wanted,), asked(asking.connection, given), oracle(asking.found, wanted))

    return ask


def _series(asking: Asking) -> Both:
    (wanted, given), by = _wanted(asking), asking.rng.choice((By.DAY, By.MONTH, By.COURIER))
    rows = queries.income.series(asking.connection, given, by)
    return Both((wanted, by), rows, income.series(asking.found, wanted, by.value))


def _listed_by(asking: Asking) -> Both:
    (wanted, given), by, page = _wanted(asking), asking.rng.choice(list(By)), asking.page()
    sort = asking.sort("at", *SUMMED)
    found = queries.income.listed_by(asking.connection, given, by, Sort(*sort), Page(*page))
    whole = {name: value for name, value in income.total(asking.found, wanted).items() if name in SUMMED}
    rows = income.listed_by(asking.found, wanted, by.value, sort, page)
    return Both((wanted, by, sort, page), [found, found.sums], [rows, whole])


def _orders_page(asking: Asking) -> Both:
    (wanted, given), page = _wanted(asking), asking.page()
    sort = asking.sort("partner", *ORDER_FACTS, *ORDER_SUMS)
    found = queries.income.orders_page(asking.connection, given, Sort(*sort), Page(*page))
    rows = income.orders(asking.found, wanted, sort)
    whole = income.total(asking.found, wanted)
    sums = {name: whole[name] for name in ORDER_SUMS}
    shown = [rows[page[1] : page[1] + page[0]], len(rows)]
    return Both((wanted, sort, page), [found, found.sums], [shown, sums])


def _orders_groups(asking: Asking) -> Both:
    (wanted, given), sort = _wanted(asking), asking.sort("partner", *ORDER_FACTS, *ORDER_SUMS)
    groups = queries.income.orders_groups(asking.connection, given, Sort(*sort))
    rows = [row for group in groups for row in plain(group)]
    return Both((wanted, sort), rows, income.orders(asking.found, wanted, sort))


ANSWERS: dict[Any, Callable[[Asking], Both]] = {
    queries.income.couriers: lambda asking: Both(
        (), queries.income.couriers(asking.connection), income.couriers(asking.found)
    ),
    queries.income.total: _of_a_filter(queries.income.total, income.total),
    queries.income.series: _series,
    queries.income.listed_by: _listed_by,
    queries.income.orders_page: _orders_page,
    queries.income.orders_groups: _orders_groups,
    queries.income.credited: _of_a_filter(queries.income.credited, income.credited),
}
