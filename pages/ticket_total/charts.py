"""The chart of Total Tiket: stacked bars by courier per day, or per hour where the range is one day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import clickable_chart, name_series
from dashboard.components.figure import Figure, bar, scatter
from dashboard.i18n import _, pgettext
from dashboard.runtime import runtime
from pages.ticket_total.message import chart_title
from pages.ticket_total.numbers import TicketTotals
from queries.wib import WIB, business_day

HOURS = range(24)


@dataclass(frozen=True, slots=True)
class ClickedBar:
    """The day, hour and courier of the bar that was clicked; None where nothing was. Bars of days have no hour."""

    day: date | None = None
    courier: str | None = None
    hour: int | None = None


def draw_days(totals: TicketTotals) -> ClickedBar:
    """The bars; a click on one chooses its day, or its hour of the only day, and its courier."""
    label = pgettext("period", "Sebelumnya")
    title = chart_title(totals.by_courier, totals.by_courier_before)
    hours = totals.hours
    if hours is None:
        figure = tickets_per_day(totals.rows, _sums(totals.before, "day"), label)
        points = clickable_chart(
            figure, title, alt=_("Tiket per hari dan ekspedisi"), key="tiket-chart", days=totals.period
        )
    else:
        figure = tickets_per_hour(hours, _sums(totals.hours_before, "hour"), label, _hour_of_now(totals.period.start))
        points = clickable_chart(figure, title, alt=_("Tiket per jam (WIB) dan ekspedisi"), key="tiket-hours")
    of_bar = points[0].get("customdata") if points else None
    if not of_bar:
        return ClickedBar()
    courier, at = str(of_bar[0]), str(of_bar[2])
    if hours is None:
        return ClickedBar(date.fromisoformat(at), courier)
    return ClickedBar(totals.period.start, courier, int(at))


def _sums(rows: pd.DataFrame | None, column: str) -> list[int] | None:
    return None if rows is None else [int(value) for value in rows.groupby(column)["tickets"].sum()]


def _hour_of_now(day: date) -> int | None:
    """The hour that still runs, on the day of today."""
    now = runtime().now()
    return now.astimezone(WIB).hour if business_day(now) == day else None


def tickets_per_day(rows: pd.DataFrame, before: list[int] | None, before_label: str) -> Figure:
    """Stacked bars per day by courier (columns day, courier, tickets); the period before as a line of totals."""
    days: list[date] = sorted(rows["day"].unique())
    return _bars(rows.rename(columns={"day": "at"}), days, [fmt.day(day) for day in days], before, before_label)


def tickets_per_hour(
    rows: pd.DataFrame, before: list[int] | None, before_label: str, running: int | None = None
) -> Figure:
    """The same per WIB hour of one day (columns hour, courier, tickets). The `running` hour is hatched; those after it
    are still to come, and empty."""
    names = [fmt.hour(hour) for hour in HOURS]
    figure = _bars(rows.rename(columns={"hour": "at"}), list(HOURS), names, before, before_label)
    if running is not None:
        for trace in figure.data:
            if trace["type"] == "bar":
                trace["marker"]["pattern"] = {"shape": ["/" if hour == running else "" for hour in HOURS]}
    title = {"text": _("Jam (WIB)")}
    figure.update_xaxes(tickvals=list(HOURS)[::3], ticktext=names[::3], title=title, range=[-0.5, 23.5])
    return figure


def _bars(
    rows: pd.DataFrame, places: list[date] | list[int], names: list[str], before: list[int] | None, before_label: str
) -> Figure:
    """A bar's customdata: its courier, what the hover says of its whole place, and the place itself."""
    figure = Figure()
    of_place: dict[Any, list[tuple[str, int]]] = {at: [] for at in places}
    for at, courier, count in zip(rows["at"], rows["courier"], rows["tickets"], strict=True):
        of_place[at].append((str(courier), int(count)))
    hovers = {at: _hover(name, of_place[at]) for at, name in zip(places, names, strict=True)}
    if before:
        hovers = {
            at: f"{hovers[at]}<br>{before_label}: {fmt.number(count)}"
            for at, count in zip(places, before, strict=False)
        }
    for courier, part in rows.groupby("courier", sort=True):
        bars = bar(
            x=part["at"].tolist(),
            y=part["tickets"].tolist(),
            name=str(courier),
            marker={"color": theme.courier_color(str(courier))},
            customdata=[[str(courier), hovers[at], str(at)] for at in part["at"]],
            hovertemplate="%{customdata[1]}<extra></extra>",
        )
        figure.data.append(bars)
    if before:
        line = {"color": theme.color("muted"), "dash": "dot"}
        # it must not take the click on a bar that it crosses
        figure.data.append(scatter(x=places, y=before, name=before_label, mode="lines", line=line, hoverinfo="skip"))
    figure.update_layout({"barmode": "stack"})
    counts = rows.groupby("courier", sort=True)["tickets"].sum()
    series = [(str(courier), theme.courier_color(str(courier))) for courier, count in counts.items() if count]
    name_series(figure, series + ([(before_label, theme.color("muted"))] if before else []))
    return figure


def _hover(name: str, counts: list[tuple[str, int]]) -> str:
    lines = [f"<b>{name}: {fmt.number(sum(count for _courier, count in counts))}</b>"]
    most_first = sorted(counts, key=lambda each: each[1], reverse=True)
    lines += [f"{courier} {fmt.number(count)}" for courier, count in most_first if count]
    return "<br>".join(lines)
