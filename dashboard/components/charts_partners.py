"""Charts about partners."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard import theme
from dashboard.i18n import _
from queries.metrics import is_small, percent
from queries.partners import Funnel


def funnel_figure(steps: Funnel) -> go.Figure:
    """Joined -> first product -> first pickup -> active, with the share of those who joined."""
    labels = [_("Bergabung"), _("Produk pertama"), _("Pickup pertama"), _("Aktif 30 hari")]
    values = [steps.joined, steps.first_product, steps.first_pickup, steps.active]
    texts = [f"{fmt.number(value)} · {fmt.percent(value, steps.joined)}" for value in values]
    figure = go.Figure(
        go.Funnel(
            y=labels,
            x=values,
            text=texts,
            textinfo="text",
            textposition="auto",
            hoverinfo="skip",
            marker={"color": theme.color("primary"), "line": {"width": 0}},
            connector={"fillcolor": theme.color("panel"), "line": {"width": 0}},
        )
    )
    figure.update_yaxes(showgrid=False)
    figure.update_xaxes(visible=False)
    return figure


def retention_figure(rows: pd.DataFrame) -> go.Figure:
    """Heat map cohort x months since joining: the share of the cohort that shipped (cohort, age, joined, active)."""
    cohorts = sorted(rows["cohort"].unique(), reverse=True)
    ages = range(int(rows["age"].max()) + 1)
    cells = {(row.cohort, row.age): row for row in rows.itertuples(index=False)}
    sizes = dict(zip(rows["cohort"], rows["joined"], strict=True))
    labels = [
        f"{fmt.month_short(cohort)} · {fmt.number(int(sizes[cohort]))}{' ○' if is_small(int(sizes[cohort])) else ''}"
        for cohort in cohorts
    ]
    values: list[list[float | None]] = []
    texts: list[list[str]] = []
    told: list[list[str]] = []
    for cohort in cohorts:
        found = [cells.get((cohort, age)) for age in ages]
        shares = [percent(int(cell.active), int(cell.joined)) if cell else None for cell in found]
        values.append([None if share is None else float(share) for share in shares])
        texts.append(["" if share is None else str(round(share)) for share in shares])
        told.append([f"{fmt.number(cell.active)} / {fmt.number(cell.joined)}" if cell else "" for cell in found])
    figure = go.Figure(
        go.Heatmap(
            x=[str(age) for age in ages],
            y=labels,
            z=values,
            zmin=0,
            zmax=100,
            text=texts,
            texttemplate="%{text}",
            customdata=told,
            hovertemplate="%{y}<br>%{x}: %{z:.0f} % (%{customdata})<extra></extra>",
            colorscale=[[0, theme.color("panel")], [1, theme.color("primary")]],
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    figure.update_xaxes(title=_("Bulan sejak bergabung; angka = % yang mengirim"), type="category", showgrid=False)
    figure.update_yaxes(showgrid=False, automargin=True, type="category")
    return figure


def orders_per_month(rows: pd.DataFrame) -> go.Figure:
    """Bars of created orders per month, and of those handed over (columns month, created, shipped)."""
    months = [fmt.month_short(month) for month in rows["month"]]
    figure = go.Figure()
    figure.add_bar(x=months, y=rows["created"], name=_("Dibuat"), marker_color=theme.state_color("diajukan"))
    figure.add_bar(x=months, y=rows["shipped"], name=_("Dikirim"), marker_color=theme.state_color("dikirim"))
    figure.update_layout(barmode="group", hovermode="x unified")
    figure.update_yaxes(rangemode="tozero")
    return figure


def courier_bars(rows: pd.DataFrame) -> go.Figure:
    """Orders handed over by courier, as bars with their share (columns courier, shipped)."""
    total = int(rows["shipped"].sum())
    ordered = rows.sort_values("shipped")
    figure = go.Figure(
        go.Bar(
            x=ordered["shipped"],
            y=ordered["courier"],
            orientation="h",
            marker_color=[theme.courier_color(courier) for courier in ordered["courier"]],
            text=[f"{fmt.number(int(n))} · {fmt.percent(int(n), total)}" for n in ordered["shipped"]],
            textposition="auto",
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(showgrid=False)
    return figure
