"""Small multiples as one figure: counts over the same days below each other, with the value of the last day beside."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from dashboard import format as fmt
from dashboard import theme
from dashboard.components.figure import Figure, Trace, bar, scatter

ROW_HEIGHT = 56  # pixels
_GAP = 0.42  # of a row, for the name above its panel
_EDGES = 60  # pixels, for the days below and the heading above
_VALUES = 78  # pixels, right of the panels


class Series(NamedTuple):
    """A column of the daily rows, its name and colour. A flow is drawn as bars, what waits as a line."""

    column: str
    name: str
    colour: str
    is_flow: bool


def multiples(rows: pd.DataFrame, series: Sequence[Series], heading: str) -> Figure:
    """The figure of `rows` (column `date`), each panel from zero; `heading` says which day the values are of."""
    figure = Figure()
    step = 1 / len(series)
    for at, each in enumerate(series, start=1):
        top = 1 - (at - 1) * step
        counts = [int(count) for count in rows[each.column]]
        most = max(counts, default=0)
        axis = "y" if at == 1 else f"y{at}"
        figure.data.append(_trace(rows, each, counts, axis))
        figure.update_layout({
            f"yaxis{'' if at == 1 else at}": {
                "domain": [max(top - step, 0), top - step * _GAP],
                "range": [0, max(most, 1) * 1.1],
                "tickmode": "array",
                "tickvals": [0, most] if most else [0],
                "ticktext": ["0", fmt.number_short(most)] if most else ["0"],
                "anchor": "x",
            }
        })  # fmt: skip
        _write(figure, each.name, x=0, y=top - step * _GAP, anchor=("left", "bottom"))
        value = fmt.number(counts[-1]) if counts else fmt.NONE
        _write(figure, f"<b>{value}</b>", x=1, y=top - step * (1 + _GAP) / 2, anchor=("left", "middle"), size=14)
    _write(figure, heading, x=1, y=1, anchor=("left", "middle"))
    last = "y" if len(series) == 1 else f"y{len(series)}"
    figure.update_xaxes(anchor=last, ticklabelstandoff=4)
    figure.update_layout({"showlegend": False, "hovermode": "x unified", "margin": {"r": _VALUES}})
    return figure


def height_of(series: Sequence[Series]) -> int:
    """The height of the figure in pixels."""
    return ROW_HEIGHT * len(series) + _EDGES


def _trace(rows: pd.DataFrame, each: Series, counts: list[int], axis: str) -> Trace:
    shared = {
        "x": rows["date"].tolist(),
        "y": counts,
        "name": each.name,
        "meta": each.column,
        "yaxis": axis,
        "hovertemplate": f"{each.name}: %{{y:,d}}<extra></extra>",
    }
    if each.is_flow:
        return bar(**shared, marker={"color": each.colour})
    mode = "lines+markers" if len(rows) == 1 else "lines"
    return scatter(**shared, mode=mode, line={"color": each.colour, "width": 2})


def _write(figure: Figure, text: str, *, x: float, y: float, anchor: tuple[str, str], size: int = 11) -> None:
    figure.add_annotation(
        text=text, x=x, y=y, xref="paper", yref="paper", xanchor=anchor[0], yanchor=anchor[1], xshift=8 if x else 0,
        showarrow=False, font={"color": theme.color("text"), "size": size},
    )  # fmt: skip
