"""A Plotly chart with one message."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays
import plotly.graph_objects as go
import streamlit as st

from dashboard import theme
from dashboard.runtime import runtime
from queries.wib import Period, business_day


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
) -> list[dict[str, Any]]:
    """Draw a figure under its sentence; `days` marks days off and today. Returns the clicked points (with `select`)."""
    figure.update_layout(template=theme.template(), height=height)
    if select:
        figure.update_layout(clickmode="event+select")
    if days is not None and days.days <= 400:
        _mark_days(figure, days)
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
            if trace.type == "bar" and trace.x is not None and len(trace.x) == days.days:
                trace.marker.pattern.shape = ["/" if at == position else "" for at in range(days.days)]


def _edges(start: date, end: date, half: timedelta) -> dict[str, str]:
    midnight = timedelta(days=1) - half
    first = f"{start - timedelta(days=1)}T{int(midnight.total_seconds() // 3600):02d}:00"
    return {"x0": first, "x1": f"{end}T{int(half.total_seconds() // 3600):02d}:00"}
