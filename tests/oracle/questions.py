"""Every question that pages, the API and exports ask of the warehouse, with random arguments and both answers."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pandas as pd

import queries.health
import queries.income
import queries.juragan
import queries.order_detail
import queries.partner_detail
import queries.partners
import queries.pickups
import queries.reliability
import queries.search
import queries.ticket_detail
import queries.tickets
import queries.withdrawal_risk
import queries.withdrawals
from queries.filters import Page, PageOf, Sort
from queries.wib import Period
from queries.withdrawals import QueueFilter
from tests.oracle import (
    growth_questions,
    health,
    income_questions,
    juragan,
    order_detail,
    paid_questions,
    partner_detail,
    pickup_questions,
    problem_questions,
    reliability,
    search,
    summary_questions,
    ticket_detail,
    tickets,
    withdrawal_risk,
    withdrawals,
)
from tests.oracle.answers import plain
from tests.oracle.asking import Asking, Both
from tests.oracle.landed import WITHDRAWAL_STATES


def _days(period: tuple[date, date] | None) -> Period | None:
    return Period(*period) if period else None


ALL = (10**9, 0)  # as a page


def _whole(groups: Iterator[pd.DataFrame]) -> list[Any]:
    """The rows of an export, which comes in groups."""
    return [row for group in groups for row in plain(group)]


Question = Callable[[Asking], Both]
QUESTIONS: dict[Any, Question] = {
    **pickup_questions.ANSWERS,
    **paid_questions.ANSWERS,
    **growth_questions.ANSWERS,
    **summary_questions.ANSWERS,
    **income_questions.ANSWERS,
    **problem_questions.ANSWERS,
}


def _answers(asked: Any) -> Callable[[Question], Question]:
    def keep(question: Question) -> Question:
        QUESTIONS[asked] = question
        return question

    return keep


def _of_a_period(asked: Any, oracle: Any) -> None:
    """A question whose arguments are a period and couriers."""

    def ask(asking: Asking) -> Both:
        period, only = asking.period(), asking.only()
        given = asked(asking.connection, Period(*period), only)
        return Both((*period, only), given, oracle(asking.found, *period, only))

    QUESTIONS[asked] = ask


def _of_a_period_until_today(asked: Any, oracle: Any) -> None:
    def ask(asking: Asking) -> Both:
        period, only = asking.period(), asking.only()
        given = asked(asking.connection, Period(*period), asking.today, only)
        return Both((*period, asking.today, only), given, oracle(asking.found, *period, asking.today, only))

    QUESTIONS[asked] = ask


def _of_nothing(asked: Any, oracle: Any) -> None:
    QUESTIONS[asked] = lambda asking: Both((), asked(asking.connection), oracle(asking.found))


def _of_a_partner(asked: Any, oracle: Any) -> None:
    def ask(asking: Asking) -> Both:
        partner = asking.partner()
        return Both((partner,), asked(asking.connection, partner), oracle(asking.found, partner))

    QUESTIONS[asked] = ask


def _of_an_order(asked: Any, oracle: Any) -> None:
    def ask(asking: Asking) -> Both:
        order = asking.order()
        return Both((order,), asked(asking.connection, order), oracle(asking.found, order))

    QUESTIONS[asked] = ask


def _of_a_ticket(asked: Any, oracle: Any) -> None:
    def ask(asking: Asking) -> Both:
        ticket = asking.ticket()
        return Both((ticket,), asked(asking.connection, ticket), oracle(asking.found, ticket))

    QUESTIONS[asked] = ask


def _list_of_a_partner(asked: Any, oracle: Any) -> None:
    def ask(asking: Asking) -> Both:
        partner, page = asking.partner(), asking.page()
        return Both(
            (partner, page), asked(asking.connection, partner, Page(*page)), oracle(asking.found, partner, page)
        )

    QUESTIONS[asked] = ask


for _asked, _oracle in (
    (queries.reliability.by_state, reliability.by_state),
    (queries.reliability.step_medians, reliability.step_medians),
    (queries.tickets.daily_totals, tickets.daily_totals),
    (queries.tickets.total, tickets.total),
):
    _of_a_period(_asked, _oracle)
for _asked, _oracle in (
    (queries.reliability.daily, reliability.daily),
    (queries.reliability.cohorts, reliability.cohorts),
):
    _of_a_period_until_today(_asked, _oracle)
for _asked, _oracle in (
    (queries.reliability.orders_without_events, reliability.orders_without_events),
    (queries.tickets.couriers, tickets.couriers),
    (queries.withdrawals.waiting_count, withdrawals.waiting_count),
    (queries.health.table_sizes, health.table_sizes),
):
    _of_nothing(_asked, _oracle)
for _asked, _oracle in (
    (queries.partner_detail.courier_mix, partner_detail.courier_mix),
    (queries.withdrawals.partner_risk, withdrawals.partner_risk),
    (queries.withdrawals.partner_balance, withdrawals.partner_balance),
):
    _of_a_partner(_asked, _oracle)
for _asked, _oracle in (
    (queries.order_detail.events, order_detail.events),
    (queries.order_detail.pickup, order_detail.pickup),
    (queries.order_detail.tickets, order_detail.tickets),
    (queries.order_detail.paid_by, order_detail.paid_by),
):
    _of_an_order(_asked, _oracle)
_of_a_ticket(queries.ticket_detail.messages, ticket_detail.messages)
for _asked, _oracle in (
    (queries.partner_detail.orders, partner_detail.orders),
    (queries.partner_detail.pickups, partner_detail.pickups),
    (queries.partner_detail.tickets, partner_detail.tickets),
    (queries.partner_detail.withdrawals, partner_detail.withdrawals),
    (queries.partner_detail.notes, partner_detail.notes),
):
    _list_of_a_partner(_asked, _oracle)


HEADLINES = (
    queries.health.table_sizes,
    queries.health.quarantine_page,
    queries.reliability.daily,
    queries.reliability.orders_without_events,
    queries.tickets.total,
    queries.pickups.waiting_counts,
    queries.pickups.punctuality,
    queries.pickups.monitoring_page,
    queries.partners.growth_page,
    queries.partners.activity,
    queries.juragan.month_page,
    queries.withdrawals.approval_summary,
    queries.withdrawals.partner_risk,
    queries.withdrawal_risk.RiskFacts,
    queries.income.listed_by,
)  # what pages say first


@_answers(queries.tickets.list_page)
def _ticket_list(asking: Asking) -> Both:
    period, only, page = asking.period(), asking.only(), asking.page()
    sort = asking.sort("created_at", "status", "partner")
    hour = asking.hour()
    given = queries.tickets.list_page(asking.connection, Period(*period), only, Sort(*sort), Page(*page), hour)
    wanted = tickets.list_page(asking.found, period, only, sort, page, hour)
    return Both((period, only, sort, page, hour), given, wanted)


@_answers(queries.tickets.hourly_totals)
def _ticket_hours(asking: Asking) -> Both:
    day, only = asking.day(), asking.only()
    given = queries.tickets.hourly_totals(asking.connection, day, only)
    return Both((day, only), given, tickets.hourly_totals(asking.found, day, only))


@_answers(queries.tickets.list_groups)
def _ticket_groups(asking: Asking) -> Both:
    period, only, sort = asking.period(), asking.only(), asking.sort("created_at", "status", "partner")
    hour = asking.hour()
    given = queries.tickets.list_groups(asking.connection, Period(*period), only, Sort(*sort), hour)
    wanted, _count = tickets.list_page(asking.found, period, only, sort, ALL, hour)
    return Both((period, only, sort, hour), _whole(given), wanted)


@_answers(queries.juragan.month_page)
def _juragan(asking: Asking) -> Both:
    month, search, page = asking.day(), asking.word(), asking.page()
    sort = asking.rng.choice((None, asking.sort(*queries.juragan.SORTS)))
    given = queries.juragan.month_page(asking.connection, month, search, Sort(*sort) if sort else None, Page(*page))
    rows = juragan.month_page(asking.found, month, search, sort, page)
    sums = juragan.month_sums(asking.found, month, search)
    return Both((month, search, sort, page), [given, given.sums], [rows, sums])


@_answers(queries.partner_detail.profile)
def _profile(asking: Asking) -> Both:
    partner = asking.partner()
    given = queries.partner_detail.profile(asking.connection, partner)
    shown = given and {name: value for name, value in given.items() if name != "search_text"}  # how it is searched
    return Both((partner,), shown, partner_detail.profile(asking.found, partner))


@_answers(queries.order_detail.facts)
def _facts_of_an_order(asking: Asking) -> Both:
    order = asking.order()
    given = queries.order_detail.facts(asking.connection, order)
    wanted = order_detail.facts(asking.found, order)
    names = given.keys() - {"order_id", "order_digits", "bill_digits", "source", "created_date"} if given else ()
    shown = given and {name: given[name] for name in names}
    return Both((order,), shown, wanted and {name: wanted[name] for name in names})


@_answers(queries.search.find)
def _search(asking: Asking) -> Both:
    text = asking.written()
    given = [(hit.kind.value, hit.key, hit.is_exact) for hit in queries.search.find(asking.connection, text)]
    return Both((text,), given, search.find(asking.found, text))


@_answers(queries.ticket_detail.facts)
def _facts_of_a_ticket(asking: Asking) -> Both:
    ticket = asking.ticket()
    given = queries.ticket_detail.facts(asking.connection, ticket)
    of_the_warehouse = {"ticket_digits", "source", "created_date", "updated_at"}
    shown = given and {name: value for name, value in given.items() if name not in of_the_warehouse}
    return Both((ticket,), shown, ticket_detail.facts(asking.found, ticket))


@_answers(queries.partner_detail.monthly)
def _monthly(asking: Asking) -> Both:
    partner, period = asking.partner(), asking.period()
    given = queries.partner_detail.monthly(asking.connection, partner, Period(*period))
    return Both((partner, period), given, partner_detail.monthly(asking.found, partner, *period))


@_answers(queries.withdrawals.queue_page)
def _queue(asking: Asking) -> Both:
    count = asking.rng.choice((0, 1, 3))
    statuses = tuple(asking.rng.sample(WITHDRAWAL_STATES, count))
    wanted = (asking.word(), statuses, asking.maybe_period(), asking.maybe_period())
    sort, page = asking.sort("age", "nominal", "paid"), asking.page()
    given_filter = QueueFilter(*wanted[:2], _days(wanted[2]), _days(wanted[3]))
    given = queries.withdrawals.queue_page(asking.connection, given_filter, Sort(*sort), Page(*page), asking.now)
    whole = withdrawals.queue_page(asking.found, wanted, sort, page, asking.now)
    sums = {"nominal": withdrawals.queue_sum(asking.found, wanted, asking.now)}
    return Both((wanted, sort, page), [given, given.sums], [whole, sums])


@_answers(queries.withdrawals.approval_summary)
def _summary(asking: Asking) -> Both:
    summary = queries.withdrawals.approval_summary(asking.connection, asking.now)
    given = {name: getattr(summary, name) for name in withdrawals.SUMMARY} | {
        "per_day": [summary.last_month.per_day, summary.month_before.per_day],
        "mean_seconds": [summary.approval.mean_seconds, summary.approval_before.mean_seconds],
    }
    return Both((asking.now,), given, withdrawals.approval_summary(asking.found, asking.now))


@_answers(queries.withdrawals.orders_behind)
def _orders_behind(asking: Asking) -> Both:
    number, page = asking.rng.choice([row["id"] for row in asking.found.withdrawals] or [1]), asking.page()
    given = queries.withdrawals.orders_behind(asking.connection, number, Page(*page))
    return Both((number, page), given, withdrawals.orders_behind(asking.found, number, page))


@_answers(queries.withdrawals.last_withdrawals)
def _last_withdrawals(asking: Asking) -> Both:
    partner = asking.partner()
    given = queries.withdrawals.last_withdrawals(asking.connection, partner)
    return Both((partner,), given, withdrawals.last_withdrawals(asking.found, partner, 5))


@_answers(queries.withdrawal_risk.RiskFacts)
def _facts(asking: Asking) -> Both:
    ids = [*asking.found.partners, 999]
    known = queries.withdrawal_risk.RiskFacts(asking.warehouse).of(ids)
    given = {key: _facts_given(facts) for key, facts in known.items()}
    wanted = {key: withdrawal_risk.facts(asking.found, key, asking.today) for key in ids}
    return Both((ids,), given, {key: facts for key, facts in wanted.items() if facts is not None})


def _facts_given(facts: queries.withdrawal_risk.OrderFacts) -> dict[str, Any]:
    exact = {name: getattr(facts, name) for name in ("expected_returned_90", "expected_problem_90")}
    return queries.withdrawal_risk.as_dict(facts) | exact


@_answers(queries.withdrawal_risk.orders_of_number)
def _orders_of_number(asking: Asking) -> Both:
    number, partner, page = asking.rng.choice(queries.withdrawal_risk.NUMBERS), asking.partner(), asking.page()
    given = queries.withdrawal_risk.orders_of_number(asking.connection, partner, number, Page(*page))
    wanted = withdrawal_risk.orders_of_number(asking.found, partner, number, asking.today, page)
    return Both((number, partner, page), given, wanted)


@_answers(queries.health.quarantine_page)
def _set_aside(asking: Asking) -> Both:
    given: PageOf = queries.health.quarantine_page(asking.connection, Page(10_000))
    rows = {(str(row["job"]), str(row["row_key"])) for row in given.rows.to_dict("records")}
    return Both((), sorted(rows), sorted(health.set_aside(asking.found)))


@_answers(queries.health.rows_aside)
def _rows_aside(asking: Asking) -> Both:
    given = sum(
        queries.health.rows_aside(asking.connection, source)
        for source in queries.health.sources(asking.connection)["source"]
    )
    return Both((), given, len(health.set_aside(asking.found)))


@_answers(queries.withdrawals.queue_groups)
def _queue_groups(asking: Asking) -> Both:
    wanted = (asking.word(), (), asking.maybe_period(), asking.maybe_period())
    sort = asking.sort("age", "nominal", "paid")
    given_filter = QueueFilter(*wanted[:2], _days(wanted[2]), _days(wanted[3]))
    given = _whole(queries.withdrawals.queue_groups(asking.connection, given_filter, Sort(*sort), asking.now))
    return Both((wanted, sort), given, withdrawals.queue_page(asking.found, wanted, sort, ALL, asking.now)[0])
