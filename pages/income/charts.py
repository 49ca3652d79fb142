"""The bridge from the shipping fee to the profit, and the profit over time."""

from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import chart, name_series
from dashboard.components.figure import Figure, bar
from dashboard.i18n import _
from dashboard.warehouse import ask
from queries import income
from queries.income import By, Income, IncomeFilter
from queries.wib import Period, month_start, months_between

MOST_DAYS = 92  # a longer period is shown by months
_ROOM_FOR_TEXT = 120  # pixels, right of the longest bar
_NAMES_SHOWN = 12


class BridgeStep(NamedTuple):
    """A bar: from one amount to another, and the colour's name."""

    label: str
    start: int
    end: int
    color: str

    @property
    def amount(self) -> int:
        """What the step adds, or takes."""
        return self.end - self.start


def bridge_steps(found: Income) -> list[BridgeStep]:
    """From what is charged for the shipping to what is left as profit."""
    margin, with_fee = found.shipping_margin, found.shipping_margin + found.service_fee
    return [
        BridgeStep(_("Ongkir"), 0, found.bare_shipping, "primary"),
        BridgeStep(_("Bagian ekspedisi"), found.bare_shipping, margin, "bad"),
        BridgeStep(_("Biaya layanan COD"), margin, with_fee, "good"),
        BridgeStep(_("Cashback partner"), with_fee, found.profit, "bad"),
        BridgeStep(_("Profit"), 0, found.profit, "primary"),
    ]


def bridge_title(found: Income) -> str:
    """The sentence over the bridge."""
    loss = _("Rugi {amount} dari ongkir {shipping} dan biaya layanan {fees}")
    profit = _("Profit {amount} dari ongkir {shipping} dan biaya layanan {fees}")
    return (loss if found.profit < 0 else profit).format(
        amount=fmt.rupiah_short(abs(found.profit)),
        shipping=fmt.rupiah_short(found.bare_shipping),
        fees=fmt.rupiah_short(found.service_fee),
    )


def bridge(found: Income) -> Figure:
    """Floating bars from above to below."""
    steps = list(reversed(bridge_steps(found)))
    figure = Figure(
        bar(
            x=[step.amount for step in steps],
            base=[step.start for step in steps],
            y=[step.label for step in steps],
            orientation="h",
            marker={"color": [theme.color(step.color) for step in steps]},
            customdata=[fmt.rupiah(step.amount) for step in steps],
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    )
    ends = [end for step in steps for end in (step.start, step.end)]
    lowest, highest = min(*ends, 0), max(*ends, 1)
    for step in steps:  # beside the longer end, on the page's own ground
        figure.add_annotation(
            x=max(step.start, step.end), y=step.label, text=fmt.rupiah_short(step.amount), showarrow=False,
            xanchor="left", xshift=4, font={"color": theme.color("text"), "size": 11},
        )  # fmt: skip
    figure.update_xaxes(visible=False, range=[lowest, highest])
    figure.update_yaxes(showgrid=False)
    figure.update_layout({"hovermode": "closest", "margin": {"r": _ROOM_FOR_TEXT}})
    return figure


def draw_bridge(found: Income) -> None:
    """The bridge under its sentence."""
    chart(bridge(found), bridge_title(found), key="income-bridge", alt=_("Jembatan dari ongkir ke profit"), height=280)


def draw_over_time(wanted: IncomeFilter, today: date) -> None:
    """Profit per day, of a long period per month, COD and non-COD on each other."""
    if wanted.period.days > MOST_DAYS:
        rows = _every_month(ask(income.series, wanted, By.MONTH))
        figure = over_time(rows, [fmt.month(month) for month in rows["at"]])
        step = -(-len(rows) // _NAMES_SHOWN) or 1
        shown = list(rows["at"])[::step]
        figure.update_xaxes(tickvals=shown, ticktext=[fmt.month_short(month) for month in shown])
        chart(figure, _("Profit per bulan"), key="income-months", height=280)
        return
    days = Period(wanted.period.start, max(wanted.period.start, min(wanted.period.end, today)))
    rows = _every_day(ask(income.series, wanted, By.DAY), days)
    figure = over_time(rows, [fmt.day(day) for day in rows["at"]])
    chart(figure, _("Profit per hari"), key="income-days", height=280, days=days)


def over_time(rows: pd.DataFrame, names: list[str]) -> Figure:
    """Bars of cod and non_cod (rupiah) at each `at`, whose names the hover says."""
    cod, other = _("COD"), _("Non-COD")
    both = [("cod", cod, theme.color("primary")), ("non_cod", other, theme.color("warn"))]
    series = [each for each in both if rows[each[0]].any()]
    hovers = [
        f"<b>{name}: {fmt.rupiah(int(profit))}</b>"
        f"<br>{cod} {fmt.rupiah(int(of_cod))}<br>{other} {fmt.rupiah(int(rest))}"
        for name, profit, of_cod, rest in zip(names, rows["profit"], rows["cod"], rows["non_cod"], strict=True)
    ]
    figure = Figure(
        *(
            bar(
                x=rows["at"].tolist(),
                y=rows[column].tolist(),
                name=label,
                marker={"color": colour},
                customdata=hovers,
                hovertemplate="%{customdata}<extra></extra>",
            )
            for column, label, colour in series
        )
    )
    figure.update_layout({"barmode": "relative", "hovermode": "closest"})
    figure.update_yaxes(tickprefix="Rp")
    name_series(figure, [(label, colour) for _column, label, colour in series])
    return figure


def _every_day(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    return _every(rows, [period.start + timedelta(days=at) for at in range(period.days)])


def _every_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Every month from the first to the last that has an order."""
    if rows.empty:
        return rows
    return _every(rows, months_between(month_start(rows["at"].iloc[0]), rows["at"].iloc[-1]))


def _every(rows: pd.DataFrame, places: list[date]) -> pd.DataFrame:
    whole = rows.set_index("at").reindex(pd.Index(places, name="at"), fill_value=0)
    return whole.reset_index()
