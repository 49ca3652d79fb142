"""Charts of the reliability metrics."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard import theme
from dashboard.i18n import _


def step_funnel(steps: Sequence[tuple[str, str, int]], whole: int, durations: Mapping[str, int | None]) -> go.Figure:
    """Horizontal bars of (state, label, orders) with the share of `whole` and the median time it took to get there.

    `durations`: seconds by label; None where no order took the step.
    """
    shown = list(reversed(steps))
    texts = [f"{fmt.number(count)} · {fmt.percent(count, whole)}" for _state, _label, count in shown]
    names = []
    for _state, label, _count in shown:
        took = durations.get(label)
        small = "" if took is None else _("median {time}").format(time=fmt.duration(took))
        names.append(f"{label}<br><span style='font-size:10px'>{small}</span>" if small else label)
    figure = go.Figure(
        go.Bar(
            x=[count for _state, _label, count in shown],
            y=names,
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


def one_line(rows: pd.DataFrame, column: str, colour: str) -> go.Figure:
    """One small panel: a column of the daily rows (column `date`), from zero."""
    figure = go.Figure(
        go.Scatter(
            x=rows["date"],
            y=rows[column],
            mode="lines+markers" if len(rows) == 1 else "lines",
            line={"color": colour, "width": 2},
            hovertemplate="%{y:,d}<extra></extra>",
        )
    )
    figure.update_yaxes(rangemode="tozero", nticks=4, tickformat=",d")
    figure.update_xaxes(ticklabelstandoff=4)
    figure.update_layout(showlegend=False, hovermode="x unified")
    return figure


def cohort_shares(rows: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Lines of the share of each creation day's orders that reached a state; hatched bars show what is open still.

    `rows`: day, created, open, mature and one column per key of `labels`.
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
