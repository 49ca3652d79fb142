"""Charts of the reliability metrics."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import format as fmt
from dashboard import theme
from dashboard.i18n import _

COLUMNS = 4


def step_funnel(steps: Sequence[tuple[str, str, int]], whole: int, durations: Mapping[str, int | None]) -> go.Figure:
    """Horizontal bars of (state, label, orders) with the share of `whole` and the median time it took to get there.

    `durations`: seconds by label; None where no order took the step.
    """
    shown = list(reversed(steps))
    texts = []
    for _state, label, count in shown:
        took = durations.get(label)
        told = f"{fmt.number(count)} · {fmt.percent(count, whole)}"
        texts.append(told if took is None else told + " · " + _("median {time}").format(time=fmt.duration(took)))
    figure = go.Figure(
        go.Bar(
            x=[count for _state, _label, count in shown],
            y=[label for _state, label, _count in shown],
            orientation="h",
            marker_color=[theme.state_color(state) for state, _label, _count in shown],
            text=texts,
            textposition="auto",
            hoverinfo="skip",
            cliponaxis=False,
        )
    )
    figure.update_xaxes(visible=False, rangemode="tozero")
    figure.update_yaxes(showgrid=False)
    return figure


def small_multiples(rows: pd.DataFrame, series: Sequence[tuple[str, str, str]]) -> go.Figure:
    """One panel per (column, title, colour) over the same days (column `date`), each from zero."""
    count = -(-len(series) // COLUMNS)
    figure = make_subplots(
        rows=count,
        cols=COLUMNS,
        shared_xaxes=True,
        subplot_titles=[title for _column, title, _colour in series],
        vertical_spacing=0.16,
        horizontal_spacing=0.05,
    )
    for at, (column, title, colour) in enumerate(series):
        figure.add_scatter(
            x=rows["date"],
            y=rows[column],
            name=title,
            mode="lines+markers" if len(rows) == 1 else "lines",
            line={"color": colour, "width": 2},
            row=at // COLUMNS + 1,
            col=at % COLUMNS + 1,
        )
    figure.update_yaxes(rangemode="tozero", nticks=4, tickformat=",d")
    figure.update_xaxes(nticks=4, tickformat="%d/%m")
    figure.update_annotations(font_size=12)
    figure.update_layout(showlegend=False, hovermode="x", margin_t=28)
    return figure


def cohort_shares(rows: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Lines of the share of each creation day's orders that reached a state; hatched bars show what is open still.

    `rows`: day, created, open, mature and one column per key of `labels`.
    Draw it without `days`: marking today would replace the hatching where every cohort is immature.
    """
    figure = go.Figure()
    young = rows[~rows["mature"].astype(bool)]
    if len(young):
        figure.add_bar(
            x=young["day"],
            y=100 * young["open"] / young["created"],
            name=_("belum matang: masih terbuka"),
            marker={"color": theme.color("border"), "pattern": {"shape": "/", "fgcolor": theme.color("muted")}},
            hovertemplate="%{y:.1f} %",
        )
    for state, label in labels.items():
        figure.add_scatter(
            x=rows["day"],
            y=100 * rows[state] / rows["created"],
            name=label,
            mode="lines",
            line={"color": theme.state_color(state), "width": 2},
            hovertemplate="%{y:.1f} %",
        )
    figure.update_yaxes(rangemode="tozero", ticksuffix=" %")
    figure.update_layout(hovermode="x unified")
    return figure
