"""Partners above the limit against a recount in plain Python."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from queries import problem_partners
from queries.engine import Warehouse
from queries.filters import FilterError, Page, Sort
from queries.problem_partners import LEAST_SHIPPED, SORTS, ProblemFilter
from queries.schema import dim_partners, dim_products, fct_orders, mart_partners
from queries.wib import Period

Put = Callable[..., None]
Row = dict[str, Any]
AT = datetime(2022, 10, 3)
PARTNERS = range(1, 41)


@pytest.fixture
def orders(put: Put) -> list[Row]:
    rng = random.Random(4)
    made = [
        {
            "order_id": number,
            "partner_id": (partner := rng.choice(PARTNERS)),
            "courier": rng.choice(("JNE", "SAP", "SICEPAT")),
            "payment_method": rng.choice(("COD", "BANK TRANSFER")),
            "product_id": rng.choice((partner * 2, partner * 2 + 1, None)),
            "state": rng.choice(("Dikirim", "Diterima", "Retur", "Dipacking")),
            "is_problem": rng.random() < partner / 40,
            "problem_description": rng.choice((None, "rusak", "alamat salah", "tidak dikenal")),
            "shipped_at": AT,
            "created_at": AT,
        }
        for number in range(1, 701)
    ]
    for order in made:
        if order["state"] == "Dipacking":
            order["shipped_at"], order["is_problem"] = None, False
    put(fct_orders, *made)
    put(dim_products, *({"product_id": number, "name": f"Barang {number:03}"} for number in range(2, 100)))
    put(mart_partners, *(_partner(number, made) for number in PARTNERS))
    put(dim_partners, *({"partner_id": number, "joined_at": AT} for number in PARTNERS))
    return made


def _partner(number: int, orders: list[Row]) -> Row:
    shipped = _shipped(number, orders)
    name = f"Toko {number:02}"
    return {
        "partner_id": number,
        "full_name": name,
        "search_text": f"{name}\np{number}@x.test\n08{number:05}".lower(),
        "join_date": date(2022, 1, number % 28 + 1),
        "problem_status": number % 4,
        "orders_shipped": len(shipped),
        "orders_problem": sum(order["is_problem"] for order in shipped),
        "orders_returned": sum(order["state"] == "Retur" for order in shipped),
    }


def _shipped(number: int, orders: list[Row]) -> list[Row]:
    return [order for order in orders if order["partner_id"] == number and order["shipped_at"]]


def _most(orders: list[Row], name: str) -> tuple[Any, int]:
    counts = Counter(order[name] for order in orders if order[name] is not None)
    return min(((-count, value) for value, count in counts.items()), default=(0, None))[::-1]


def _recount(orders: list[Row]) -> dict[int, Row]:
    found = {}
    for number in PARTNERS:
        shipped = _shipped(number, orders)
        problems = [order for order in shipped if order["is_problem"]]
        if len(shipped) < LEAST_SHIPPED or len(problems) * 2 <= len(shipped):
            continue
        courier, payment, product = (_most(shipped, name) for name in ("courier", "payment_method", "product_id"))
        described = _most(problems, "problem_description")
        found[number] = {
            "orders_shipped": len(shipped),
            "orders_problem": len(problems),
            "running": sum(order["state"] == "Dikirim" for order in shipped),
            "courier": courier[0],
            "courier_orders": -courier[1],
            "payment_method": payment[0],
            "payment_orders": -payment[1],
            "product": f"Barang {product[0]:03}" if product[0] else None,
            "product_orders": -product[1],
            "top_problem": described[0],
            "top_problem_orders": -described[1],
        }
    return found


def test_every_ratio_and_its_parts_are_those_of_a_recount(warehouse: Warehouse, orders: list[Row]) -> None:
    wanted = _recount(orders)
    with warehouse.read() as connection:
        page = problem_partners.problem_page(connection, ProblemFilter(), None, Page(100))
        counts = problem_partners.problem_counts(connection)
    rows = {row["partner_id"]: row for row in page.rows.to_dict("records")}
    assert 5 < len(wanted) < 35
    assert {key: {name: rows[key][name] for name in row} for key, row in wanted.items()} == wanted
    assert (page.total, len(rows)) == (len(wanted), len(wanted))
    assert page.sums["running"] == sum(row["running"] for row in wanted.values())
    assert counts.by_mark == dict(sorted(Counter(key % 4 for key in wanted).items()))
    assert counts.blocked == sum(number % 4 in (1, 2) for number in PARTNERS)
    stopped = [row["problem_status"] in (1, 2) for row in page.rows.to_dict("records")]
    assert stopped == sorted(stopped)


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (ProblemFilter(marks=(1, 2)), lambda row: row["problem_status"] in (1, 2)),
        (ProblemFilter(search=" TOKO 3 "), lambda row: row["full_name"].startswith("Toko 3")),
        (ProblemFilter(couriers=("SAP",)), lambda row: row["courier"] == "SAP"),
        (ProblemFilter(partner_ids=(38, 39)), lambda row: row["partner_id"] in (38, 39)),
        (
            ProblemFilter(joined=Period(date(2022, 1, 1), date(2022, 1, 9))),
            lambda row: row["join_date"] < date(2022, 1, 10),
        ),
    ],
)
def test_filters_narrow_the_list(
    warehouse: Warehouse, orders: list[Row], wanted: ProblemFilter, holds: Callable[[Row], bool]
) -> None:
    with warehouse.read() as connection:
        every = problem_partners.problem_page(connection, ProblemFilter(), None, Page(100)).rows.to_dict("records")
        found = problem_partners.problem_page(connection, wanted, None, Page(100))
    assert list(found.rows["partner_id"]) == [row["partner_id"] for row in every if holds(row)]
    assert found.total == len(found.rows)


def test_all_that_bear_a_mark_whatever_their_ratio(warehouse: Warehouse, orders: list[Row]) -> None:
    with warehouse.read() as connection:
        found = problem_partners.problem_page(connection, ProblemFilter(over_half=False), None, Page(100))
    assert set(found.rows["partner_id"]) == {number for number in PARTNERS if number % 4}


@pytest.mark.parametrize("column", SORTS)
def test_each_column_sorts_and_pages_go_through_all(warehouse: Warehouse, orders: list[Row], column: str) -> None:
    with warehouse.read() as connection:
        pages = [
            problem_partners.problem_page(connection, ProblemFilter(), Sort(column, descending=True), Page(4, offset))
            for offset in range(0, 40, 4)
        ]
    ids = [key for page in pages for key in page.rows["partner_id"]]
    assert len(ids) == len(set(ids)) == pages[0].total


def test_an_unknown_column_and_an_empty_warehouse(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        with pytest.raises(FilterError):
            problem_partners.problem_page(connection, ProblemFilter(), Sort("nothing"), Page())
        found = problem_partners.problem_page(connection, ProblemFilter(), None, Page())
        assert (found.total, len(found.rows), set(found.sums.values())) == (0, 0, {0})
