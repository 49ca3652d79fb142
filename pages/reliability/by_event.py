"""The metrics by the day on which something happened."""

import pandas as pd
import streamlit as st

from dashboard import theme
from dashboard.components import guarded, panel
from dashboard.i18n import _
from dashboard.warehouse import ask
from pages.reliability import labels
from pages.reliability.charts import Step, draw_steps, one_line
from queries import reliability
from queries.wib import Period
from vocabulary import OrderState

PANELS = 5  # a row
Series = list[tuple[str, str, str]]


def draw_by_event(period: Period, rows: pd.DataFrame, only: tuple[str, ...]) -> None:
    """Funnel and daily counts; `rows` as `reliability.daily` gives them."""
    moved = ask(reliability.by_state, period, only)
    medians = ask(reliability.step_medians, period, only)
    entered = moved.groupby("state")["entered"].sum()
    steps = [Step(state, labels.step(state), int(entered.get(state, 0))) for state in labels.STEPS]
    draw_steps(steps, medians, _("masuk pada rentang ini"))
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        st.markdown("**" + _("Tiap hari: antrean pada akhir hari, arus dan tiket sepanjang hari") + "**")
        _panels(rows, _daily_series(), period)
    title = _("Sisi lainnya: arus dari antrean, antrean dari arus")
    with st.expander(title, on_change="rerun", key="reliability-other") as section:
        if section.open:
            _other_side(moved, period)


def _daily_series() -> Series:
    colours = {
        **{
            name: theme.state_color(OrderState(state))
            for name, state in (reliability.BACKLOG | reliability.FLOW).items()
        },
        **{name: theme.courier_color(code) for code, name in reliability.TICKETS.items()},
        reliability.OTHER_TICKETS: theme.color("muted"),
    }
    return [(name, label, colours[name]) for name, label in labels.columns().items()]


def _panels(rows: pd.DataFrame, series: Series, period: Period) -> None:
    """Small multiples of (column, title, colour) over the same days; as many a row as the screen has room for."""
    with st.grid(PANELS, min_column_width=195, gap="small"):
        for column, title, colour in series:
            with st.container(gap=None):
                panel(one_line(rows, column, colour), title, key=f"panel-{column}", days=period)


def _other_side(moved: pd.DataFrame, period: Period) -> None:
    wide = pd.DataFrame({"date": sorted(moved["day"].unique())})
    series: Series = []
    for state in labels.STEPS:
        is_backlog = state in reliability.BACKLOG.values()
        part = moved[moved["state"] == state].sort_values("day")
        wide[state] = part["entered" if is_backlog else "backlog"].tolist()
        kind = _("{state} (arus)") if is_backlog else _("{state} (berada di status ini)")
        series.append((state, kind.format(state=labels.step(state)), theme.state_color(state)))
    st.markdown("**" + _("Arus verifikasi dan dipacking; jumlah yang berada di status lainnya pada akhir hari") + "**")
    _panels(wide, series, period)
