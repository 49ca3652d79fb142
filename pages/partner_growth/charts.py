"""The charts of the growth view: how far partners came, and who stays."""

from datetime import date
from math import ceil, floor
from typing import Any

import pandas as pd

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import chart, empty_state
from dashboard.components.figure import Figure, bar, heatmap
from dashboard.i18n import _
from queries.metrics import is_small, percent, whole_percent
from queries.partners import Funnel

HEIGHT = 250  # pixels
DEEPEST = 0.55  # of the way to the primary colour: every text reads at 4.5:1 up to there, in both themes


def draw_funnel(steps: Funnel) -> None:
    """The funnel under its sentence; no share is headlined of a few."""
    if not steps.joined:
        empty_state(_("Tidak ada partner yang cocok dengan saringan ini."))
        return
    if is_small(steps.joined):
        title = _("{picked} dari {count} partner mencapai pickup pertama").format(
            picked=fmt.number(steps.first_pickup), count=fmt.number(steps.joined)
        )
    else:
        title = _("{share} dari {count} partner mencapai pickup pertama").format(
            share=fmt.percent(steps.first_pickup, steps.joined), count=fmt.number(steps.joined)
        )
    chart(funnel_figure(steps), title, alt=_("Corong partner"), key="growth-funnel", height=HEIGHT)


def draw_retention(rows: pd.DataFrame, *, joined_is_open: bool) -> None:
    """The cohorts under their sentence, which says so where a filter on the day of joining does not hold for them."""
    if not rows["joined"].any():
        empty_state(
            _("Tidak ada partner dengan saringan ini yang bergabung dalam {count} bulan terakhir.").format(
                count=fmt.number(rows["cohort"].nunique())
            )
        )
        return
    title = _retention_title(rows)
    if not joined_is_open:
        title += " " + _("(tanpa saringan Bergabung)")
    chart(retention_figure(rows), title, key="growth-retention", height=HEIGHT)


def _retention_title(rows: pd.DataFrame) -> str:
    """How many of all these partners shipped in the month after they joined, where they are not a few."""
    after = rows[rows["age"] == 1]
    joined, active = int(after["joined"].sum()), int(after["active"].sum())
    if is_small(joined):
        return _("Partner yang tetap mengirim, per bulan bergabung")
    text = _("{share} dari {count} partner mengirim pada bulan sesudah bergabung")
    return text.format(share=fmt.percent(active, joined), count=fmt.number(joined))


def funnel_figure(steps: Funnel) -> Figure:
    """Joined -> first product -> first pickup -> active: who reached each step, and beside it who did not come along
    from the one before, so that also a few are seen."""
    labels = [_("Bergabung"), _("Produk pertama"), _("Pickup pertama"), _("Aktif 30 hari")]
    values = [steps.joined, steps.first_product, steps.first_pickup, steps.active]
    stayed_back = [max(before - now, 0) for before, now in zip([steps.joined, *values], values, strict=False)]
    texts = [f"{fmt.number(value)} · {fmt.percent(value, steps.joined)}" for value in values]
    bars = {"orientation": "h", "y": labels, "hoverinfo": "skip", "width": 0.7}
    inside = {
        "textposition": "inside",
        "insidetextanchor": "start",
        "insidetextfont": {"color": theme.color("surface")},
    }
    reached = bar(x=values, text=texts, marker={"color": theme.color("primary")}, **bars, **inside)
    lost = bar(
        x=stayed_back,
        text=[f"-{fmt.number(count)}" if count else "" for count in stayed_back],
        textposition="outside",
        textfont={"color": theme.color("bad")},
        marker={"color": theme.color("bad")},
        **bars,
    )
    figure = Figure(reached, lost)
    figure.update_layout({"barmode": "stack", "showlegend": False, "uniformtext": {"minsize": 11, "mode": "show"}})
    figure.update_yaxes(
        showgrid=False, autorange="reversed", type="category", ticks="outside", ticklen=6, tickcolor="rgba(0,0,0,0)"
    )
    figure.update_xaxes(visible=False, range=[0, max(steps.joined, *values) * 1.12])
    return figure


def retention_figure(rows: pd.DataFrame) -> Figure:
    """Heat map cohort x months since joining: the share of the cohort that shipped (cohort, age, joined, active).

    The colours reach from the least share that is there to the largest, so that cohorts alike are told apart."""
    cohorts = sorted(rows["cohort"].unique(), reverse=True)
    ages = range(int(rows["age"].max()) + 1)
    cells: dict[tuple[date, int], Any] = {(row["cohort"], row["age"]): row for row in rows.to_dict("records")}
    sizes = dict(zip(rows["cohort"], rows["joined"], strict=True))
    grid = [[cells.get((cohort, age)) for age in ages] for cohort in cohorts]
    shares = [[_share(cell) for cell in line] for line in grid]
    low, high = _range(shares)
    figure = Figure(
        heatmap(
            x=[str(age) for age in ages],
            y=[_cohort_name(cohort, int(sizes[cohort])) for cohort in cohorts],
            z=shares,
            zmin=low,
            zmax=high,
            text=[[_whole_share(cell) for cell in line] for line in grid],
            texttemplate="%{text}",
            textfont={"color": theme.color("text"), "size": 11},
            customdata=[[_parts(cell) for cell in line] for line in grid],
            hovertemplate="%{y}<br>%{x}: %{customdata}<extra></extra>",
            colorscale=[[0, theme.color("panel")], [1, _deepest()]],
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    colours = _("warna dari {low} sampai {high} %").format(low=fmt.number(low), high=fmt.number(high))
    title = _("Bulan sejak bergabung; angka = % yang mengirim") + f"<br>{colours}"  # on one line it is cut on a phone
    figure.update_xaxes(title={"text": title}, type="category", showgrid=False, automargin=True)
    figure.update_yaxes(showgrid=False, automargin=True, type="category")
    return figure


def _range(shares: list[list[float | None]]) -> tuple[int, int]:
    """Whole percents below the least and above the largest share, 10 apart at least."""
    known = [share for line in shares for share in line if share is not None]
    low, high = floor(min(known, default=0)), ceil(max(known, default=100))
    return max(min(low, high - 10), 0), max(high, 10)


def _deepest() -> str:
    """The colour of the largest share."""
    ends = [theme.color("panel"), theme.color("primary")]
    first, last = ([int(end[at : at + 2], 16) for at in (1, 3, 5)] for end in ends)
    mixed = [round(a + (b - a) * DEEPEST) for a, b in zip(first, last, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _cohort_name(cohort: date, joined: int) -> str:
    return f"{fmt.month_short(cohort)} · {fmt.number(joined)}{' ○' if is_small(joined) else ''}"


def _share(cell: dict[str, Any] | None) -> float | None:
    """How deep the colour is; None where there is nothing to divide by."""
    found = None if cell is None else percent(int(cell["active"]), int(cell["joined"]))
    return None if found is None else float(found)


def _whole_share(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return ""
    found = whole_percent(int(cell["active"]), int(cell["joined"]))
    return fmt.NONE if found is None else str(found)


def _parts(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return ""
    active, joined = int(cell["active"]), int(cell["joined"])
    return f"{fmt.percent(active, joined)} ({fmt.number(active)} / {fmt.number(joined)})"
