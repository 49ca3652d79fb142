"""Names of series beside a chart, in place of a legend, where they fit."""

from collections.abc import Sequence

from dashboard import theme
from dashboard.components.figure import Figure

MOST = 8
_SWATCH = 10  # pixels
_LINE = 0.1  # of the chart's height
_LETTER = 7  # pixels


def name_series(figure: Figure, series: Sequence[tuple[str, str]]) -> None:
    """Write names (each with its colour) beside the chart from the bottom up, as bars stand on each other, and leave
    out the legend; more than MOST keep it."""
    if len(series) > MOST:
        return
    for at, (name, colour) in enumerate(series):
        height = _LINE * (at + 0.5)
        figure.add_shape(
            type="rect", xref="paper", yref="paper", xsizemode="pixel", ysizemode="pixel", xanchor=1, yanchor=height,
            x0=8, x1=8 + _SWATCH, y0=-_SWATCH / 2, y1=_SWATCH / 2, fillcolor=colour, line={"width": 0},
        )  # fmt: skip
        figure.add_annotation(
            text=name, xref="paper", yref="paper", x=1, y=height, xshift=12 + _SWATCH, xanchor="left",
            yanchor="middle", showarrow=False, font={"color": theme.color("text"), "size": 11},
        )  # fmt: skip
    longest = max((len(name) for name, _colour in series), default=0)
    figure.update_layout({"showlegend": False, "margin": {"r": 24 + _SWATCH + _LETTER * longest}})
