"""The charts of the growth view: how far partners came, and who stays."""

from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import chart, empty_state
from dashboard.i18n import _
from queries.metrics import is_small, percent, whole_percent
from queries.partners import Funnel


def draw_funnel(steps: Funnel) -> None:
    """The funnel under its sentence."""
    title = _("{share} dari {count} partner mencapai pickup pertama").format(
        share=fmt.percent(steps.first_pickup, steps.joined), count=fmt.number(steps.joined)
    )
    chart(funnel_figure(steps), title, alt=_("Corong partner"), key="growth-funnel", height=300)


def draw_retention(rows: pd.DataFrame, *, joined_is_open: bool) -> None:
    """The cohorts under their sentence, which says so where a filter on the day of joining does not hold for them."""
    if not rows["joined"].any():
        empty_state(_("Belum ada partner yang bergabung dalam bulan-bulan terakhir."))
        return
    title = _("Partner yang tetap mengirim, per bulan bergabung")
    if not joined_is_open:
        title += " " + _("(tanpa saringan Bergabung)")
    chart(retention_figure(rows), title, key="growth-retention", height=300)


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
    cells: dict[tuple[date, int], Any] = {(row["cohort"], row["age"]): row for row in rows.to_dict("records")}
    sizes = dict(zip(rows["cohort"], rows["joined"], strict=True))
    grid = [[cells.get((cohort, age)) for age in ages] for cohort in cohorts]
    figure = go.Figure(
        go.Heatmap(
            x=[str(age) for age in ages],
            y=[_cohort_name(cohort, int(sizes[cohort])) for cohort in cohorts],
            z=[[_share(cell) for cell in line] for line in grid],
            zmin=0,
            zmax=100,
            text=[[_whole_share(cell) for cell in line] for line in grid],
            texttemplate="%{text}",
            customdata=[[_parts(cell) for cell in line] for line in grid],
            hovertemplate="%{y}<br>%{x}: %{customdata}<extra></extra>",
            colorscale=[[0, theme.color("panel")], [1, theme.color("primary")]],
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    figure.update_xaxes(title=_("Bulan sejak bergabung; angka = % yang mengirim"), type="category", showgrid=False)
    figure.update_yaxes(showgrid=False, automargin=True, type="category")
    return figure


def _cohort_name(cohort: date, joined: int) -> str:
    return f"{fmt.month_short(cohort)} · {fmt.number(joined)}{' ○' if is_small(joined) else ''}"


def _share(cell: dict[str, Any] | None) -> float | None:
    """How deep the colour is; None where there is nothing to divide by."""
    found = None if cell is None else percent(int(cell["active"]), int(cell["joined"]))
    return None if found is None else float(found)


def _whole_share(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return ""
    found = whole_percent(int(cell["active"]), int(cell["joined"]))
    return fmt.NONE if found is None else str(found)


def _parts(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return ""
    active, joined = int(cell["active"]), int(cell["joined"])
    return f"{fmt.percent(active, joined)} ({fmt.number(active)} / {fmt.number(joined)})"
