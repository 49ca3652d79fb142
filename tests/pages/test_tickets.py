"""Total Tiket: what its chart says, hours of one day, a ticket opened in place."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from dashboard import theme
from dashboard.components.direct_labels import MOST, name_series
from dashboard.components.figure import Figure
from pages.ticket_total.charts import tickets_per_hour
from pages.ticket_total.message import chart_title, leaders
from tests.factories.product import Product
from tests.oracle_outside.charts import traces, values
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables, tables


@pytest.mark.parametrize(
    ("now", "before", "title"),
    [
        ({"JNE": 30, "SAP": 24}, {"JNE": 25, "SAP": 23}, "Tiket naik 12,5 % (48 -> 54), terutama JNE (+5)"),
        ({"JNE": 20, "SAP": 24}, {"JNE": 25, "SAP": 23}, "Tiket turun 8,33 % (48 -> 44), terutama JNE (-5)"),
        ({"JNE": 30, "SAP": 28, "JNT": 1}, {"JNE": 25, "SAP": 23, "JNT": 1},
         "Tiket naik 20,41 % (49 -> 59), terutama JNE, SAP (seri) (+5)"),
        ({"JNE": 30, "SAP": 28}, {"JNE": 25, "SAP": 23}, "Tiket naik 20,83 % (48 -> 58)"),  # all tie
        ({"JNE": 30, "SAP": 19}, {"JNE": 30, "SAP": 5}, "Tiket naik 40 % (35 -> 49)"),  # SAP has too few
        ({"JNE": 8, "SAP": 4}, {"JNE": 3, "SAP": 3}, "Tiket naik (6 -> 12, n kecil)"),
        ({"JNE": 30}, {"JNE": 0}, "Tiket naik (0 -> 30, n kecil)"),
        ({"JNE": 0}, {"JNE": 30}, "Tiket turun (30 -> 0, n kecil)"),
        ({"JNE": 30, "SAP": 1}, {"JNE": 1, "SAP": 30}, "Tiket tetap 31, sama dengan rentang sebelumnya"),
        ({"JNE": 30, "SAP": 1}, None, "31 tiket, terbanyak JNE (30)"),
        ({"JNE": 30, "SAP": 30, "JNT": 2}, None, "62 tiket, terbanyak JNE, SAP (seri) (30)"),
        ({"JNE": 9, "SAP": 1}, None, "10 tiket"),
        ({"JNE": 30}, {"JNE": 20}, "Tiket naik 50 % (20 -> 30)"),  # the only courier
    ],
)  # fmt: skip
def test_the_title_says_what_changed_and_where(
    now: Mapping[str, int], before: Mapping[str, int] | None, title: str
) -> None:
    assert chart_title(now, before) == title


@pytest.mark.parametrize(
    ("counts", "named"),
    [({"A": 20, "B": 1}, ["A"]), ({"A": 19, "B": 1}, []), ({"A": 20, "B": 20}, []), ({"A": 30}, []), ({}, [])],
)
def test_most_is_said_of_enough_and_not_of_all(counts: Mapping[str, int], named: list[str]) -> None:
    assert leaders(counts)[0] == named


def busiest_day(product: Product) -> tuple[str, list[tuple[int, str]]]:
    """A day, and hour (WIB) and courier of each of its tickets."""
    with product.warehouse.read() as connection:
        day = connection.execute(
            text("SELECT created_date FROM fct_tickets GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
        ).scalar_one()
        rows = connection.execute(
            text("SELECT (created_at + INTERVAL 7 HOUR) AS at, courier FROM fct_tickets WHERE created_date = :day"),
            {"day": day},
        ).all()
    return day.isoformat(), [(row.at.hour, row.courier) for row in rows]


def test_one_day_is_drawn_as_hours(run_page: RunPage, filled: Product) -> None:
    day, made = busiest_day(filled)
    page = run_page(filled, "ticket_total", periode="custom", dari=day, sampai=day)
    assert not page.exception
    bars = [trace for trace in traces(page, "tiket-hours") if trace["type"] == "bar"]
    drawn = {
        (hour, trace["name"]): count
        for trace in bars
        for hour, count in zip(values(trace["x"]), values(trace["y"]), strict=True)
        if count
    }
    assert drawn == {each: made.count(each) for each in made}
    assert not traces(page, "tiket-chart")


def test_the_hour_that_runs_is_hatched() -> None:
    rows = [(hour, courier, 1) for hour in range(24) for courier in ("JNE", "SAP")]
    figure = tickets_per_hour(pd.DataFrame(rows, columns=["hour", "courier", "tickets"]), None, "", running=10)
    for trace in go.Figure(figure.to_dict()).data:  # which refuses what Plotly does not know
        assert [at for at, shape in enumerate(trace.marker.pattern.shape) if shape] == [10]


def test_a_range_without_tickets_draws_no_chart_and_says_why(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "ticket_total", periode="custom", dari="2015-01-01", sampai="2015-01-01")
    assert not traces(page, "tiket-hours")
    assert any("Tidak ada tiket pada rentang ini." in block.value for block in page.markdown)


def opened(page: AppTest) -> str | None:
    assert not page.exception, page.exception[0].message
    found: str | None = given_to_tables(page)[0]["opened"]
    return found


def test_a_ticket_opens_in_place_as_the_marked_row(run_page: RunPage, filled: Product) -> None:
    second = tables(run_page(filled, "ticket_total"))[0].iloc[1]
    page = run_page(filled, "ticket_total", buka=second["ticket_no"])
    assert opened(page) == second["ticket_no"]
    assert any(second["ticket_no"] in block.value for block in page.markdown)
    next(button for button in page.button if button.label == "Tutup").click().run()
    assert "buka" not in page.query_params


@pytest.mark.parametrize("address", ["", "x", "\u202e", "<b>"])
def test_a_ticket_that_is_not_there_opens_nothing(run_page: RunPage, filled: Product, address: str) -> None:
    page = run_page(filled, "ticket_total", buka=address)
    opened(page)
    assert not [button for button in page.button if button.label == "Tutup"]


@pytest.mark.parametrize(("count", "legend"), [(1, False), (MOST, False), (MOST + 1, None)])
def test_series_are_named_beside_the_chart_where_they_fit(count: int, legend: bool | None) -> None:
    figure = Figure()
    name_series(figure, [(f"K{at}", "#000000") for at in range(count)])
    assert figure.layout.get("showlegend") is legend
    written = figure.layout.get("annotations", [])
    assert len(written) == (0 if legend is None else count)
    assert all(each["font"]["color"] == theme.color("text") for each in written)
