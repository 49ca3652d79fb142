"""A Plotly chart with one message."""

from collections import Counter
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays
import numpy as np
import streamlit as st
from plotly.basedatatypes import BaseFigure

from dashboard import format as fmt
from dashboard import theme
from dashboard.components.figure import Figure, Trace
from dashboard.runtime import runtime
from queries.wib import Period, business_day

MOST_MARKED = 400  # days
MOST_NAMED = 10
MOST_TICKS = 5  # up to here an axis names each whole number; above it Plotly's steps are whole
HEIGHT = 320  # pixels
_CONFIG = {"displayModeBar": False, "responsive": True}


@lru_cache(maxsize=32)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ID", years=year))


def is_day_off(day: date) -> bool:
    """Saturday, Sunday or an Indonesian holiday."""
    return day.weekday() >= 5 or day in _holidays(day.year)


class _AsItIs(BaseFigure):  # type: ignore[misc]
    """A figure that st.plotly_chart sends without building Plotly's own of it."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure

    def to_dict(self) -> dict[str, Any]:
        return self._figure.to_dict()


def chart(
    figure: Figure, title: str, *, key: str, alt: str = "", height: int = HEIGHT, days: Period | None = None
) -> None:
    """Draw a figure under its sentence. `alt` is what a screen reader says, the sentence if empty; with `days` the
    axis names them, and days off and today are marked."""
    _prepare(figure, height, days)
    st.markdown(f"**{title}**")
    st.plotly_chart(_AsItIs(figure), theme=None, key=key, config=_CONFIG, alt=alt or title, height=height)


def clickable_chart(
    figure: Figure, title: str, *, key: str, alt: str = "", height: int = HEIGHT, days: Period | None = None
) -> list[dict[str, Any]]:
    """Draw a figure as `chart` does, whose points can be clicked; the points that are."""
    _prepare(figure, height, days)
    # a unified hover would not say which of its points is clicked
    figure.update_layout({"clickmode": "event+select", "hovermode": "closest"})
    st.markdown(f"**{title}**")
    event = st.plotly_chart(
        _AsItIs(figure),
        theme=None,
        key=key,
        config=_CONFIG,
        alt=alt or title,
        height=height,
        on_select="rerun",
        selection_mode="points",
    )
    return [dict(point) for point in event["selection"]["points"]]


def _prepare(figure: Figure, height: int, days: Period | None) -> None:
    figure.update_layout({"template": theme.template(), "height": height})
    whole_ticks(figure)
    if days is not None and days.days <= MOST_MARKED:
        _mark_days(figure, days)
    if days is not None:
        _name_days(figure, days)


def whole_ticks(figure: Figure) -> None:
    """Name whole numbers only on an upright axis that counts few: Plotly's halves are read as "0 1 1"."""
    counted = [trace for trace in figure.data if trace["type"] in ("bar", "scatter") and _is_upright(trace)]
    values = [value for trace in counted for value in trace["y"] if value is not None]
    if not values or not all(isinstance(value, (int, np.integer)) for value in values):
        return
    highest = max(max(values), *_stacks(figure).values(), 0)
    if highest <= MOST_TICKS:
        figure.update_yaxes(tick0=0, dtick=1, tickformat=",d")
    if highest == 0:
        figure.update_yaxes(range=[0, 1])


def _stacks(figure: Figure) -> Counter[Any]:
    """How high the bars of each place are on each other."""
    heights: Counter[Any] = Counter()
    if figure.layout.get("barmode", "stack") == "stack":
        for trace in figure.data:
            if trace["type"] == "bar" and _is_upright(trace):
                heights.update(dict(zip(trace["x"], trace["y"], strict=True)))
    return heights


def _is_upright(trace: Trace) -> bool:
    return trace.get("orientation") != "h"


def _mark_days(figure: Figure, days: Period) -> None:
    half = timedelta(hours=12)
    start = days.start
    while start <= days.end:
        end = start
        if is_day_off(start):
            while end < days.end and is_day_off(end + timedelta(days=1)):
                end += timedelta(days=1)
            # over the whole height, also where several panels stand below each other
            figure.add_shape(
                type="rect", xref="x", yref="paper", y0=0, y1=1, **_edges(start, end, half),
                fillcolor=theme.color("shade"), line={"width": 0}, layer="below",
            )  # fmt: skip
        start = end + timedelta(days=1)
    today = business_day(runtime().now())
    if days.start <= today <= days.end:
        position = (today - days.start).days
        for trace in figure.data:
            if trace["type"] == "bar" and "pattern" not in trace["marker"] and len(trace["x"]) == days.days:
                trace["marker"]["pattern"] = {"shape": ["/" if at == position else "" for at in range(days.days)]}


def _name_days(figure: Figure, days: Period) -> None:
    """Name every day of a short period, else some Mondays, in the reader's language."""
    every = 1 if days.days <= MOST_NAMED else 7 * -(-days.days // (7 * MOST_NAMED))
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
