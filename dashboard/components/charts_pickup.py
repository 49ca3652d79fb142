"""Charts of the pickup monitoring."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard import theme
from dashboard.i18n import _
from queries.metrics import is_small, percent


def lateness_by_hour(rows: pd.DataFrame) -> go.Figure:
    """Heat map courier x WIB hour of due: the share handed over late, with its parts.

    `rows`: courier, due_hour, handed, late, late_seconds; at least one row.
    """
    hours = range(int(rows["due_hour"].min()), int(rows["due_hour"].max()) + 1)
    couriers = sorted(rows["courier"].unique(), reverse=True)
    cells = {(row.courier, row.due_hour): row for row in rows.itertuples(index=False)}
    shares: list[list[float | None]] = []
    told: list[list[str]] = []
    texts: list[list[str]] = []
    for courier in couriers:
        found = [cells.get((courier, hour)) for hour in hours]
        percents = [percent(int(cell.late), int(cell.handed)) if cell else None for cell in found]
        shares.append([None if value is None else float(value) for value in percents])
        told.append([_hover(cell) for cell in found])
        texts.append([_cell(cell) for cell in found])
    figure = go.Figure(
        go.Heatmap(
            x=[f"{hour:02d}.00" for hour in hours],
            y=couriers,
            z=shares,
            zmin=0,
            customdata=told,
            text=texts,
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


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    late, handed = int(cell.late), int(cell.handed)  # type: ignore[attr-defined]
    mark = "○" if is_small(handed) else ""
    return f"{round(late * 100 / handed)} %{mark}"


def _hover(cell: object) -> str:
    if cell is None:
        return _("tidak ada pickup")
    late, handed, seconds = int(cell.late), int(cell.handed), int(cell.late_seconds)  # type: ignore[attr-defined]
    mean = fmt.duration(seconds / late) if late else fmt.NONE
    return _("{late} dari {handed} terlambat, rata-rata {mean}").format(
        late=fmt.number(late), handed=fmt.number(handed), mean=mean
    )
