"""Three to six numbers with their change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard import format as fmt
from dashboard.i18n import _
from queries.metrics import is_small

ROOMY = 4


@dataclass(frozen=True, slots=True)
class Headline:
    """One number. `good` says which direction is good news; `against` what the change compares with; `part` and
    `whole` stand beside the definition, and a small whole is marked. `trend` are its values over time, the newest last,
    and `target` says how it stands to what was aimed at."""

    label: str
    value: str
    help: str
    full: str | None = None
    change: fmt.Change | None = None
    good: Literal["up", "down", "none"] = "none"
    against: str = ""
    part: int | None = None
    whole: int | None = None
    trend: Sequence[float] = ()
    target: str = ""


def headlines(numbers: Sequence[Headline], *, in_a_row: int | None = None) -> None:
    """The numbers in rows, by default one, two a row on a phone."""
    columns = in_a_row or len(numbers)
    with st.grid(columns, min_column_width=150, gap="small", key="headlines"):
        for number in numbers:
            _draw(number, roomy=columns <= ROOMY)


def _draw(number: Headline, roomy: bool) -> None:
    """One card; where many share the row, what a change compares with stands with the definition."""
    against = number.against or _("vs lalu")
    small = number.whole is not None and is_small(number.whole)
    lines = [number.help]
    if number.full:
        lines.append(number.full)
    if number.part is not None and number.whole is not None:
        lines.append(f"{fmt.number(number.part)} / {fmt.number(number.whole)}")
    if small:
        lines.append(_("Sampel kecil (penyebut di bawah 20)."))
    change = number.change
    if change and not roomy:
        lines.append(f"{change.text} {against}")
    beside = [text for text in (against if change and roomy else "", number.target) if text]
    st.metric(
        number.label,
        f"{number.value} ○" if small else number.value,
        delta=change.text if change else number.target or None,
        delta_color=_colour(number),
        delta_arrow="off" if change is None or change.direction == "flat" else change.direction,
        delta_description=" · ".join(beside) if change and beside else None,
        help="  \n".join(lines),
        border=True,
        height="stretch",
        chart_data=list(number.trend) if len(number.trend) > 1 else None,
        chart_type="area",
    )


def _colour(number: Headline) -> Literal["green", "red", "off"]:
    if number.change is None or number.good == "none" or number.change.direction == "flat":
        return "off"
    return "green" if number.change.direction == number.good else "red"
