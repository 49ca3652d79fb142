"""Charts of the reliability metrics."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import chart, guarded, name_series
from dashboard.components.figure import Figure, bar, scatter
from dashboard.i18n import _
from queries.metrics import percent
from vocabulary import OrderState

_ROOM_FOR_TEXT = 110  # pixels, right of the longest bar


class Step(NamedTuple):
    """A state, its name for the reader, and how many orders reached it."""

    state: OrderState
    label: str
    orders: int


def draw_steps(steps: Sequence[Step], medians: Mapping[str, int | None], what: str) -> None:
    """The funnel under its sentence; `medians` as `reliability.step_medians` gives them, `what` says which orders."""
    seconds = {
        OrderState.DIPACKING: medians["verification"],
        OrderState.DIKIRIM: medians["dipacking"],
        OrderState.DITERIMA: medians["dikirim"],
        OrderState.RETUR: medians["retur"],
        OrderState.RETUR_DITERIMA: medians["retur_done"],
    }
    orders = {step.state: step.orders for step in steps}
    title = _("{delivered} diterima dan {returned} retur, {what}").format(
        delivered=fmt.number(orders[OrderState.DITERIMA]), returned=fmt.number(orders[OrderState.RETUR]), what=what
    )
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        chart(step_funnel(steps, seconds), title, key="reliability-funnel", height=250)


def step_funnel(steps: Sequence[Step], seconds: Mapping[OrderState, int | None]) -> Figure:
    """Horizontal bars with the share of the first step's orders and the median time it took to get there.

    `seconds`: by state; None where no order took the step.
    """
    whole = steps[0].orders
    shown = list(reversed(steps))
    figure = Figure(
        bar(
            x=[step.orders for step in shown],
            y=[_name(step, seconds.get(step.state)) for step in shown],
            orientation="h",
            marker={"color": [theme.state_color(step.state) for step in shown]},
            text=[f"{fmt.number(step.orders)} · {fmt.percent(step.orders, whole)}" for step in shown],
            textposition="outside",  # on the page's own ground, where every text is read
            textfont={"color": theme.color("text")},
            hoverinfo="skip",
            cliponaxis=False,
        )
    )
    most = max((step.orders for step in steps), default=0)
    figure.update_xaxes(visible=False, range=[0, max(most, 1)])
    figure.update_layout({"margin": {"r": _ROOM_FOR_TEXT}})
    figure.update_yaxes(showgrid=False)
    return figure


def _name(step: Step, median: int | None) -> str:
    if median is None:
        return step.label
    text = _("median {time}").format(time=fmt.duration(median))
    return f"{step.label}<br><span style='font-size:10px'>{text}</span>"


def _percents(parts: "pd.Series[int]", wholes: "pd.Series[int]") -> list[float | None]:
    """Each share in percent; None, which is a gap in the line, where there is nothing to divide by."""
    shares = [percent(int(part), int(whole)) for part, whole in zip(parts, wholes, strict=True)]
    return [None if found is None else float(found) for found in shares]


def cohort_shares(rows: pd.DataFrame, labels: Mapping[OrderState, str]) -> Figure:
    """Lines of the share of each creation day's orders that reached a state; hatched bars show what is open still.

    `rows`: day, created, open, mature and one column per key of `labels`.
    """
    figure = Figure()
    young = rows[~rows["mature"].astype(bool)]
    if len(young):
        still_open = bar(
            x=young["day"].tolist(),
            y=_percents(young["open"], young["created"]),
            name=_("belum matang: masih terbuka"),
            marker={"color": theme.color("border"), "pattern": {"shape": "/", "fgcolor": theme.color("muted")}},
            hovertemplate="%{y} %",
        )
        figure.data.append(still_open)
    for state, label in labels.items():
        line = scatter(
            x=rows["day"].tolist(),
            y=_percents(rows[state], rows["created"]),
            name=label,
            mode="lines",
            line={"color": theme.state_color(state), "width": 2},
            hovertemplate="%{y} %",
        )
        figure.data.append(line)
    figure.update_yaxes(rangemode="tozero", ticksuffix=" %")
    figure.update_layout({"hovermode": "x unified"})
    young_name = [(_("belum matang"), theme.color("muted"))] if len(young) else []
    name_series(figure, young_name + [(label, theme.state_color(state)) for state, label in labels.items()])
    return figure
