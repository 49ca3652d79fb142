"""The facts behind the risk score against a plain recount of random orders."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from sqlalchemy import update

from etl import marts
from etl.marts import rollup
from queries.engine import Warehouse
from queries.filters import Page
from queries.schema import dim_partners, etl_state, fct_orders, fct_withdrawals, mart_partners
from queries.withdrawal_risk import NUMBERS, OrderFacts, RiskFacts, orders_of_number
from queries.withdrawals import partner_risk

NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)
NAIVE = NOW.replace(tzinfo=None)
COURIERS = ("JNE", "SICEPAT", "SAP")
Put = Callable[..., None]
# 30, 90 and 7 WIB days, today (15 Nov) included, begin at 17.00 UTC of the day before
FIRST = {"30": datetime(2022, 10, 16, 17), "90": datetime(2022, 8, 17, 17), "life": datetime(2000, 1, 1)}
FIRST_DELIVERED = datetime(2022, 11, 8, 17)


def random_orders(count: int) -> list[dict[str, Any]]:
    chance = random.Random(7)
    rows = []
    for key in range(1, count + 1):
        shipped = NAIVE - timedelta(days=chance.uniform(0, 200))
        state = chance.choice(("Dikirim", "Diterima", "Diterima", "Retur", "Diajukan"))
        rows.append(
            {
                "order_id": key,
                "partner_id": chance.randint(1, 3),
                "courier": chance.choice(COURIERS),
                "payment_method": chance.choice(("COD", "BANK TRANSFER")),
                "state": state,
                "is_retur": chance.choice((1, 2)) if state == "Retur" else 0,
                "is_problem": chance.random() < 0.2,
                "return_shipping": chance.randint(5_000, 30_000),
                "net_profit": chance.randint(10_000, 200_000),
                "created_at": shipped - timedelta(days=1),
                "shipped_at": None if state == "Diajukan" else shipped,
                "delivered_at": shipped + timedelta(days=2) if state == "Diterima" else None,
            }
        )
    return rows


def on_the_edges() -> list[dict[str, Any]]:
    """Orders of partner 2 at the first instant of each window and a second before it."""
    rows = []
    for edge in (FIRST["30"], FIRST["90"], FIRST_DELIVERED):
        for at in (edge - timedelta(seconds=1), edge):
            delivered = edge is FIRST_DELIVERED
            rows.append(
                {
                    "order_id": 1000 + len(rows),
                    "partner_id": 2,
                    "courier": "JNE",
                    "payment_method": "COD",
                    "state": "Diterima" if delivered else "Retur",
                    "is_retur": 0 if delivered else 2,
                    "is_problem": False,
                    "net_profit": 1_000_000,
                    "created_at": at - timedelta(days=4),
                    "shipped_at": at - timedelta(days=3) if delivered else at,
                    "delivered_at": at if delivered else None,
                }
            )
    return rows


@pytest.fixture
def orders(put: Put, warehouse: Warehouse) -> list[dict[str, Any]]:
    rows = random_orders(400) + on_the_edges()
    put(fct_orders, *rows)
    put(dim_partners, *({"partner_id": key, "joined_at": datetime(2021, 1, 1)} for key in (1, 2, 3, 4)))
    paid = [(1, 1, 100), (2, 1, 300), (3, 1, 900), (4, 2, 70), (5, 2, 71)]
    put(
        fct_withdrawals,
        *(
            {
                "withdrawal_id": key,
                "partner_id": partner,
                "nominal": nominal,
                "status": "completed",
                "created_at": NAIVE,
            }
            for key, partner, nominal in paid
        ),
    )
    with warehouse.write() as connection:
        marts.rebuild(connection, date(2022, 11, 15))
        rollup.rebuild(connection)
    return rows


def recount(rows: list[dict[str, Any]], partner: int) -> dict[str, float]:
    """The same, one order at a time."""
    shipped = [row for row in rows if row["shipped_at"] is not None]
    recent = [row for row in shipped if row["shipped_at"] >= FIRST["90"]]
    found = {}
    for label, first in FIRST.items():
        mine = [r for r in shipped if r["partner_id"] == partner and r["shipped_at"] >= first]
        found[f"shipped_{label}"] = len(mine)
        found[f"returned_{label}"] = sum(row["state"] == "Retur" for row in mine)
        found[f"problem_{label}"] = sum(row["is_problem"] for row in mine)
    for courier in COURIERS:
        all_ = [row for row in recent if row["courier"] == courier]
        share = sum(row["partner_id"] == partner for row in all_)
        for name, count in (
            ("returned", sum(row["state"] == "Retur" for row in all_)),
            ("problem", sum(row["is_problem"] for row in all_)),
        ):
            key = f"expected_{name}_90"
            found[key] = found.get(key, 0.0) + (share * count / len(all_) if all_ else 0.0)
    mine = [row for row in rows if row["partner_id"] == partner]
    found["running_return_shipping"] = sum(r["return_shipping"] for r in mine if r["state"] == "Dikirim")
    found["arriving_return_shipping"] = sum(r["return_shipping"] for r in mine if r["is_retur"] == 1)
    found["cod_in_window"] = sum(
        r["net_profit"]
        for r in mine
        if r["payment_method"] == "COD" and r["state"] == "Diterima" and r["delivered_at"] >= FIRST_DELIVERED
    )
    return found


def test_every_fact_is_what_a_recount_finds(warehouse: Warehouse, orders: list[dict[str, Any]]) -> None:
    facts = RiskFacts(warehouse).of([1, 2, 3, 4, 99])
    assert sorted(facts) == [1, 2, 3]
    for partner, found in facts.items():
        for name, value in recount(orders, partner).items():
            assert getattr(found, name) == pytest.approx(value), (partner, name)
    assert (facts[1].usual_nominal, facts[1].completed) == (median([100, 300, 900]), 3)
    assert (facts[2].usual_nominal, facts[2].completed) == (71, 2)  # 70.5, half up
    assert (facts[3].usual_nominal, facts[3].completed) == (None, 0)


def test_the_dossier_and_the_contract_expect_the_same_return_cost(
    warehouse: Warehouse, orders: list[dict[str, Any]]
) -> None:
    facts = RiskFacts(warehouse).of([1, 2, 3])
    with warehouse.read() as connection:
        risks = {partner: partner_risk(connection, partner) for partner in facts}
    for partner, risk in risks.items():
        assert risk is not None
        of_contract = risk.retur_shipping_potential + risk.retur_shipping_arriving
        assert facts[partner].expected_return_cost == of_contract


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_leads_to_exactly_its_orders(warehouse: Warehouse, orders: list[dict[str, Any]], number: str) -> None:
    fact = getattr(RiskFacts(warehouse).of([2])[2], number)
    with warehouse.read() as connection:
        found = orders_of_number(connection, 2, number, Page(1000))
    column = {"cod_in_window": "net_profit"}.get(number, "return_shipping")
    is_sum = number in ("cod_in_window", "running_return_shipping", "arriving_return_shipping")
    assert fact == (int(found.rows[column].sum()) if is_sum else found.total)
    assert found.total == len(found.rows)


def test_without_orders_there_is_no_expected_cost() -> None:
    assert OrderFacts().expected_return_cost == 0
    assert OrderFacts(running_return_shipping=999, returned_life=1, shipped_life=3).expected_return_cost == 333
    assert OrderFacts(running_return_shipping=1000, returned_life=2, shipped_life=3).expected_return_cost == 667


def test_facts_are_read_again_after_a_landing_and_not_before(
    warehouse: Warehouse, orders: list[dict[str, Any]], put: Put
) -> None:
    put(etl_state, {"source": "store", "watermark": "1", "landed_at": NAIVE, "data_version": 1})
    facts = RiskFacts(warehouse)
    before = facts.of([2, 99])
    with warehouse.write() as connection:
        connection.execute(update(mart_partners).values(orders_returned=777))
    assert facts.of([2, 99]) == before
    assert facts.of([1])[1].returned_life == 777
    with warehouse.write() as connection:
        connection.execute(update(etl_state).values(data_version=2))
    assert facts.of([2, 99])[2].returned_life == 777


def test_the_facts_of_the_queue_are_read_ahead(warehouse: Warehouse, orders: list[dict[str, Any]], put: Put) -> None:
    put(etl_state, {"source": "store", "watermark": "1", "landed_at": NAIVE, "data_version": 1})
    waiting = {"withdrawal_id": 9, "partner_id": 2, "nominal": 1, "status": "on_review", "created_at": NAIVE}
    put(fct_withdrawals, waiting)
    facts = RiskFacts(warehouse)
    facts.load_waiting()
    with warehouse.write() as connection:
        connection.execute(update(mart_partners).values(orders_returned=777))
    found = facts.of([1, 2])
    assert found[1].returned_life == 777
    assert found[2].returned_life == recount(orders, 2)["returned_life"]


def test_the_facts_of_two_warehouses_do_not_mix(warehouse: Warehouse, orders: list[dict[str, Any]]) -> None:
    empty = Warehouse(":memory:")
    empty.create_tables()
    assert RiskFacts(warehouse).of([2])
    assert RiskFacts(empty).of([2]) == {}
    empty.close()
