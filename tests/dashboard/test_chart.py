"""Charts as they are drawn."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.components.chart import whole_ticks
from pages.partner_detail.charts import orders_per_month
from pages.reliability.charts import cohort_shares, one_line
from pages.ticket_total.charts import tickets_per_day
from vocabulary import OrderState

DAYS = [date(2022, 11, 1), date(2022, 11, 2)]


def step(figure: go.Figure) -> float | None:
    whole_ticks(figure)
    found: float | None = figure.layout.yaxis.dtick
    return found


def tickets(*counts: int) -> go.Figure:
    """Tickets of two couriers on two days."""
    rows = [
        (day, courier, count)
        for (day, courier), count in zip(
            [(day, courier) for day in DAYS for courier in ("JNE", "SAP")], counts, strict=True
        )
    ]
    return tickets_per_day(pd.DataFrame(rows, columns=["day", "courier", "tickets"]), None, "")


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [((0, 0, 0, 0), 1), ((1, 0, 0, 0), 1), ((1, 1, 2, 3), 1), ((3, 3, 0, 0), None), ((900, 0, 0, 0), None)],
)
def test_few_tickets_are_named_by_whole_numbers_also_where_bars_stand_on_each_other(
    counts: tuple[int, ...], wanted: int | None
) -> None:
    assert step(tickets(*counts)) == wanted


def test_nothing_at_all_has_an_axis_from_0_to_1() -> None:
    figure = tickets(0, 0, 0, 0)
    whole_ticks(figure)
    assert figure.layout.yaxis.range == (0, 1)


@pytest.mark.parametrize(("most", "wanted"), [(0, 1), (2, 1), (6, None)])
def test_small_panels_and_groups_of_bars_too(most: int, wanted: int | None) -> None:
    panel = pd.DataFrame({"date": DAYS, "total": [0, most]})
    assert step(one_line(panel, "total", "#000000")) == wanted
    months = pd.DataFrame({"month": DAYS, "created": [most, 0], "shipped": [most, 0]})  # beside each other
    assert step(orders_per_month(months)) == wanted


def test_shares_keep_their_own_ticks() -> None:
    day = {"created": 2, "open": 0, "mature": True, OrderState.DITERIMA: 1}
    figure = cohort_shares(pd.DataFrame([{"day": DAYS[0], **day}]), {OrderState.DITERIMA: "Diterima"})
    assert step(figure) is None
