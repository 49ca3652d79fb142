"""Partner growth, the Juragan month and the partner's own page against counts made by hand."""

from collections.abc import Callable
from datetime import date, datetime

import pandas as pd
import pytest

from queries import juragan, partner_detail, partners
from queries.engine import Warehouse
from queries.filters import FilterError, Page, Sort
from queries.partners import GrowthFilter
from queries.schema import (
    dim_shipments,
    fct_partner_notes,
    mart_partner_months,
    mart_partner_pickup_days,
    mart_partners,
)
from queries.wib import Period

Put = Callable[..., None]
TODAY = date(2022, 11, 15)
NOVEMBER = date(2022, 11, 1)


@pytest.fixture(autouse=True)
def trade(put: Put) -> None:
    put(
        mart_partners,
        _partner(1, "Toko Berkah", date(2022, 9, 3), date(2022, 9, 4), date(2022, 9, 5), date(2022, 11, 14)),
        _partner(2, "Budi 100%", date(2022, 9, 30), date(2022, 10, 2), date(2022, 10, 3), date(2022, 10, 10)),
        _partner(3, "Sepi_Toko", date(2022, 10, 5), date(2022, 10, 6), None, None),
        _partner(4, "Baru", date(2022, 11, 15), None, None, None),
    )
    put(dim_shipments, {"shipment_id": 1, "courier": "JNE"}, {"shipment_id": 2, "courier": "SAP"})
    put(
        mart_partner_months,
        _month(1, date(2022, 9, 1), "JNE", shipped=4),
        _month(1, NOVEMBER, "JNE", shipped=2, returned=1),
        _month(1, NOVEMBER, "SAP", shipped=1, problem=1),
        _month(2, date(2022, 10, 1), "JNE", shipped=5),
        _month(4, NOVEMBER, "JNE", created=3),
    )
    put(
        mart_partner_pickup_days,
        {"partner_id": 1, "day": date(2022, 10, 31), "handed": 9},
        {"partner_id": 1, "day": date(2022, 11, 1), "handed": 1},
        {"partner_id": 1, "day": date(2022, 11, 30), "handed": 2},
        {"partner_id": 2, "day": date(2022, 10, 10), "handed": 5},
    )


def _partner(
    key: int, name: str, joined: date, product: date | None, first: date | None, last: date | None
) -> dict[str, object]:
    email = f"p{key}@example.test"
    return {
        "partner_id": key,
        "full_name": name,
        "email": email,
        "phone": f"0812000{key}",
        "search_text": f"{name}\n{email}\n0812000{key}".lower(),
        "join_date": joined,
        "first_product": product,
        "first_pickup": first,
        "last_pickup": last,
    }


def _month(partner: int, month: date, courier: str, **counts: int) -> dict[str, object]:
    return {"partner_id": partner, "month": month, "courier": courier, **counts}


def _names(warehouse: Warehouse, growth: GrowthFilter, sort: Sort) -> list[str]:
    with warehouse.read() as connection:
        return list(partners.growth_page(connection, growth, sort, Page()).rows["full_name"])


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort("last_pickup", True), ["Toko Berkah", "Budi 100%", "Sepi_Toko", "Baru"]),
        (Sort("last_pickup"), ["Budi 100%", "Toko Berkah", "Sepi_Toko", "Baru"]),
        (Sort("first_product", True), ["Sepi_Toko", "Budi 100%", "Toko Berkah", "Baru"]),
        (Sort("full_name"), ["Baru", "Budi 100%", "Sepi_Toko", "Toko Berkah"]),
    ],
)
def test_order_and_missing_values_last(warehouse: Warehouse, sort: Sort, expected: list[str]) -> None:
    assert _names(warehouse, GrowthFilter(), sort) == expected


@pytest.mark.parametrize(
    ("growth", "expected"),
    [
        (GrowthFilter(joined=Period(date(2022, 9, 3), date(2022, 9, 30))), ["Budi 100%", "Toko Berkah"]),
        (GrowthFilter(picked_up=Period(date(2022, 10, 10), date(2022, 10, 10))), ["Budi 100%"]),
        (GrowthFilter(search="BERKAH"), ["Toko Berkah"]),
        (GrowthFilter(search="P3@example"), ["Sepi_Toko"]),
        (GrowthFilter(search="08120002"), ["Budi 100%"]),
        (GrowthFilter(search="%"), ["Budi 100%"]),
        (GrowthFilter(search="_toko"), ["Sepi_Toko"]),
        (GrowthFilter(search="'; DROP TABLE mart_partners; --"), []),
    ],
)
def test_filters(warehouse: Warehouse, growth: GrowthFilter, expected: list[str]) -> None:
    assert _names(warehouse, growth, Sort("full_name")) == expected


def test_page_counts_all(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        found = partners.growth_page(connection, GrowthFilter(), Sort("full_name"), Page(limit=1, offset=1))
    assert (list(found.rows["full_name"]), found.total) == (["Budi 100%"], 4)


def test_unknown_sort_is_refused(warehouse: Warehouse) -> None:
    with warehouse.read() as connection, pytest.raises(FilterError, match="order_by"):
        partners.growth_page(connection, GrowthFilter(), Sort("city"), Page())


def test_funnel_and_activity(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        assert partners.funnel(connection, GrowthFilter(), TODAY) == partners.Funnel(4, 3, 2, 1)
        assert partners.activity(connection, GrowthFilter(), TODAY) == partners.Activity(active=1, lost=1)
        assert partners.activity(connection, GrowthFilter(), date(2022, 11, 8)) == partners.Activity(active=2, lost=0)
        assert partners.handed_since(connection, [1, 2, 3], Period(date(2022, 11, 1), TODAY)) == {1: 1}


def test_retention_has_every_month_up_to_today(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        found = partners.retention(connection, GrowthFilter(), [date(2022, 9, 1), date(2022, 10, 1)], TODAY)
    september, october = date(2022, 9, 1), date(2022, 10, 1)
    assert [tuple(row) for row in found.itertuples(index=False)] == [
        (september, 0, 2, 1),
        (september, 1, 2, 1),
        (september, 2, 2, 1),
        (october, 0, 1, 0),
        (october, 1, 1, 0),
    ]


def test_juragan_month(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        found = juragan.month_page(connection, NOVEMBER, "", None, Page())
    assert found.total == 4
    first = found.rows.iloc[0]
    assert (first["name"], first["total"], first["retur_ratio"], first["problem_ratio"]) == ("Toko Berkah", 3, 33, 33)
    assert first["shares"] == {"jne": 67, "sap": 33}
    assert first["activities"] == [1] + [0] * 28 + [1]
    quiet = found.rows.iloc[1]
    assert (quiet["total"], quiet["shares"]) == (0, {"jne": 0, "sap": 0})
    assert quiet["retur_ratio"] is pd.NA


def test_juragan_leaves_out_who_joined_later(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        assert juragan.month_page(connection, date(2022, 9, 30), "", None, Page()).total == 2
        assert juragan.month_page(connection, NOVEMBER, "budi", None, Page()).total == 1
        with pytest.raises(FilterError):
            juragan.month_page(connection, NOVEMBER, "", Sort("shares"), Page())


def test_partner_detail(warehouse: Warehouse, put: Put) -> None:
    put(
        fct_partner_notes,
        {"note_id": 1, "partner_id": 1, "body": "lama", "created_at": datetime(2022, 11, 1)},
        {"note_id": 2, "partner_id": 1, "body": "baru", "created_at": datetime(2022, 11, 2)},
        {"note_id": 3, "partner_id": 2, "body": "lain", "created_at": datetime(2022, 11, 3)},
    )
    with warehouse.read() as connection:
        profile = partner_detail.profile(connection, 1)
        assert profile is not None
        assert profile["full_name"] == "Toko Berkah"
        assert partner_detail.profile(connection, 99) is None
        months = partner_detail.monthly(connection, 1, Period(date(2022, 10, 20), date(2023, 1, 5)))
        assert [tuple(row) for row in months[["month", "shipped", "returned", "problem"]].itertuples(index=False)] == [
            (date(2022, 10, 1), 0, 0, 0),
            (date(2022, 11, 1), 3, 1, 1),
            (date(2022, 12, 1), 0, 0, 0),
            (date(2023, 1, 1), 0, 0, 0),
        ]
        mix = partner_detail.courier_mix(connection, 1)
        assert dict(zip(mix["courier"], mix["shipped"], strict=True)) == {"JNE": 6, "SAP": 1}
        notes = partner_detail.notes(connection, 1, Page())
        assert (list(notes.rows["body"]), notes.total) == (["baru", "lama"], 2)
        for question in (partner_detail.orders, partner_detail.pickups, partner_detail.tickets):
            assert question(connection, 1, Page()).total == 0
