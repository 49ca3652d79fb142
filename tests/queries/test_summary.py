"""The executive summary, counted again by hand: at WIB midnights, at the ends of months, with nothing at all."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from queries import metrics, summary
from queries.engine import Warehouse
from queries.schema import (
    fct_ledger,
    fct_orders,
    mart_partner_months,
    mart_partner_pickup_days,
    mart_partners,
)
from queries.summary import Churned, Lifetime, PartnerMonth, Steps, Trade
from queries.wib import Period

Put = Callable[..., None]
MIDNIGHT = datetime(2022, 10, 31, 17)  # 1 November begins, WIB
MOMENT = timedelta(microseconds=1)
FIRST = Period(date(2022, 11, 1), date(2022, 11, 1))


def order(partner_id: int, shipped_at: datetime | None, **others: object) -> dict[str, object]:
    return {"partner_id": partner_id, "shipped_at": shipped_at, "payment_method": "COD", "courier": "JNE", **others}


def test_trade_is_of_wib_days_by_payment_and_courier(warehouse: Warehouse, put: Put) -> None:
    end = MIDNIGHT + timedelta(days=1)
    put(
        fct_orders,
        order(1, MIDNIGHT - MOMENT, grand_total=1, shipping_cost=1),
        order(1, MIDNIGHT, grand_total=20, shipping_cost=2),
        order(1, end - MOMENT, grand_total=300, shipping_cost=4, payment_method="BANK TRANSFER"),
        order(2, end - MOMENT, grand_total=4000, shipping_cost=8, courier="SAP"),
        order(3, end, grand_total=50_000, shipping_cost=16),
        order(4, None, grand_total=600_000, shipping_cost=32),
    )
    with warehouse.read() as connection:
        assert summary.trade(connection, FIRST) == Trade(orders=3, cod=4020, non_cod=300, shipping=14, partners=2)
        assert summary.trade(connection, FIRST, ("SAP",)) == Trade(1, 4000, 0, 8, 1)
        days = summary.daily(connection, Period(date(2022, 10, 30), date(2022, 11, 2)))
    assert [tuple(row) for row in days.itertuples(index=False)] == [
        (date(2022, 10, 30), 0, 0, 0, 0, 0),
        (date(2022, 10, 31), 1, 1, 0, 1, 1),
        (date(2022, 11, 1), 3, 4020, 300, 14, 2),
        (date(2022, 11, 2), 1, 50_000, 0, 16, 1),
    ]


def month(partner_id: int, number: int, shipped: int = 1, courier: str = "JNE", **rupiah: int) -> dict[str, object]:
    return {"partner_id": partner_id, "month": date(2022, number, 1), "courier": courier, "shipped": shipped, **rupiah}


def test_retention_and_lifetimes_by_month(warehouse: Warehouse, put: Put) -> None:
    put(
        mart_partner_months,
        month(1, 9, profit=70),
        month(1, 10, courier="SAP", profit=-3),
        month(1, 10),
        month(2, 9),
        month(2, 10, shipped=0),  # only created then
        month(3, 10),
        month(3, 11),
    )
    with warehouse.read() as connection:
        rows = summary.partner_months(connection, date(2022, 11, 30), 2)
        of_sap = summary.partner_months(connection, date(2022, 10, 1), 1, ("SAP",))
    assert rows == [
        PartnerMonth(date(2022, 10, 1), before=2, kept=1, lifetime=Lifetime(2, 67)),
        PartnerMonth(date(2022, 11, 1), before=2, kept=1, lifetime=Lifetime(1, 0)),
    ]
    assert rows[0].retention == 50
    assert rows[0].lifetime.per_partner == Fraction(67, 2)
    assert of_sap == [PartnerMonth(date(2022, 10, 1), 0, 0, Lifetime(1, -3))]
    assert of_sap[0].retention is None


def test_the_life_of_those_who_trade_in_the_period(warehouse: Warehouse, put: Put) -> None:
    put(fct_orders, order(1, MIDNIGHT), order(1, MIDNIGHT), order(2, MIDNIGHT - MOMENT))
    put(
        mart_partner_months,
        month(1, 2, profit=600),
        month(1, 11, courier="SAP", profit=5),
        month(2, 10, profit=9999),
    )
    with warehouse.read() as connection:
        assert summary.lifetime(connection, FIRST) == Lifetime(1, 605)
        assert summary.lifetime(connection, FIRST, ("SAP",)) == Lifetime(0, 0)


def pickup(partner_id: int, *at: int) -> dict[str, object]:
    return {"partner_id": partner_id, "day": date(2022, *at), "handed": 1}


def test_churn_needs_two_full_months_and_nothing_since(warehouse: Warehouse, put: Put) -> None:
    put(
        mart_partner_pickup_days,
        pickup(1, 6, 30),
        pickup(1, 8, 31),  # lost on 1 November, not on 31 October
        pickup(2, 9, 1),  # September is no full month without anything
        pickup(3, 7, 1),
        pickup(3, 11, 2),  # came back
    )
    days = [date(2022, 10, 31), date(2022, 11, 1), date(2022, 11, 2)]
    with warehouse.read() as connection:
        found = summary.churned(connection, days)
    assert found == [Churned(days[0], 1, 0), Churned(days[1], 2, 62), Churned(days[2], 1, 62)]
    assert found[1].mean_days == 31
    assert Churned(days[0], 0, 0).mean_days is None


@pytest.mark.parametrize(
    ("days", "text"),
    [(Fraction(67), "2 Bulan - 7 Hari"), (Fraction(59, 2), "1 Bulan - 0 Hari"), (Fraction(0), "0 Bulan - 0 Hari")],
)
def test_the_text_of_a_churn_period(days: Fraction, text: str) -> None:
    assert metrics.months_text(days) == text


def test_month_ends_lead_up_to_the_day() -> None:
    assert summary.month_ends(date(2022, 3, 15), 2) == [date(2022, 1, 31), date(2022, 2, 28), date(2022, 3, 15)]


def test_what_is_owed_is_what_partners_have_and_reserved(warehouse: Warehouse, put: Put) -> None:
    def entry(kind: str, amount: int, at: datetime) -> dict[str, object]:
        return {"account_kind": kind, "amount": amount, "created_at": at}

    end = MIDNIGHT + timedelta(days=1)
    put(
        fct_ledger,
        entry("partner_available", 1, MIDNIGHT - MOMENT),
        entry("partner_available", 20, MIDNIGHT),
        entry("partner_reserved", 300, end - MOMENT),
        entry("partner_available", 4000, end),
        entry("partner_debt", -50_000, MIDNIGHT),
        entry("courier", -600_000, MIDNIGHT),
    )
    with warehouse.read() as connection:
        assert summary.owed(connection, FIRST) == [1, 321]
        assert summary.owed(connection, Period(date(2022, 12, 1), date(2022, 12, 1))) == [4321, 4321]


def test_the_steps_are_of_those_who_joined_in_the_period(warehouse: Warehouse, put: Put) -> None:
    day = FIRST.start
    put(
        mart_partners,
        {"partner_id": 1, "join_date": day, "email_verified_at": MIDNIGHT, "first_product": day, "first_pickup": day},
        {"partner_id": 2, "join_date": day, "first_product": day},
        {"partner_id": 3, "join_date": day - timedelta(days=1), "first_pickup": day},
    )
    put(fct_orders, order(3, MIDNIGHT), order(4, MIDNIGHT))
    with warehouse.read() as connection:
        assert summary.steps(connection, FIRST) == Steps(joined=2, verified=1, with_product=2, with_pickup=1, trading=2)


def test_an_empty_warehouse_has_no_shares(warehouse: Warehouse) -> None:
    with warehouse.read() as connection:
        assert summary.trade(connection, FIRST) == Trade(0, 0, 0, 0, 0)
        assert summary.lifetime(connection, FIRST).per_partner is None
        assert summary.partner_months(connection, FIRST.end, 1)[0].retention is None
        assert summary.churned(connection, [FIRST.end]) == [Churned(FIRST.end, 0, 0)]
        assert summary.owed(connection, FIRST) == [0, 0]
