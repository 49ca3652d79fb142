from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from queries.engine import Warehouse
from queries.filters import FilterError, Page, Sort
from queries.schema import dim_partners, fct_ledger, fct_orders, fct_withdrawals, mart_partners
from queries.wib import Period
from queries.withdrawals import (
    QueueFilter,
    approval_summary,
    last_withdrawals,
    orders_behind,
    partner_balance,
    partner_risk,
    queue_page,
    waiting_count,
)

NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)
Put = Callable[..., None]


def at(day: int, hour: int = 0, month: int = 11) -> datetime:
    return datetime(2022, month, day, hour)


@pytest.fixture
def queue(put: Put) -> None:
    put(
        dim_partners,
        {"partner_id": 1, "full_name": "Toko 100% Asli", "email": "Asli@Mail.test", "joined_at": at(1)},
        {"partner_id": 2, "full_name": "Berkah_Jaya", "email": "b@mail.test", "joined_at": at(1)},
    )
    put(
        fct_withdrawals,
        withdrawal(1, 1, 500, "requested", at(10)),
        withdrawal(2, 2, 900, "on_review", at(9)),
        withdrawal(3, 1, 700, "completed", at(1), decided_at=at(2, 6)),
        withdrawal(4, 2, 800, "completed", at(1, month=9), decided_at=at(2, month=9)),
        withdrawal(5, 2, 100, "canceled", datetime(2022, 10, 31, 16, 59), decided_at=at(1)),
    )


def withdrawal(key: int, partner: int, nominal: int, status: str, created: datetime, **more: Any) -> dict[str, Any]:
    return {
        "withdrawal_id": key,
        "partner_id": partner,
        "nominal": nominal,
        "status": status,
        "created_at": created,
        "bank_account_no": f"00{key}",
        **more,
    }


def ids(
    warehouse: Warehouse, query_filter: QueueFilter, sort: Sort | None = None, page: Page | None = None
) -> list[int]:
    with warehouse.read() as connection:
        result = queue_page(connection, query_filter, sort or Sort("age"), page or Page(), NOW)
    return [int(key) for key in result.rows["withdrawal_id"]]


@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize(
    ("query_filter", "sort", "expected"),
    [
        (QueueFilter(), Sort("age", descending=True), [2, 1, 3, 4, 5]),
        (QueueFilter(), Sort("age"), [1, 2, 5, 4, 3]),
        (QueueFilter(), Sort("nominal", descending=True), [2, 1, 4, 3, 5]),
        (QueueFilter(search="ASLI@mail"), Sort("age"), [1, 3]),
        (QueueFilter(search="100%"), Sort("age"), [1, 3]),
        (QueueFilter(search="%"), Sort("age"), [1, 3]),
        (QueueFilter(search="h_j"), Sort("age"), [2, 5, 4]),
        (QueueFilter(search="004"), Sort("age"), [4]),
        (QueueFilter(search="' OR 1=1 --"), Sort("age"), []),
        (QueueFilter(statuses=("completed",)), Sort("age"), [4, 3]),
        (QueueFilter(period=Period(date(2022, 10, 31), date(2022, 10, 31))), Sort("age"), [5]),
        (QueueFilter(period=Period(date(2022, 11, 1), date(2022, 11, 9))), Sort("age"), [2, 3]),
        (QueueFilter(), Sort("paid", descending=True), [1, 2, 3, 4, 5]),
        (QueueFilter(), Sort("paid"), [1, 2, 4, 3, 5]),
        (QueueFilter(paid=Period(date(2022, 11, 1), date(2022, 11, 9))), Sort("paid"), [3]),  # 5 was canceled then
    ],
)
def test_queue_puts_what_waits_first_sorts_by_the_age_that_is_shown_and_filters(
    warehouse: Warehouse, query_filter: QueueFilter, sort: Sort, expected: list[int]
) -> None:
    assert ids(warehouse, query_filter, sort) == expected


@pytest.mark.usefixtures("queue")
def test_queue_pages_with_the_total_of_all(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        second = queue_page(connection, QueueFilter(), Sort("age"), Page(2, 2), NOW)
    assert (list(second.rows["withdrawal_id"]), second.total) == ([5, 4], 5)
    assert second.sums == {"nominal": 3000}  # of all five
    assert second.rows["paid_at"].isna().tolist() == [True, False]
    assert list(second.rows["age_seconds"]) == [7 * 3600 + 60, 86_400]


@pytest.mark.usefixtures("queue")
def test_summary_counts_waiting_last_month_and_the_mean_time_to_approval(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        summary = approval_summary(connection, NOW)
        assert waiting_count(connection) == 2
    assert (summary.waiting_status, summary.waiting_nominal) == (2, 1400)
    assert summary.avg_req_last_month == 0  # 1 request in 31 days
    assert summary.avg_approval_seconds == 30 * 3600  # number 4 is older than 30 days


@pytest.mark.parametrize(
    ("now", "months"),
    [
        (datetime(2022, 10, 31, 3, tzinfo=UTC), (date(2022, 9, 1), date(2022, 8, 1))),  # 30 days ago is still October
        (datetime(2022, 3, 1, 3, tzinfo=UTC), (date(2022, 2, 1), date(2022, 1, 1))),  # 30 days ago is January
        (datetime(2022, 1, 31, 17, tzinfo=UTC), (date(2022, 1, 1), date(2021, 12, 1))),  # midnight of 1 February WIB
    ],
)
def test_requests_are_compared_with_the_month_before_exactly(
    warehouse: Warehouse, put: Put, now: datetime, months: tuple[date, date]
) -> None:
    last, before = (datetime(month.year, month.month, 5) for month in months)
    put(
        fct_withdrawals,
        *(withdrawal(key, 1, 10, "canceled", last) for key in range(46)),
        *(withdrawal(100 + key, 1, 10, "canceled", before) for key in range(44)),
    )
    with warehouse.read() as connection:
        found = approval_summary(connection, now)
    assert (found.last_month.requests, found.month_before.requests) == (46, 44)
    assert found.last_month.per_day == Fraction(46, monthrange(last.year, last.month)[1])
    assert found.month_before.per_day == Fraction(44, monthrange(before.year, before.month)[1])


def test_the_mean_time_to_approval_is_exact(warehouse: Warehouse, put: Put) -> None:
    put(
        fct_withdrawals,
        withdrawal(1, 1, 10, "completed", at(10), decided_at=at(10) + timedelta(microseconds=1)),
        withdrawal(2, 1, 10, "completed", at(10), decided_at=at(10) + timedelta(seconds=2)),
        withdrawal(3, 1, 10, "completed", at(10), decided_at=at(10) + timedelta(seconds=1)),
        withdrawal(4, 1, 10, "completed", at(1, month=10), decided_at=at(1, 1, month=10)),  # of the 30 days before
    )
    with warehouse.read() as connection:
        found = approval_summary(connection, NOW)
    assert found.approval.mean_seconds == Fraction(3_000_001, 3_000_000)
    assert found.avg_approval_seconds == 1
    assert found.approval_before.mean_seconds == 3600


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        (datetime(2022, 11, 6, 16, 59, 59, 999_999), []),  # still Sunday in WIB
        (datetime(2022, 11, 6, 17), [1]),
        (datetime(2022, 11, 13, 16, 59, 59, 999_999), [1]),
        (datetime(2022, 11, 13, 17), []),
    ],
)
def test_days_of_payment_are_days_in_wib(warehouse: Warehouse, put: Put, paid: datetime, expected: list[int]) -> None:
    put(dim_partners, {"partner_id": 1, "full_name": "Toko", "email": "t@mail.test", "joined_at": at(1)})
    put(fct_withdrawals, withdrawal(1, 1, 10, "completed", at(1), decided_at=paid))
    week = Period(date(2022, 11, 7), date(2022, 11, 13))
    assert ids(warehouse, QueueFilter(paid=week)) == expected


def test_unknown_status_and_sort_are_refused(warehouse: Warehouse) -> None:
    with pytest.raises(FilterError, match="status 'paid'"):
        QueueFilter(statuses=("paid",))
    with warehouse.read() as connection, pytest.raises(FilterError, match="sort must be one of"):
        queue_page(connection, QueueFilter(), Sort("drop table"), Page(), NOW)


def order(key: int, state: str, **more: Any) -> dict[str, Any]:
    return {"order_id": key, "partner_id": 1, "state": state, "created_at": at(1), "courier": "JNE", **more}


def test_risk_follows_the_definitions_half_up(warehouse: Warehouse, put: Put) -> None:
    put(
        mart_partners,
        {
            "partner_id": 1,
            "join_date": date(2022, 1, 1),
            "orders_shipped": 8,
            "orders_returned": 3,
            "orders_problem": 2,
        },
    )
    put(
        fct_orders,
        order(1, "Dikirim", return_shipping=1001, net_profit=10_000),
        order(2, "Dikirim", return_shipping=2000, net_profit=501, is_problem=True, problem_description="Alamat salah"),
        order(3, "Retur", is_retur=1, return_shipping=700, is_problem=True, problem_description="Alamat salah"),
        order(4, "Retur", is_retur=2, return_shipping=9000),
        order(5, "Diterima", net_profit=5000),
    )
    with warehouse.read() as connection:
        risk = partner_risk(connection, 1)
        assert partner_risk(connection, 99) is None
    assert risk is not None
    assert (risk.problem, risk.retur) == ((2, 8), (3, 8))
    assert risk.retur_shipping_potential == 1125  # 3001 x 3/8 = 1125.375
    assert risk.potential_income == 6563  # 10501 x 5/8 = 6563.125
    assert risk.retur_shipping_arriving == 700
    assert risk.problem_descriptions == (("Alamat salah", 2),)


def test_orders_behind_start_after_the_previous_completed_request(warehouse: Warehouse, put: Put) -> None:
    put(
        fct_withdrawals,
        withdrawal(1, 1, 10, "completed", at(3)),
        withdrawal(2, 1, 10, "rejected", at(5)),
        withdrawal(3, 1, 10, "requested", at(8)),
    )
    put(
        fct_orders,
        order(1, "Diterima", delivered_at=at(3)),
        order(2, "Diterima", delivered_at=at(3) + timedelta(seconds=1)),
        order(3, "Diterima", delivered_at=at(8)),
        order(4, "Diterima", delivered_at=at(8, 1)),
        order(5, "Retur", delivered_at=at(4)),
        {**order(6, "Diterima", delivered_at=at(4)), "partner_id": 2},
    )
    with warehouse.read() as connection:
        behind = orders_behind(connection, 3, Page())
        last = last_withdrawals(connection, 1, 2)
    assert (list(behind.rows["order_id"]), behind.total) == ([3, 2], 2)
    assert list(last["withdrawal_id"]) == [3, 2]


def test_balance_is_the_sum_of_available_entries(warehouse: Warehouse, put: Put) -> None:
    entry = {"partner_id": 1, "created_at": at(1)}
    put(
        fct_ledger,
        {**entry, "entry_id": 1, "account_kind": "partner_available", "amount": 900},
        {**entry, "entry_id": 2, "account_kind": "partner_available", "amount": -300},
        {**entry, "entry_id": 3, "account_kind": "partner_reserved", "amount": 300},
    )
    with warehouse.read() as connection:
        assert partner_balance(connection, 1) == 600
        assert partner_balance(connection, 2) == 0
