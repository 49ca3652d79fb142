"""What was paid per bank, partner and week, against a plain recount."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from queries import paid
from queries.engine import Warehouse
from queries.filters import FilterError, Page, Sort
from queries.schema import dim_partners, fct_withdrawals
from queries.wib import Period, business_day, week_start

Put = Callable[..., None]
MONDAY = datetime(2022, 11, 6, 17)  # the first instant of Monday 7 November in WIB
WEEK = Period(date(2022, 11, 7), date(2022, 11, 13))
ROWS = [
    (1, "BCA", 100, "completed", MONDAY),
    (1, "BCA", 200, "completed", MONDAY + timedelta(days=7, microseconds=-1)),
    (2, "BRI", 250, "completed", MONDAY + timedelta(days=3)),
    (2, "BCA", 5, "completed", MONDAY + timedelta(days=7)),
    (2, "BCA", 7, "completed", MONDAY - timedelta(microseconds=1)),
    (1, "BNI", 1000, "reversed", MONDAY + timedelta(days=1)),
    (1, "BNI", 2000, "rejected", MONDAY + timedelta(days=1)),
    (1, "BNI", 3000, "requested", None),
]


@pytest.fixture
def rows(put: Put) -> None:
    put(
        dim_partners,
        {"partner_id": 1, "full_name": "Toko Berkah", "email": "a@mail.test", "joined_at": MONDAY},
        {"partner_id": 2, "full_name": "toko Asli", "email": "b@mail.test", "joined_at": MONDAY},
    )
    put(
        fct_withdrawals,
        *(
            {
                "withdrawal_id": number,
                "partner_id": partner,
                "bank_name": bank,
                "nominal": nominal,
                "status": status,
                "created_at": datetime(2022, 10, 1),
                "decided_at": decided,
                "bank_account_no": "1",
            }
            for number, (partner, bank, nominal, status, decided) in enumerate(ROWS, 1)
        ),
    )


def within(period: Period) -> list[tuple[int, str, int, date]]:
    """Partner, bank, rupiah and day of each payment."""
    return [
        (partner, bank, nominal, business_day(decided))
        for partner, bank, nominal, status, decided in ROWS
        if status == "completed" and decided and period.start <= business_day(decided) <= period.end
    ]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    "period", [WEEK, Period(date(2022, 11, 1), date(2022, 11, 30)), Period(date(2022, 11, 8), date(2022, 11, 9))]
)
def test_bank_week_and_total_are_the_recount(warehouse: Warehouse, period: Period) -> None:
    found = within(period)
    with warehouse.read() as connection:
        whole = paid.total(connection, period)
        banks, weeks = paid.per_bank(connection, period), paid.per_week(connection, period)
    money = [nominal for _partner, _bank, nominal, _day in found]
    assert (whole.withdrawals, whole.nominal) == (len(found), sum(money))
    assert (whole.partners, whole.banks) == (len({row[0] for row in found}), len({row[1] for row in found}))
    assert {(row.bank_name, row.nominal) for row in banks.itertuples()} == {
        (name, sum(row[2] for row in found if row[1] == name)) for _partner, name, _nominal, _day in found
    }
    assert sum(banks["withdrawals"]) == sum(weeks["withdrawals"]) == len(found)
    assert sum(weeks["nominal"]) == sum(money)
    assert list(weeks["week"]) == sorted(weeks["week"], reverse=True)
    for row in weeks.itertuples():
        assert row.nominal == sum(each[2] for each in found if week_start(each[3]) == row.week)


@pytest.mark.usefixtures("rows")
def test_every_week_has_a_row_that_begins_on_monday(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        weeks = paid.per_week(connection, Period(date(2022, 10, 30), date(2022, 11, 14)))
    assert [(row.week, row.withdrawals, row.nominal) for row in weeks.itertuples()] == [
        (date(2022, 11, 14), 1, 5),
        (date(2022, 11, 7), 3, 550),
        (date(2022, 10, 31), 1, 7),
        (date(2022, 10, 24), 0, 0),
    ]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort("nominal", descending=True), [1, 2]),
        (Sort("partner"), [2, 1]),
        (Sort("withdrawals"), [2, 1]),
        (Sort("paid", descending=True), [1, 2]),
    ],
)
def test_partners_are_sorted_and_summed_up(warehouse: Warehouse, sort: Sort, expected: list[int]) -> None:
    with warehouse.read() as connection:
        found = paid.per_partner(connection, WEEK, sort, Page())
        one = paid.per_partner(connection, WEEK, sort, Page(1))
    assert list(found.rows["partner_id"]) == expected
    assert list(one.rows["partner_id"]) == expected[:1]
    assert (one.total, one.sums) == (2, {"withdrawals": 3, "nominal": 550})


def test_nothing_paid_is_nothing(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        assert paid.total(connection, WEEK) == paid.PaidOut(0, 0, 0, 0)
        assert paid.per_bank(connection, WEEK).empty
        found = paid.per_partner(connection, WEEK, Sort("nominal"), Page())
        assert (found.total, found.sums["nominal"]) == (0, 0)
        assert list(paid.per_week(connection, WEEK)["nominal"]) == [0]


def test_an_unknown_sort_is_refused(warehouse: Warehouse) -> None:
    with warehouse.read() as connection, pytest.raises(FilterError, match="sort must be one of"):
        paid.per_partner(connection, WEEK, Sort("city"), Page())


def test_a_week_starts_on_monday_also_across_years() -> None:
    days = [date(2023, 1, 1), date(2023, 1, 2), date(2022, 12, 31)]
    assert [week_start(day) for day in days] == [date(2022, 12, 26), date(2023, 1, 2), date(2022, 12, 26)]
