"""The charts of a partner's page: orders per month, and by which couriers they went."""

import pandas as pd

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import chart, empty_state
from dashboard.components.figure import Figure, bar
from dashboard.i18n import _
from vocabulary import OrderState

_HEIGHT = 260  # pixels
_ROOM_FOR_TEXT = 110  # pixels, right of the longest bar


def draw_months(rows: pd.DataFrame) -> None:
    """The months under their sentence."""
    if not rows[["created", "shipped"]].to_numpy().any():
        empty_state(_("Belum ada pesanan dalam 12 bulan terakhir."))
        return
    title = _("{shipped} pesanan terkirim dalam 12 bulan").format(shipped=fmt.number(int(rows["shipped"].sum())))
    chart(orders_per_month(rows), title, key="partner-months", height=_HEIGHT)


def draw_couriers(rows: pd.DataFrame) -> None:
    """The couriers under their sentence; the one with the most orders comes first in `rows`."""
    if rows.empty:
        empty_state(_("Belum ada paket yang diserahkan ke kurir."))
        return
    title = _("Terbanyak lewat {courier} ({share})").format(
        courier=rows["courier"].iloc[0],
        share=fmt.percent(int(rows["shipped"].iloc[0]), int(rows["shipped"].sum())),
    )
    chart(courier_bars(rows), title, key="partner-couriers", height=_HEIGHT)


def orders_per_month(rows: pd.DataFrame) -> Figure:
    """Bars of created orders per month, and of those handed over (columns month, created, shipped)."""
    months = [fmt.month_short(month) for month in rows["month"]]
    shown = (("created", _("Dibuat"), OrderState.DIAJUKAN), ("shipped", _("Dikirim"), OrderState.DIKIRIM))
    figure = Figure(
        *(
            bar(x=months, y=rows[column].tolist(), name=name, marker={"color": theme.state_color(state)})
            for column, name, state in shown
        )
    )
    figure.update_layout({"barmode": "group", "hovermode": "x unified"})
    figure.update_yaxes(rangemode="tozero")
    return figure


def courier_bars(rows: pd.DataFrame) -> Figure:
    """Orders handed over by courier, as bars with their share (columns courier, shipped)."""
    total = int(rows["shipped"].sum())
    ordered = rows.sort_values("shipped")
    figure = Figure(
        bar(
            x=ordered["shipped"].tolist(),
            y=ordered["courier"].tolist(),
            orientation="h",
            marker={"color": [theme.courier_color(courier) for courier in ordered["courier"]]},
            text=[f"{fmt.number(int(n))} · {fmt.percent(int(n), total)}" for n in ordered["shipped"]],
            textposition="outside",  # on the page's own ground, where every text is read
            textfont={"color": theme.color("text")},
            hoverinfo="skip",
            cliponaxis=False,
        )
    )
    most = max((int(count) for count in ordered["shipped"]), default=0)
    figure.update_xaxes(visible=False, range=[0, max(most, 1)])
    figure.update_layout({"margin": {"r": _ROOM_FOR_TEXT}})
    figure.update_yaxes(showgrid=False)
    return figure
