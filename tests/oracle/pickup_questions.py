"""Questions about pickups, with random arguments and both answers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import queries.overdue
import queries.pickups
from queries.filters import Page, Sort
from queries.overdue import OverdueFilter
from queries.pickups import PickupFilter
from queries.wib import Period
from tests.oracle import overdue, pickups
from tests.oracle.answers import plain
from tests.oracle.asking import Asking, Both

ALL = (10**9, 0)  # as a page
Question = Callable[[Asking], Both]
ANSWERS: dict[Any, Question] = {}


def _answers(asked: Any) -> Callable[[Question], Question]:
    def keep(question: Question) -> Question:
        ANSWERS[asked] = question
        return question

    return keep


@_answers(queries.pickups.couriers)
def _couriers(asking: Asking) -> Both:
    return Both((), queries.pickups.couriers(asking.connection), pickups.couriers(asking.found))


@_answers(queries.pickups.lateness_by_hour)
def _lateness(asking: Asking) -> Both:
    period, only = asking.period(), asking.only()
    given = queries.pickups.lateness_by_hour(asking.connection, Period(*period), only)
    return Both((period, only), given, pickups.lateness_by_hour(asking.found, *period, only))


@_answers(queries.pickups.waiting_counts)
def _waiting(asking: Asking) -> Both:
    only, hour = asking.only(), asking.due_hour()
    given = queries.pickups.waiting_counts(asking.connection, asking.now, only, hour)
    return Both((only, hour), given, pickups.waiting_counts(asking.found, asking.now, only, hour))


@_answers(queries.pickups.punctuality)
def _punctuality(asking: Asking) -> Both:
    period, only, hour = asking.period(), asking.only(), asking.due_hour()
    given = queries.pickups.punctuality(asking.connection, Period(*period), only, hour)
    return Both((period, only, hour), given, pickups.punctuality(asking.found, *period, only, hour))


@_answers(queries.overdue.partners_page)
def _overdue_partners(asking: Asking) -> Both:
    wanted, contacts = (asking.only(), asking.due_hour()), asking.contacts()
    sort, page = asking.rng.choice((None, asking.sort("lateness", "overdue", "partner"))), asking.page()
    order = Sort(*sort) if sort else None
    given = queries.overdue.partners_page(
        asking.connection, OverdueFilter(*wanted), contacts, order, Page(*page), asking.now
    )
    found = overdue.partners_page(asking.found, wanted, contacts, sort, page, asking.now)
    return Both((wanted, contacts, sort, page), given, found)


@_answers(queries.overdue.bills)
def _overdue_bills(asking: Asking) -> Both:
    wanted, partners_ = (asking.only(), asking.due_hour()), [asking.partner() for _each in range(3)]
    given = queries.overdue.bills(asking.connection, partners_, OverdueFilter(*wanted), asking.now)
    return Both((wanted, partners_), given, overdue.bills(asking.found, partners_, wanted, asking.now))


def _pickups_wanted(
    asking: Asking,
) -> tuple[bool, tuple[str, ...], str, tuple[date, date] | None, int | None]:
    waiting_only = asking.rng.random() < 0.5
    return waiting_only, asking.only(), asking.word(), asking.maybe_period(), asking.due_hour()


@_answers(queries.pickups.matching_count)
def _count(asking: Asking) -> Both:
    wanted = _pickups_wanted(asking)
    pickup_filter = PickupFilter(*wanted[:3], Period(*wanted[3]) if wanted[3] else None, wanted[4])
    given = queries.pickups.matching_count(asking.connection, pickup_filter)
    return Both((wanted,), given, pickups.monitoring_page(asking.found, wanted, None, ALL, asking.now)[1])


@_answers(queries.pickups.monitoring_page)
def _monitoring(asking: Asking) -> Both:
    wanted = _pickups_wanted(asking)
    sort, page = asking.rng.choice((None, asking.sort("delay", "due"))), asking.page()
    pickup_filter = PickupFilter(*wanted[:3], Period(*wanted[3]) if wanted[3] else None, wanted[4])
    order = Sort(*sort) if sort else None
    given = queries.pickups.monitoring_page(asking.connection, pickup_filter, order, Page(*page), asking.now)
    return Both((wanted, sort, page), given, pickups.monitoring_page(asking.found, wanted, sort, page, asking.now))


@_answers(queries.pickups.monitoring_groups)
def _monitoring_groups(asking: Asking) -> Both:
    wanted = _pickups_wanted(asking)
    sort = asking.rng.choice((None, asking.sort("delay", "due")))
    pickup_filter, order = (
        PickupFilter(*wanted[:3], Period(*wanted[3]) if wanted[3] else None, wanted[4]),
        Sort(*sort) if sort else None,
    )
    groups = queries.pickups.monitoring_groups(asking.connection, pickup_filter, order, asking.now)
    given = [row for group in groups for row in plain(group)]
    rows, _count = pickups.monitoring_page(asking.found, wanted, sort, ALL, asking.now)
    left_out = ("order_status", "delay")
    return Both((wanted, sort), given, [{key: row[key] for key in row if key not in left_out} for row in rows])
