"""Charts of the operations pages."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme


def tickets_per_day(rows: pd.DataFrame, before: list[int] | None, before_label: str) -> go.Figure:
    """Stacked bars per day by courier (columns day, courier, tickets); the period before as a line of totals."""
    figure = go.Figure()
    for courier, part in rows.groupby("courier", sort=True):
        figure.add_bar(
            x=part["day"],
            y=part["tickets"],
            name=str(courier),
            marker_color=theme.courier_color(str(courier)),
            customdata=[[str(courier)]] * len(part),
        )
    if before:
        days = sorted(rows["day"].unique())
        figure.add_scatter(
            x=days, y=before, name=before_label, mode="lines", line={"color": theme.color("muted"), "dash": "dot"}
        )
    figure.update_layout(barmode="stack", hovermode="x unified")
    return figure
