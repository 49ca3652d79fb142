"""Charts as they are drawn."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard import theme
from dashboard.components.chart import whole_ticks
from dashboard.components.figure import Figure
from pages.partner_detail.charts import orders_per_month
from pages.reliability.charts import Step, cohort_shares, step_funnel
from pages.reliability.multiples import Series, multiples
from pages.ticket_total.charts import tickets_per_day
from vocabulary import OrderState

DAYS = [date(2022, 11, 1), date(2022, 11, 2)]


def checked(figure: Figure) -> go.Figure:
    """The figure as Plotly knows it.

    Raises:
        ValueError: it has a name or a value that Plotly does not know.
    """
    return go.Figure(figure.to_dict())


def step(figure: Figure) -> float | None:
    whole_ticks(figure)
    found: float | None = checked(figure).layout.yaxis.dtick
    return found


def tickets(*counts: int) -> Figure:
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
    assert checked(figure).layout.yaxis.range == (0, 1)


@pytest.mark.parametrize(("most", "wanted"), [(0, 1), (2, 1), (6, None)])
def test_groups_of_bars_too(most: int, wanted: int | None) -> None:
    months = pd.DataFrame({"month": DAYS, "created": [most, 0], "shipped": [most, 0]})  # beside each other
    assert step(orders_per_month(months)) == wanted


def test_shares_keep_their_own_ticks() -> None:
    day = {"created": 2, "open": 0, "mature": True, OrderState.DITERIMA: 1}
    figure = cohort_shares(pd.DataFrame([{"day": DAYS[0], **day}]), {OrderState.DITERIMA: "Diterima"})
    assert step(figure) is None


def test_small_multiples_are_one_figure_with_the_last_value_beside_each() -> None:
    rows = pd.DataFrame({"date": DAYS, "waiting": [1, 1_234], "came": [7, 0]})
    series = [Series("waiting", "Antrean", "#000000", is_flow=False), Series("came", "Arus", "#000000", is_flow=True)]
    figure = checked(multiples(rows, series, "hari ini"))
    assert [(trace.meta, trace.type, list(trace.y)) for trace in figure.data] == [
        ("waiting", "scatter", [1, 1_234]), ("came", "bar", [7, 0]),
    ]  # fmt: skip
    texts = [each.text for each in figure.layout.annotations]
    assert texts == ["Antrean", "<b>1.234</b>", "Arus", "<b>0</b>", "hari ini"]
    upper, lower = figure.layout.yaxis.domain, figure.layout.yaxis2.domain
    assert 0 <= lower[0] < lower[1] < upper[0] < upper[1] <= 1
    assert {trace.xaxis for trace in figure.data} == {None}  # all share the days


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_texts_in_charts_are_read_on_the_page(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "mode", lambda: mode)
    day = {"created": 2, "open": 1, "mature": False, OrderState.DITERIMA: 1}
    figures = [
        tickets(1, 2, 3, 4),
        step_funnel([Step(OrderState.DIAJUKAN, "Diajukan", 3), Step(OrderState.RETUR, "Retur", 1)], {}),
        cohort_shares(pd.DataFrame([{"day": DAYS[0], **day}]), {OrderState.DITERIMA: "Diterima"}),
        multiples(pd.DataFrame({"date": DAYS, "a": [1, 2]}), [Series("a", "A", "#777777", is_flow=True)], "hari ini"),
    ]
    for figure in figures:
        figure.update_layout({"template": theme.template()})
        drawn = checked(figure)
        colours = [each.font.color for each in drawn.layout.annotations]
        colours += [trace.textfont.color for trace in drawn.data if trace.type == "bar" and trace.text is not None]
        base = drawn.layout.template.layout
        colours += [base.font.color, base.xaxis.tickfont.color, base.yaxis.tickfont.color, base.xaxis.title.font.color]
        assert all(theme.contrast(colour, theme.color("surface")) >= 4.5 for colour in colours), colours
