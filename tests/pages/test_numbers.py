"""Numbers of pages against the exact values behind them."""

from datetime import date, timedelta
from fractions import Fraction

import pandas as pd
from sqlalchemy import text

from dashboard import format as fmt
from pages.partner_growth.charts import retention_figure
from pages.pickup_monitoring.heat import heat_rows
from pages.reliability.charts import cohort_shares
from pages.reliability.numbers import Days
from pages.ticket_total.numbers import TicketTotals
from queries import metrics, partner_detail
from queries.metrics import half_up
from queries.pickups import Punctuality
from queries.schema import mart_partners
from queries.wib import Period
from queries.withdrawal_risk import RiskFacts
from queries.withdrawals import partner_risk
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from vocabulary import OrderState

TODAY = date(2022, 11, 15)


def test_return_costs_are_the_same_everywhere_for_every_partner(filled: Product) -> None:
    """The risk, the contract's detail and a recount of the orders, for every partner."""
    with filled.warehouse.read() as connection:
        partners = [
            int(key)
            for key in connection.scalars(mart_partners.select().with_only_columns(mart_partners.c["partner_id"]))
        ]
        recount = {
            row.partner_id: row
            for row in connection.execute(
                text(
                    "SELECT partner_id, "
                    "coalesce(sum(return_shipping) FILTER (state = 'Dikirim'), 0) AS running, "
                    "coalesce(sum(return_shipping) FILTER (is_retur = 1), 0) AS arriving, "
                    "count(*) FILTER (state = 'Retur') AS returned, count(shipped_at) AS shipped "
                    "FROM fct_orders GROUP BY partner_id"
                )
            )
        }
        facts = RiskFacts(filled.warehouse).of(partners)
        compared = fractional = 0
        for partner, found in facts.items():
            risk = partner_risk(connection, partner)
            row = recount[partner]
            exact = Fraction(int(row.running) * row.returned, row.shipped) if row.shipped else Fraction(0)
            expected = half_up(exact.numerator, exact.denominator) + int(row.arriving)
            assert risk is not None
            assert found.expected_return_cost == expected
            assert risk.retur_shipping_potential + risk.retur_shipping_arriving == expected
            compared += 1
            fractional += exact.denominator > 1
    assert compared > 20
    assert fractional > 5  # rounding had something to do


def test_on_time_and_delay_are_exact() -> None:
    found = Punctuality(handed=3, late=2, late_seconds=5)
    assert (found.on_time, found.on_time_share, found.mean_delay) == (1, Fraction(100, 3), Fraction(5, 2))
    nothing = Punctuality(0, 0, 0)
    assert (nothing.on_time_share, nothing.mean_delay) == (None, None)


def test_on_time_changes_in_points(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "pickup_monitoring", banding="true")
    with filled.warehouse.read() as connection:
        spans = [(TODAY - timedelta(days=6), TODAY), (TODAY - timedelta(days=13), TODAY - timedelta(days=7))]
        statement = text(
            "SELECT count(handed_at), count(*) FILTER (handed_at > due_at) FROM fct_pickups "
            "WHERE CAST(due_at + INTERVAL 7 HOUR AS DATE) BETWEEN :start AND :end AND handed_at IS NOT NULL"
        )
        now, before = (
            Fraction((handed - late) * 100, handed)
            for handed, late in (connection.execute(statement, {"start": a, "end": b}).one() for a, b in spans)
        )
    shown = next(metric for metric in page.metric if metric.label == "Tepat waktu")
    expected = fmt.change_in_points(now, before)
    assert expected is not None
    assert shown.delta == expected.text
    assert shown.value.removesuffix(" ○") == fmt.percent_value(now)


def test_tickets_per_hundred_orders_change_by_their_exact_values() -> None:
    def days(tickets: int, shipped: int) -> Days:
        names = ("total_ticket_jne", "total_ticket_sicepat", "total_ticket_idexpress", "total_ticket_other")
        row = dict.fromkeys((*names, "total_diterima", "total_retur"), 0) | {"total_dikirim": shipped}
        return Days(pd.DataFrame([row | {"total_ticket_jne": tickets}]))

    now, before = days(1, 30_000), days(1, 40_000)  # 0,0033 and 0,0025: both are 0 when rounded first
    assert fmt.change(now.tickets_per_100, before.tickets_per_100) == fmt.Change("33,33 %", "up")


def test_the_mean_of_tickets_a_day_is_half_up() -> None:
    rows = pd.DataFrame({"day": [TODAY] * 2, "courier": ["JNE", "SAP"], "tickets": [1, 1]})
    totals = TicketTotals(rows, None, Period(TODAY - timedelta(days=15), TODAY))
    assert totals.per_day == Fraction(1, 8)
    assert fmt.number(totals.per_day) == "0,13"
    assert totals.by_courier == {"JNE": 1, "SAP": 1}


def test_every_month_of_a_partner_is_drawn(filled: Product) -> None:
    with filled.warehouse.read() as connection:
        rows = partner_detail.monthly(connection, 1, Period(date(2019, 11, 3), TODAY))
    assert len(rows) == 37
    assert rows["month"].iloc[0] == date(2019, 11, 1)
    assert list(rows["created"].head(3)) == [0, 0, 0]


def test_a_cohort_without_partners_keeps_its_line() -> None:
    rows = pd.DataFrame(
        [(date(2022, 10, 1), 0, 200, 1), (date(2022, 9, 1), 0, 0, 0), (date(2022, 9, 1), 1, 0, 0)],
        columns=["cohort", "age", "joined", "active"],
    )
    (heat,) = retention_figure(rows).data
    assert len(heat["y"]) == 2
    assert heat["text"] == [["1", ""], ["-", "-"]]  # 0,5 % half up; nothing to divide by


def test_shares_of_hours_round_half_up() -> None:
    rows = pd.DataFrame(
        [("JNE", 8, 8, 1, 60), ("JNE", 10, 40, 1, 61)],
        columns=["courier", "due_hour", "handed", "late", "late_seconds"],
    )
    ((courier, cells),) = heat_rows(rows, range(8, 11))
    assert courier == "JNE"
    assert [cell and cell.text for cell in cells] == ["13 %○", None, "3 %"]  # 12,5 and 2,5


def test_a_day_without_orders_is_a_gap_of_its_line_and_no_share() -> None:
    day = {"open": 0, "mature": True}
    rows = pd.DataFrame(
        [
            {"day": TODAY, "created": 3, OrderState.DITERIMA: 1, **day},
            {"day": TODAY + timedelta(days=1), "created": 0, OrderState.DITERIMA: 0, **day},
        ]
    )
    (line,) = cohort_shares(rows, {OrderState.DITERIMA: "Diterima"}).data
    assert line["y"] == [33.33, None]
    assert metrics.percent(0, 0) is None
