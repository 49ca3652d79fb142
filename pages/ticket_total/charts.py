"""The chart of Total Tiket: stacked bars per day by courier."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import clickable_chart
from dashboard.i18n import _, pgettext
from pages.ticket_total.numbers import TicketTotals


@dataclass(frozen=True, slots=True)
class ClickedBar:
    """The day and courier of the bar that was clicked; None where nothing was."""

    day: date | None = None
    courier: str | None = None


def draw_days(totals: TicketTotals) -> ClickedBar:
    """The bars; a click on one chooses its day and courier."""
    before = totals.before
    total_before = None if before is None else [int(value) for value in before.groupby("day")["tickets"].sum()]
    points = clickable_chart(
        tickets_per_day(totals.rows, total_before, pgettext("period", "Sebelumnya")),
        _("{count} tiket, {per_day} per hari").format(
            count=fmt.number(totals.count), per_day=fmt.number(totals.per_day)
        ),
        alt=_("Tiket per hari dan ekspedisi"),
        key="tiket-chart",
        days=totals.period,
    )
    if not points:
        return ClickedBar()
    of_bar = points[0].get("customdata")
    return ClickedBar(date.fromisoformat(str(points[0]["x"])[:10]), str(of_bar[0]) if of_bar else None)


def tickets_per_day(rows: pd.DataFrame, before: list[int] | None, before_label: str) -> go.Figure:
    """Stacked bars per day by courier (columns day, courier, tickets); the period before as a line of totals.

    A bar's customdata: its courier, and what the hover says of its whole day.
    """
    figure = go.Figure()
    days: list[date] = sorted(rows["day"].unique())
    hovers = {day: _hover(day, rows[rows["day"] == day]) for day in days}
    if before:
        hovers = {
            day: f"{hovers[day]}<br>{before_label}: {fmt.number(count)}"
            for day, count in zip(days, before, strict=False)
        }
    for courier, part in rows.groupby("courier", sort=True):
        figure.add_bar(
            x=part["day"],
            y=part["tickets"],
            name=str(courier),
            marker_color=theme.courier_color(str(courier)),
            customdata=[[str(courier), hovers[day]] for day in part["day"]],
            hovertemplate="%{customdata[1]}<extra></extra>",
        )
    if before:
        line = {"color": theme.color("muted"), "dash": "dot"}
        # it must not take the click on a bar that it crosses
        figure.add_scatter(x=days, y=before, name=before_label, mode="lines", line=line, hoverinfo="skip")
    figure.update_layout(barmode="stack")
    return figure


def _hover(day: date, part: pd.DataFrame) -> str:
    named = part[part["tickets"] > 0].sort_values("tickets", ascending=False)
    lines = [f"<b>{fmt.day(day)}: {fmt.number(int(part['tickets'].sum()))}</b>"]
    lines += [
        f"{courier} {fmt.number(int(count))}" for courier, count in zip(named["courier"], named["tickets"], strict=True)
    ]
    return "<br>".join(lines)
