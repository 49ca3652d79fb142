"""Questions of the executive summary, with random arguments and both answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import queries.summary
import queries.summary_news
from queries.wib import Period
from tests.oracle import summary
from tests.oracle.asking import Asking, Both
from tests.oracle.days import midnight


def _of_couriers(asked: Any, oracle: Any) -> Callable[[Asking], Both]:
    """A question whose arguments are a period and couriers."""

    def ask(asking: Asking) -> Both:
        period, only = asking.period(), asking.only()
        given = asked(asking.connection, Period(*period), only)
        return Both((period, only), given, oracle(asking.found, *period, only))

    return ask


def _of_days(asked: Any, oracle: Any) -> Callable[[Asking], Both]:
    """A question whose argument is a period."""

    def ask(asking: Asking) -> Both:
        period = asking.period()
        return Both(period, asked(asking.connection, Period(*period)), oracle(asking.found, *period))

    return ask


def _lifetime(asking: Asking) -> Both:
    period, only = asking.period(), asking.only()
    given = queries.summary.lifetime(asking.connection, Period(*period), only)
    return Both((period, only), [given, given.per_partner], summary.lifetime(asking.found, *period, only))


def _partner_months(asking: Asking) -> Both:
    last, count, only = asking.day(), asking.rng.choice((1, 3)), asking.only()
    given = [
        [row.month, row.before, row.kept, row.retention, row.lifetime, row.lifetime.per_partner]
        for row in queries.summary.partner_months(asking.connection, last, count, only)
    ]
    return Both((last, count, only), given, summary.partner_months(asking.found, last, count, only))


def _churned(asking: Asking) -> Both:
    at = [asking.day() for _number in range(asking.rng.choice((1, 3)))]
    given = [
        [row.as_of, row.partners, row.days, row.mean_days] for row in queries.summary.churned(asking.connection, at)
    ]
    return Both((at,), given, summary.churned(asking.found, at))


def _news(asking: Asking) -> Both:
    beside = timedelta(microseconds=asking.rng.choice((-1, 0, 0, 1)))
    since = midnight(asking.day()) + beside if asking.rng.random() < 0.5 else asking.now - timedelta(hours=7)
    given = queries.summary_news.news(asking.connection, since, asking.now)
    return Both((since, asking.now), given, summary.news(asking.found, since, asking.now))


def _unread_tickets(asking: Asking) -> Both:
    given = queries.summary_news.unread_tickets(asking.connection)
    return Both((), given, summary.unread_tickets(asking.found))


def _waiting_ages(asking: Asking) -> Both:
    day = asking.day()
    given = queries.summary_news.waiting_ages(asking.connection, day)
    return Both((day,), given, summary.waiting_ages(asking.found, day))


ANSWERS: dict[Any, Callable[[Asking], Both]] = {
    queries.summary_news.news: _news,
    queries.summary_news.unread_tickets: _unread_tickets,
    queries.summary_news.waiting_ages: _waiting_ages,
    queries.summary.trade: _of_couriers(queries.summary.trade, summary.trade),
    queries.summary.daily: _of_couriers(queries.summary.daily, summary.daily),
    queries.summary.lifetime: _lifetime,
    queries.summary.partner_months: _partner_months,
    queries.summary.churned: _churned,
    queries.summary.owed: _of_days(queries.summary.owed, summary.owed),
    queries.summary.steps: _of_days(queries.summary.steps, summary.steps),
}
