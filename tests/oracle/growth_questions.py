"""Questions about the growth of partners, with random arguments and both answers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import queries.growth_facets
import queries.growth_list
import queries.partners
from queries.filters import Page, Sort
from queries.partners import GrowthFilter
from queries.segments import InSegment, Segment
from queries.wib import Period
from tests.oracle import partners
from tests.oracle.asking import Asking, Both
from tests.oracle.days import month_of
from tests.oracle.segments import CODES, Wanted, city

ANSWERS: dict[Any, Callable[[Asking], Both]] = {}


def _answers(asked: Any) -> Callable[[Callable[[Asking], Both]], Callable[[Asking], Both]]:
    def keep(question: Callable[[Asking], Both]) -> Callable[[Asking], Both]:
        ANSWERS[asked] = question
        return question

    return keep


def _days(period: tuple[date, date] | None) -> Period | None:
    return Period(*period) if period else None


def _growth(asking: Asking) -> tuple[Wanted, GrowthFilter]:
    segment = (asking.rng.choice(CODES), asking.today) if asking.rng.random() < 0.3 else None
    cities = tuple({city(row) for row in asking.found.partners.values() if asking.rng.random() < 0.1})
    periods, word, owner = (
        (asking.maybe_period(), asking.maybe_period()),
        asking.word(),
        asking.rng.choice((None, None, 0, 1)),
    )
    wanted = Wanted(*periods, word, segment, cities, asking.only(), owner)
    given_segment = InSegment(Segment(segment[0]), segment[1]) if segment else None
    days = [_days(period) for period in periods]
    return wanted, GrowthFilter(*days, word, given_segment, cities, wanted.couriers, owner)


@_answers(queries.partners.growth_page)
def _growth_page(asking: Asking) -> Both:
    (wanted, given_filter), page = _growth(asking), asking.page()
    sort = asking.sort(*queries.partners.SORTS)
    given = queries.partners.growth_page(asking.connection, given_filter, Sort(*sort), Page(*page))
    return Both((wanted, sort, page), given, partners.growth_page(asking.found, wanted, sort, page))


@_answers(queries.partners.handed_since)
def _handed_since(asking: Asking) -> Both:
    period = asking.period()
    ids = sorted({asking.partner() for _number in range(3)})
    given = queries.partners.handed_since(asking.connection, ids, Period(*period))
    return Both((ids, period), given, partners.handed_since(asking.found, ids, *period))


@_answers(queries.partners.activity)
def _activity(asking: Asking) -> Both:
    wanted, given_filter = _growth(asking)
    day = asking.rng.choice((asking.today, asking.today + timedelta(days=31)))
    given = queries.partners.activity(asking.connection, given_filter, day)
    return Both((wanted, day), given, partners.activity(asking.found, wanted, day))


@_answers(queries.partners.retention)
def _retention(asking: Asking) -> Both:
    wanted, given_filter = _growth(asking)
    months = sorted({month_of(asking.day()) for _number in range(3)})
    given = queries.partners.retention(asking.connection, given_filter, months, asking.today)
    return Both((wanted, months), given, partners.retention(asking.found, wanted, months, asking.today))


@_answers(queries.growth_list.growth_list)
def _growth_list(asking: Asking) -> Both:
    (wanted, given_filter), page = _growth(asking), asking.page()
    sort = asking.sort(*queries.growth_list.SORTS)
    order, at = Sort(*sort), Page(*page)
    given = queries.growth_list.growth_list(asking.connection, given_filter, order, at, asking.today)
    return Both((wanted, sort, page), given, partners.growth_list(asking.found, wanted, sort, page, asking.today))


def _of_a_filter(question: Callable[..., Any], counted: Callable[..., Any], *, needs_today: bool = False) -> None:
    """A question that is asked with a filter, and today where that says what is new or lost."""

    @_answers(question)
    def asked(asking: Asking) -> Both:
        wanted, given_filter = _growth(asking)
        today = (asking.today,) if needs_today else ()
        given = question(asking.connection, given_filter, *today)
        return Both((wanted,), given, counted(asking.found, wanted, *today))


_of_a_filter(queries.partners.funnel, partners.funnel, needs_today=True)
_of_a_filter(queries.growth_facets.segment_counts, partners.segment_counts, needs_today=True)
_of_a_filter(queries.growth_list.growth_sums, partners.growth_sums, needs_today=True)
_of_a_filter(queries.growth_facets.owner_facets, partners.owner_facets)
_of_a_filter(queries.growth_facets.city_facets, partners.city_facets)
_of_a_filter(queries.growth_facets.courier_facets, partners.courier_facets)
