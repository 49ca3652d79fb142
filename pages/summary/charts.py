"""What was handed over on each day, COD and non-COD."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import chart, name_series
from dashboard.components.chart import MOST_MARKED
from dashboard.components.figure import Figure, bar
from dashboard.i18n import _
from queries.metrics import is_small
from queries.wib import Period, month_start


def chart_title(days: pd.DataFrame) -> str:
    """One sentence over the chart."""
    cod, non_cod, orders = (int(days[name].sum()) for name in ("cod", "non_cod", "orders"))
    if is_small(orders) or not cod + non_cod:
        return _("Nilai pesanan yang diserahkan ke kurir")
    return _("{share} nilai pesanan adalah COD").format(share=fmt.percent(cod, cod + non_cod))


def draw_trade(period: Period, days: pd.DataFrame) -> None:
    """The chart under its sentence; a long period by month."""
    alt = _("Nilai pesanan per hari, COD dan non-COD")
    if period.days <= MOST_MARKED:
        chart(trade_figure(days, fmt.day), chart_title(days), alt=alt, key="ringkasan-chart", days=period)
    else:
        months = days.assign(day=[month_start(day) for day in days["day"]]).groupby("day", as_index=False).sum()
        alt = _("Nilai pesanan per bulan, COD dan non-COD")
        chart(trade_figure(months, fmt.month), chart_title(days), alt=alt, key="ringkasan-chart")


def trade_figure(days: pd.DataFrame, name_of: Callable[[date], str]) -> Figure:
    """Stacked bars per day or month of rupiah by payment method (columns day, orders, cod, non_cod)."""
    series = [("cod", "COD", theme.color("primary")), ("non_cod", _("Non-COD"), theme.color("warn"))]
    texts = [_hover(row, name_of) for row in days.to_dict("records")]
    figure = Figure(
        *[
            bar(
                x=list(days["day"]),
                y=[int(value) for value in days[name]],
                name=label,
                marker={"color": colour},
                customdata=texts,
                hovertemplate="%{customdata}<extra></extra>",
            )
            for name, label, colour in series
        ]
    )
    figure.update_layout({"barmode": "stack"})
    name_series(figure, [(label, colour) for _name, label, colour in series])
    return figure


def _hover(row: dict[Any, Any], name_of: Callable[[date], str]) -> str:
    non_cod, count = _("Non-COD"), _("{count} pesanan").format(count=fmt.number(int(row["orders"])))
    parts = (
        f"<b>{name_of(row['day'])}</b>",
        f"COD {fmt.rupiah(row['cod'])}",
        f"{non_cod} {fmt.rupiah(row['non_cod'])}",
    )
    return "<br>".join((*parts, count))
