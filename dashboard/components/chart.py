"""A Plotly chart with one message."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays
import plotly.graph_objects as go
import streamlit as st

from dashboard import format as fmt
from dashboard import theme
from dashboard.runtime import runtime
from queries.wib import Period, business_day

MOST_MARKED = 400  # days
MOST_NAMED = 10


@lru_cache(maxsize=32)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ID", years=year))


def is_day_off(day: date) -> bool:
    """Saturday, Sunday or an Indonesian holiday."""
    return day.weekday() >= 5 or day in _holidays(day.year)


def chart(
    figure: go.Figure,
    title: str,
    alt: str,
    key: str,
    select: bool = False,
    height: int = 320,
    days: Period | None = None,
    quiet: bool = False,
) -> list[dict[str, Any]]:
    """Draw a figure under its sentence; `days` names the days, marks days off and today; `quiet` is the
    small panel of many. Returns the clicked points (with `select`)."""
    figure.update_layout(template=theme.template(), height=height)
    if select:
        # with a unified hover a click tells nobody which point was meant
        figure.update_layout(clickmode="event+select", hovermode="closest")
    if days is not None and days.days <= MOST_MARKED:
        _mark_days(figure, days)
    if days is not None:
        _name_days(figure, days, 3 if quiet else MOST_NAMED)
    if quiet:
        st.caption(title)
    else:
        st.markdown(f"**{title}**")
    config = {"displayModeBar": False, "responsive": True}
    if not select:
        st.plotly_chart(figure, theme=None, key=key, config=config, alt=alt)
        return []
    event = st.plotly_chart(
        figure, theme=None, key=key, config=config, alt=alt, on_select="rerun", selection_mode="points"
    )
    return [dict(point) for point in event["selection"]["points"]]


def _mark_days(figure: go.Figure, days: Period) -> None:
    half = timedelta(hours=12)
    start = days.start
    while start <= days.end:
        end = start
        if is_day_off(start):
            while end < days.end and is_day_off(end + timedelta(days=1)):
                end += timedelta(days=1)
            figure.add_vrect(**_edges(start, end, half), fillcolor=theme.color("shade"), line_width=0, layer="below")
        start = end + timedelta(days=1)
    today = business_day(runtime().now())
    if days.start <= today <= days.end:
        position = (today - days.start).days
        for trace in figure.data:
            hatched = trace.type == "bar" and trace.marker.pattern.shape is not None
            if trace.type == "bar" and not hatched and trace.x is not None and len(trace.x) == days.days:
                trace.marker.pattern.shape = ["/" if at == position else "" for at in range(days.days)]


def _name_days(figure: go.Figure, days: Period, most: int) -> None:
    """Name every day of a short period, else some Mondays, in the reader's language."""
    every = 1 if days.days <= most else 7 * -(-days.days // (7 * most))
    first = days.start if every == 1 else days.start + timedelta(days=-days.start.weekday() % 7)
    named = [first + timedelta(days=at) for at in range(0, (days.end - first).days + 1, every)]
    figure.update_xaxes(
        tickvals=[day.isoformat() for day in named],
        ticktext=[fmt.day_short(day) for day in named],
        hoverformat="%d/%m/%Y",
    )


def _edges(start: date, end: date, half: timedelta) -> dict[str, str]:
    midnight = timedelta(days=1) - half
    first = f"{start - timedelta(days=1)}T{int(midnight.total_seconds() // 3600):02d}:00"
    return {"x0": first, "x1": f"{end}T{int(half.total_seconds() // 3600):02d}:00"}
