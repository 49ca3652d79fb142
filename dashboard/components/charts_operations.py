"""Charts of the operations pages."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard import theme


def tickets_per_day(rows: pd.DataFrame, before: list[int] | None, before_label: str) -> go.Figure:
    """Stacked bars per day by courier (columns day, courier, tickets); the period before as a line of totals.

    A bar's customdata: its courier, and what to tell of its whole day.
    """
    figure = go.Figure()
    told = {day: _told(day, part) for day, part in rows.groupby("day")}
    for courier, part in rows.groupby("courier", sort=True):
        figure.add_bar(
            x=part["day"],
            y=part["tickets"],
            name=str(courier),
            marker_color=theme.courier_color(str(courier)),
            customdata=[[str(courier), told[day]] for day in part["day"]],
            hovertemplate="%{customdata[1]}<extra></extra>",
        )
    if before:
        days = sorted(rows["day"].unique())
        figure.add_scatter(
            x=days, y=before, name=before_label, mode="lines", line={"color": theme.color("muted"), "dash": "dot"}
        )
    figure.update_layout(barmode="stack")
    return figure


def _told(day: date, part: pd.DataFrame) -> str:
    named = part[part["tickets"] > 0].sort_values("tickets", ascending=False)
    lines = [f"<b>{fmt.day(day)}: {fmt.number(int(part['tickets'].sum()))}</b>"]
    lines += [
        f"{courier} {fmt.number(int(count))}" for courier, count in zip(named["courier"], named["tickets"], strict=True)
    ]
    return "<br>".join(lines)
