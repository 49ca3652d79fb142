"""The daily row, backlog and cohorts against a recount of the events in plain Python."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from etl import marts
from queries import reliability
from queries.engine import Warehouse
from queries.schema import fct_order_events, fct_orders, fct_tickets, mart_order_days
from queries.wib import Period, business_day

Put = Callable[..., None]
TODAY = date(2022, 11, 3)
PERIOD = Period(date(2022, 11, 1), date(2022, 11, 5))
MIDNIGHT = datetime(2022, 10, 31, 17)  # 1 Nov 2022 00.00 WIB
HISTORIES = {
    1: [
        ("Diajukan", MIDNIGHT - timedelta(seconds=1)),
        ("Dipacking", MIDNIGHT),
        ("Dikirim", MIDNIGHT + timedelta(days=1)),
    ],
    2: [("Diajukan", MIDNIGHT)],
    3: [
        ("Diajukan", MIDNIGHT - timedelta(days=40)),
        ("Dipacking", MIDNIGHT - timedelta(days=39)),
        ("Dikirim", MIDNIGHT - timedelta(days=38)),
        ("Retur", MIDNIGHT - timedelta(days=30)),
        ("Retur Diterima", MIDNIGHT + timedelta(days=2, hours=3)),
    ],
    4: [
        ("Diajukan", MIDNIGHT + timedelta(hours=1)),
        ("Dipacking", MIDNIGHT + timedelta(hours=2)),
        ("Dikirim", MIDNIGHT + timedelta(hours=4)),
        ("Diterima", MIDNIGHT + timedelta(hours=20)),
    ],
    5: [("Diajukan", MIDNIGHT + timedelta(hours=5)), ("Batal", MIDNIGHT + timedelta(days=1, hours=5))],
}
_STAMPS = {
    "Dipacking": "packed_at",
    "Dikirim": "shipped_at",
    "Diterima": "delivered_at",
    "Retur": "returned_at",
    "Retur Diterima": "return_received_at",
    "Batal": "canceled_at",
}


@pytest.fixture(autouse=True)
def landed(warehouse: Warehouse, put: Put) -> None:
    event_id = 0
    for order, history in HISTORIES.items():
        created = history[0][1]
        last = history[-1][0]
        courier = "JNE" if order % 2 else "SAP"
        put(
            fct_orders,
            {
                "order_id": order,
                "partner_id": 1,
                "courier": courier,
                "payment_method": "COD",
                "state": "Retur" if last == "Retur Diterima" else last,
                "is_retur": 2 if last == "Retur Diterima" else 0,
                "qty": 1,
                "created_at": created,
                **{_STAMPS[state]: at for state, at in history[1:]},
            },
        )
        before = None
        for state, at in history:
            event_id += 1
            put(
                fct_order_events,
                {
                    "event_id": event_id,
                    "order_id": order,
                    "partner_id": 1,
                    "courier": courier,
                    "payment_method": "COD",
                    "from_state": before,
                    "to_state": state,
                    "event_at": at,
                    "cohort_date": business_day(created),
                },
            )
            before = state
    put(
        fct_tickets,
        {"ticket_id": 1, "courier": "JNE", "created_at": MIDNIGHT - timedelta(seconds=1)},
        {"ticket_id": 2, "courier": "JNE", "created_at": MIDNIGHT},
        {"ticket_id": 3, "courier": "SAP", "created_at": MIDNIGHT},
    )
    with warehouse.write() as connection:
        marts.rebuild(connection, date(2022, 11, 15))


def _waiting(state: str, day: date) -> int:
    states = [[name for name, at in history if business_day(at) <= day][-1:] for history in HISTORIES.values()]
    return sum(last == [state] for last in states)


def _entered(state: str, day: date) -> int:
    return sum(name == state and business_day(at) == day for history in HISTORIES.values() for name, at in history)


def test_daily_is_the_recount(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        rows = reliability.daily(connection, PERIOD, TODAY)
    assert list(rows["date"]) == [date(2022, 11, 1), date(2022, 11, 2), date(2022, 11, 3)]
    assert list(rows["id"]) == [3, 4, 5]
    for row in rows.to_dict("records"):
        for name, state in reliability.BACKLOG.items():
            assert row[name] == _waiting(state, row["date"]), (name, row["date"])
        for name, state in reliability.FLOW.items():
            assert row[name] == _entered(state, row["date"]), (name, row["date"])
    assert list(rows["total_ticket_jne"]) == [1, 0, 0]
    assert list(rows["total_ticket_other"]) == [1, 0, 0]


def test_a_range_after_today_is_empty(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        rows = reliability.daily(connection, Period(date(2022, 11, 4), date(2022, 11, 5)), TODAY)
    assert len(rows) == 0
    assert "total_retur_done" in rows.columns


def test_backlog_and_flow_of_every_state(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        rows = reliability.by_state(connection, PERIOD)
        only_sap = reliability.by_state(connection, PERIOD, ("SAP",))
    assert len(rows) == PERIOD.days * len(reliability.STATES)
    for row in rows.itertuples(index=False):
        assert row.backlog == _waiting(row.state, row.day), (row.state, row.day)
        assert row.entered == _entered(row.state, row.day)
    assert only_sap["entered"].sum() == sum(
        business_day(at) in {PERIOD.start + timedelta(days=n) for n in range(5)} and state in reliability.STATES
        for order, history in HISTORIES.items()
        if order % 2 == 0
        for state, at in history
    )


def test_cohorts_know_what_is_open_and_mature(warehouse: Warehouse) -> None:
    everything = Period(date(2022, 9, 1), TODAY)
    with warehouse.read() as connection:
        rows = {row["day"]: row for row in reliability.cohorts(connection, everything, TODAY).to_dict("records")}
    created = Counter(business_day(history[0][1]) for history in HISTORIES.values())
    assert list(rows) == [everything.start + timedelta(days=at) for at in range(everything.days)]
    assert {day: row["created"] for day, row in rows.items() if row["created"]} == dict(created)
    assert all(row["open"] == 0 and row["mature"] for row in rows.values() if not row["created"])
    first = rows[date(2022, 11, 1)]
    assert (first["Dipacking"], first["Dikirim"], first["Diterima"], first["open"]) == (1, 1, 1, 1)
    assert not first["mature"]
    assert rows[date(2022, 9, 22)]["mature"]
    assert rows[date(2022, 9, 22)]["Retur Diterima"] == 1


def test_a_cohort_is_all_orders_of_its_day_also_those_without_events(warehouse: Warehouse, put: Put) -> None:
    """A file of orders may say nothing of their steps."""
    day = TODAY + timedelta(days=40)
    keys = {"day": day, "courier": "JNE", "payment_method": "COD"}
    put(mart_order_days, {**keys, "state": "Diajukan", "cohort_reached": 1, "cohort_now": 1})
    put(mart_order_days, {**keys, "state": "Batal", "cohort_now": 2})
    with warehouse.read() as connection:
        (row,) = reliability.cohorts(connection, Period(day, day), day).to_dict("records")
    assert (row["created"], row["open"], row["Dipacking"]) == (3, 1, 0)


def test_step_medians(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        found = reliability.step_medians(connection, Period(date(2022, 11, 1), TODAY))
        none = reliability.step_medians(connection, Period(date(2021, 1, 1), date(2021, 1, 2)))
    assert found == {"verification": 3600, "dipacking": 7200, "dikirim": 16 * 3600, "retur": None, "retur_done": None}
    assert set(none.values()) == {None}
