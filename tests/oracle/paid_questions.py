"""Questions about what was paid, with random arguments and both answers."""

from collections.abc import Callable
from typing import Any

import queries.paid
from queries.filters import Page, Sort
from queries.wib import Period
from tests.oracle import paid
from tests.oracle.asking import Asking, Both


def _of_days(asked: Any, oracle: Any) -> Callable[[Asking], Both]:
    """A question whose argument is a period."""

    def ask(asking: Asking) -> Both:
        period = asking.period()
        return Both(period, asked(asking.connection, Period(*period)), oracle(asking.found, *period))

    return ask


def _per_partner(asking: Asking) -> Both:
    period, page = asking.period(), asking.page()
    sort = asking.sort("partner", "withdrawals", "nominal", "paid")
    given = queries.paid.per_partner(asking.connection, Period(*period), Sort(*sort), Page(*page))
    whole = paid.total(asking.found, *period)
    sums = {name: whole[name] for name in ("withdrawals", "nominal")}
    return Both((period, sort, page), [given, given.sums], [paid.per_partner(asking.found, period, sort, page), sums])


ANSWERS: dict[Any, Callable[[Asking], Both]] = {
    queries.paid.total: _of_days(queries.paid.total, paid.total),
    queries.paid.per_bank: _of_days(queries.paid.per_bank, paid.per_bank),
    queries.paid.per_week: _of_days(queries.paid.per_week, paid.per_week),
    queries.paid.per_partner: _per_partner,
}
