"""The chart of the pickup monitoring: at which courier and hour pickups come late."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import chart, empty_state
from dashboard.i18n import _
from queries.metrics import is_small, percent, whole_percent

_HEIGHT, _HEIGHT_OF_A_ROW = 90, 42  # pixels


def draw_lateness(rows: pd.DataFrame) -> None:
    """The heat map under its sentence; `rows`: courier, due_hour, handed, late, late_seconds."""
    if rows.empty:
        empty_state(_("Belum ada paket yang diserahkan pada rentang ini."))
        return
    late, handed = int(rows["late"].sum()), int(rows["handed"].sum())
    chart(
        lateness_by_hour(rows),
        _("{share} dari {handed} paket terlambat, per ekspedisi dan jam jadwal").format(
            share=fmt.percent(late, handed), handed=fmt.number(handed)
        ),
        alt=_("Keterlambatan per ekspedisi dan jam jadwal"),
        key="pickup-heat",
        height=_HEIGHT + _HEIGHT_OF_A_ROW * rows["courier"].nunique(),
    )


def lateness_by_hour(rows: pd.DataFrame) -> go.Figure:
    """Heat map courier x WIB hour of due: the share handed over late, with its parts. At least one row."""
    hours = range(int(rows["due_hour"].min()), int(rows["due_hour"].max()) + 1)
    couriers = sorted(rows["courier"].unique(), reverse=True)
    cells: dict[tuple[str, int], Any] = {(row["courier"], row["due_hour"]): row for row in rows.to_dict("records")}
    grid = [[cells.get((courier, hour)) for hour in hours] for courier in couriers]
    figure = go.Figure(
        go.Heatmap(
            x=[f"{hour:02d}.00" for hour in hours],
            y=couriers,
            z=[[_share(cell) for cell in line] for line in grid],
            zmin=0,
            customdata=[[_hover(cell) for cell in line] for line in grid],
            text=[[_text(cell) for cell in line] for line in grid],
            texttemplate="%{text}",
            hovertemplate="%{y} %{x}<br>%{customdata}<extra></extra>",
            colorscale=[[0, theme.color("panel")], [1, theme.color("bad")]],
            colorbar={"title": _("% terlambat"), "thickness": 10, "outlinewidth": 0},
            xgap=2,
            ygap=2,
        )
    )
    figure.update_xaxes(title=_("Jam jadwal (WIB)"), type="category", showgrid=False)
    figure.update_yaxes(showgrid=False)
    return figure


def _share(cell: dict[str, Any] | None) -> float | None:
    share = None if cell is None else percent(int(cell["late"]), int(cell["handed"]))
    return None if share is None else float(share)


def _text(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return ""
    late, handed = int(cell["late"]), int(cell["handed"])
    shown = whole_percent(late, handed)
    return fmt.NONE if shown is None else f"{shown} %{'○' if is_small(handed) else ''}"


def _hover(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return _("tidak ada pickup")
    late, handed, seconds = int(cell["late"]), int(cell["handed"]), int(cell["late_seconds"])
    mean = fmt.duration(seconds // late) if late else fmt.NONE
    return _("{late} dari {handed} terlambat, rata-rata {mean}").format(
        late=fmt.number(late), handed=fmt.number(handed), mean=mean
    )
