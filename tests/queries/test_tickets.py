from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.engine import Warehouse
from queries.filters import FilterError, Page, Sort
from queries.schema import dim_partners, dim_shipments, fct_tickets, mart_ticket_days
from queries.tickets import couriers, daily_totals, list_page, total
from queries.wib import Period, business_day

Put = Callable[..., None]
OCTOBER = Period(date(2022, 10, 1), date(2022, 10, 3))


@pytest.fixture
def tickets(put: Put) -> None:
    put(dim_shipments, *({"shipment_id": n, "courier": code} for n, code in enumerate(("JNE", "SAP"))))
    put(
        mart_ticket_days,
        {"day": date(2022, 9, 30), "courier": "JNE", "tickets": 9},
        {"day": date(2022, 10, 1), "courier": "JNE", "tickets": 2},
        {"day": date(2022, 10, 3), "courier": "LION", "tickets": 1},
    )


@pytest.mark.usefixtures("tickets")
def test_every_day_and_courier_is_present_with_zeros_and_extra_couriers(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        assert couriers(connection) == ("JNE", "LION", "SAP")
        rows = daily_totals(connection, OCTOBER)
        assert total(connection, OCTOBER) == 3
        assert total(connection, OCTOBER.before()) == 9
        assert total(connection, OCTOBER, ("JNE",)) == 2
        only = daily_totals(connection, OCTOBER, ("JNE",))
    assert len(rows) == 9
    assert (
        dict(zip(zip(rows["day"], rows["courier"], strict=True), rows["tickets"], strict=True))[
            (date(2022, 10, 2), "SAP")
        ]
        == 0
    )
    assert list(only["tickets"]) == [2, 0, 0]


def test_tickets_behind_a_day_turn_at_midnight_wib(warehouse: Warehouse, put: Put) -> None:
    put(dim_partners, {"partner_id": 1, "full_name": "Toko", "joined_at": datetime(2022, 1, 1)})
    instants = (datetime(2022, 9, 30, 16, 59, 59), datetime(2022, 9, 30, 17), datetime(2022, 10, 1, 17))
    put(
        fct_tickets,
        *(
            {"ticket_id": n, "partner_id": 1, "courier": "JNE", "ticket_no": f"T{n}", "created_at": at}
            for n, at in enumerate(instants)
        ),
    )
    expected = Counter(business_day(at) for at in instants)
    with warehouse.read() as connection:
        for day, count in expected.items():
            found = list_page(connection, Period(day, day), ("JNE",), Sort("created_at"), Page())
            assert found.total == len(found.rows) == count
        assert list_page(connection, OCTOBER, (), Sort("created_at"), Page(1)).total == 2
        assert list_page(connection, OCTOBER, ("SAP",), Sort("created_at"), Page()).total == 0
        with pytest.raises(FilterError, match="sort must be one of"):
            list_page(connection, OCTOBER, (), Sort("1; DROP TABLE"), Page())


@settings(max_examples=20, deadline=None)
@given(length=st.integers(0, 40), counts=st.lists(st.integers(0, 60), max_size=12, unique=True))
def test_daily_totals_equal_a_plain_recount(length: int, counts: list[int]) -> None:
    owner = Warehouse(":memory:")
    owner.create_tables()
    first = date(2022, 10, 1)
    period = Period(first, first + timedelta(days=length))
    with owner.write() as connection:
        for offset in counts:
            connection.execute(
                mart_ticket_days.insert().values(day=first + timedelta(days=offset), courier="JNE", tickets=offset + 1)
            )
    with owner.read() as connection:
        rows = daily_totals(connection, period, ("JNE",))
    owner.close()
    assert rows["tickets"].sum() == sum(offset + 1 for offset in counts if offset <= length)
    assert len(rows) == period.days
