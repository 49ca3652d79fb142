from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from queries.engine import Warehouse
from queries.filters import FilterError, Page, Sort
from queries.pickups import (
    PickupFilter,
    Punctuality,
    WaitingCounts,
    lateness_by_hour,
    monitoring_groups,
    monitoring_page,
    punctuality,
    waiting_counts,
)
from queries.schema import dim_partners, dim_shipments, fct_orders, fct_pickups, mart_open_pickups, mart_pickup_days
from queries.wib import Period

NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)
NAIVE = NOW.replace(tzinfo=None)
Put = Callable[..., None]


def pickup(key: int, due_hours: float, handed_hours: float | None = None, **more: Any) -> dict[str, Any]:
    """Due `due_hours` from now; handed over `handed_hours` from now."""
    handed = None if handed_hours is None else NAIVE + timedelta(hours=handed_hours)
    return {
        "pickup_order_id": key,
        "order_id": key,
        "partner_id": 1 + key % 2,
        "courier": "JNE",
        "airway_bill": f"AWB{key}",
        "created_at": NAIVE,
        "due_at": NAIVE + timedelta(hours=due_hours),
        "handed_at": handed,
        "canceled_at": None,
        **more,
    }


@pytest.fixture
def pickups(put: Put) -> list[dict[str, Any]]:
    rows = [
        pickup(1, -29),
        pickup(2, -1, courier="SAP"),
        pickup(3, 2),
        pickup(4, -50, -48),
        pickup(5, -20, -20),
        pickup(6, -10, canceled_at=NAIVE),
    ]
    put(dim_shipments, {"shipment_id": 1, "courier": "JNE"}, {"shipment_id": 2, "courier": "SAP"})
    put(
        dim_partners,
        {"partner_id": 1, "full_name": "Toko A_B", "joined_at": NAIVE},
        {"partner_id": 2, "full_name": "Berkah 50%", "joined_at": NAIVE},
    )
    put(fct_orders, {"order_id": 4, "state": "Dikirim", "created_at": NAIVE})
    put(fct_pickups, *({**row, "requested_at": NAIVE, "updated_at": NAIVE} for row in rows))
    put(mart_open_pickups, *(row for row in rows if row["handed_at"] is None and row["canceled_at"] is None))
    return rows


def ask(warehouse: Warehouse, pickup_filter: PickupFilter, sort: Sort | None = None) -> list[int]:
    with warehouse.read() as connection:
        found = monitoring_page(connection, pickup_filter, sort, Page(), NOW)
    assert found.total == len(found.rows)
    return [int(key) for key in found.rows["pickup_order_id"]]


@pytest.mark.usefixtures("pickups")
@pytest.mark.parametrize(
    ("pickup_filter", "sort", "expected"),
    [
        (PickupFilter(), None, [1, 2, 3, 6, 5, 4]),
        (PickupFilter(waiting_only=True), None, [1, 2, 3]),
        (PickupFilter(), Sort("delay", descending=True), [1, 4, 2, 3, 5, 6]),
        (PickupFilter(), Sort("due"), [4, 1, 5, 6, 2, 3]),
        (PickupFilter(couriers=("SAP",)), None, [2]),
        (PickupFilter(search="awb4"), None, [4]),
        (PickupFilter(search="a_b"), None, [2, 6, 4]),
        (PickupFilter(search="%"), None, [1, 3, 5]),
        (PickupFilter(search="' OR 1=1 --"), None, []),
        (PickupFilter(waiting_only=True, period=Period(date(2022, 11, 14), date(2022, 11, 14))), None, [1]),
    ],
)
def test_monitoring_filters_and_puts_the_most_overdue_first(
    warehouse: Warehouse, pickup_filter: PickupFilter, sort: Sort | None, expected: list[int]
) -> None:
    assert ask(warehouse, pickup_filter, sort) == expected


@pytest.mark.usefixtures("pickups")
@pytest.mark.parametrize("sort", [None, Sort("due"), Sort("delay", descending=True)])
@pytest.mark.parametrize("waiting_only", [False, True])
@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"couriers": ("JNE",)},
        {"period": Period(date(2022, 11, 14), date(2022, 11, 15))},
        {"hour": 9},
        {"search": "AWB"},
        {"search": "1"},
        {"search": "toko a_b", "couriers": ("JNE",)},
        {"search": "%"},
    ],
)
def test_pages_one_after_another_are_what_an_export_writes(
    warehouse: Warehouse, narrowed: dict[str, Any], waiting_only: bool, sort: Sort | None
) -> None:
    wanted = PickupFilter(waiting_only=waiting_only, **narrowed)
    with warehouse.read() as connection:
        whole = [key for rows in monitoring_groups(connection, wanted, sort, NOW) for key in rows["pickup_order_id"]]
        pages = [monitoring_page(connection, wanted, sort, Page(2, offset), NOW) for offset in range(0, 8, 2)]
    assert [key for page in pages for key in page.rows["pickup_order_id"]] == whole
    assert {page.total for page in pages} == {len(whole)}


@pytest.mark.usefixtures("pickups")
def test_delay_and_its_status_follow_the_definitions(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        rows = monitoring_page(connection, PickupFilter(), None, Page(), NOW).rows.set_index("pickup_order_id")
    assert {int(key): (row["delay"], row["delay_status"]) for key, row in rows.iterrows()} == {
        1: ("1 hari 5 jam", "Terlewati"),
        2: ("1 jam", "Terlewati"),
        3: ("0 menit", "Menunggu"),
        4: ("2 jam", "Terlambat"),
        5: ("0 menit", "Tepat Waktu"),
        6: ("0 menit", "Batal"),
    }
    assert rows.loc[4, "order_status"] == "Dikirim"


@pytest.mark.usefixtures("pickups")
def test_unknown_couriers_and_sorts_are_refused(warehouse: Warehouse) -> None:
    with pytest.raises(FilterError, match="unknown courier 'DHL'"):
        ask(warehouse, PickupFilter(couriers=("JNE", "DHL")))
    with pytest.raises(FilterError, match="sort must be one of"):
        ask(warehouse, PickupFilter(), Sort("qty"))


def test_a_pickup_is_overdue_after_its_due_time_only(warehouse: Warehouse, put: Put) -> None:
    due = (NAIVE - timedelta(minutes=1), NAIVE, NAIVE + timedelta(minutes=1))
    put(mart_open_pickups, *({"pickup_order_id": n, "courier": f"C{n}", "due_at": at} for n, at in enumerate(due)))
    with warehouse.read() as connection:
        assert waiting_counts(connection, NOW) == WaitingCounts(3, 1)
        assert waiting_counts(connection, NOW, ("C2",)) == WaitingCounts(1, 0)


def test_punctuality_sums_the_days_of_the_period(warehouse: Warehouse, put: Put) -> None:
    base = {"due_hour": 14, "courier": "JNE", "handed": 10, "late": 2, "late_seconds": 7200}
    put(
        mart_pickup_days,
        {**base, "due_date": date(2022, 11, 1)},
        {**base, "due_date": date(2022, 11, 2), "courier": "SAP", "late": 5},
        {**base, "due_date": date(2022, 11, 3)},
    )
    period = Period(date(2022, 11, 1), date(2022, 11, 2))
    with warehouse.read() as connection:
        assert punctuality(connection, period) == Punctuality(20, 7, 14_400)
        assert punctuality(connection, period, ("SAP",)) == Punctuality(10, 5, 7_200)
        assert punctuality(connection, period.before()) == Punctuality(0, 0, 0)
        hours = lateness_by_hour(connection, period)
    assert [tuple(row) for row in hours.itertuples(index=False)] == [
        ("JNE", 14, 10, 2, 7200),
        ("SAP", 14, 10, 5, 7200),
    ]
