"""The metrics by the day on which something happened."""

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import chart, guarded
from dashboard.i18n import _
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.reliability import labels
from pages.reliability.charts import Step, draw_steps
from pages.reliability.multiples import Series, height_of, multiples
from queries import reliability
from queries.wib import Period, business_day
from vocabulary import OrderState


def draw_by_event(period: Period, rows: pd.DataFrame, only: tuple[str, ...]) -> None:
    """Funnel and daily counts; `rows` as `reliability.daily` gives them."""
    moved = ask(reliability.by_state, period, only)
    medians = ask(reliability.step_medians, period, only)
    entered = moved.groupby("state")["entered"].sum()
    steps = [Step(state, labels.step(state), int(entered.get(state, 0))) for state in labels.STEPS]
    draw_steps(steps, medians, _("masuk pada rentang ini"))
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        title = _("Tiap hari: antrean pada akhir hari, arus dan tiket sepanjang hari")
        _draw(rows, _daily_series(), title, "reliability-days", period)
    title = _("Sisi lainnya: arus dari antrean, antrean dari arus")
    with st.expander(title, on_change="rerun", key="reliability-other") as section:
        if section.open:
            _other_side(moved, period)


def _daily_series() -> list[Series]:
    colours = {
        **{
            name: theme.state_color(OrderState(state))
            for name, state in (reliability.BACKLOG | reliability.FLOW).items()
        },
        **{name: theme.courier_color(code) for code, name in reliability.TICKETS.items()},
        reliability.OTHER_TICKETS: theme.color("muted"),
    }
    return [
        Series(name, label, colours[name], is_flow=name not in reliability.BACKLOG)
        for name, label in labels.columns().items()
    ]


def _draw(rows: pd.DataFrame, series: list[Series], title: str, key: str, period: Period) -> None:
    """One figure of all series, with the values of the last day, which is today where the period reaches it."""
    is_today = period.end == business_day(runtime().now())
    heading = _("hari ini") if is_today else fmt.day_short(period.end)
    chart(multiples(rows, series, heading), title, key=key, height=height_of(series), days=period)


def _other_side(moved: pd.DataFrame, period: Period) -> None:
    wide = pd.DataFrame({"date": sorted(moved["day"].unique())})
    series: list[Series] = []
    for state in labels.STEPS:
        is_backlog = state in reliability.BACKLOG.values()
        part = moved[moved["state"] == state].sort_values("day")
        wide[state] = part["entered" if is_backlog else "backlog"].tolist()
        kind = _("{state} (arus)") if is_backlog else _("{state} (berada di status ini)")
        name = kind.format(state=labels.step(state))
        series.append(Series(state, name, theme.state_color(state), is_flow=is_backlog))
    title = _("Arus verifikasi dan dipacking; jumlah yang berada di status lainnya pada akhir hari")
    _draw(wide, series, title, "reliability-other-side", period)
