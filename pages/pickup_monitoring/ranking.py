"""Couriers by how often they fetch late, and each one's worst hour."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import Column, empty_state, whole_table
from dashboard.i18n import _
from dashboard.links import PICKUP_CELL, PICKUPS_SHOWN, link_here
from pages.pickup_monitoring.cell import Cell
from pages.pickup_monitoring.shown import OF_THE_PERIOD
from queries.metrics import SMALL_SAMPLE
from queries.pickup_ranking import LEAST_COMPARED, RankedCourier, ranking


def draw_ranking(rows: pd.DataFrame) -> None:
    """The table under its sentence; `rows` as `pickups.lateness_by_hour` gives them."""
    ranked = ranking(rows)
    if not ranked:
        empty_state(_("Belum ada paket yang diserahkan pada rentang ini."))
        return
    st.markdown(f"**{ranking_sentence(ranked)}**")
    whole_table(pd.DataFrame([_row(each) for each in ranked]), _columns(), key="kurir", alt=_("Peringkat ekspedisi"))
    st.caption(
        _("n = paket yang diserahkan pada rentang ini. Di bawah {least} ditulis n kecil dan tidak diperingkat.").format(
            least=fmt.number(SMALL_SAMPLE)
        )
    )


def ranking_sentence(ranked: Sequence[RankedCourier]) -> str:
    """Who fetches late most often, as far as the numbers of airway bills say it."""
    placed = [each for each in ranked if each.place is not None]
    if not placed:
        return _("Terlalu sedikit paket untuk membandingkan ekspedisi")
    first = [each for each in placed if each.place == 1]
    share = fmt.percent(first[0].total.late, first[0].total.handed)
    if len(placed) < LEAST_COMPARED:
        sentence = _("{courier} terlambat {share} (n={handed}); ekspedisi lain n kecil")
    elif not first[0].total.late:
        return _("Tidak ada ekspedisi yang terlambat pada rentang ini")
    elif len(first) == len(placed):
        return _("Semua ekspedisi sama: {share} terlambat").format(share=share)
    elif len(first) > 1:
        names = ", ".join(each.courier for each in first)
        return _("Seri paling sering terlambat: {couriers}, masing-masing {share}").format(couriers=names, share=share)
    else:
        sentence = _("{courier} paling sering terlambat: {share} (n={handed})")
    return sentence.format(courier=first[0].courier, share=share, handed=fmt.number(first[0].total.handed))


def place_in_words(each: RankedCourier) -> str:
    """1, 2 (seri), or why there is none."""
    if each.place is None:
        return _("n kecil")
    return _("{place} (seri)").format(place=each.place) if each.is_tied else str(each.place)


def worst_hour_in_words(each: RankedCourier) -> str:
    """The hour, all that tie, or why none is named."""
    if each.hours_counted < LEAST_COMPARED:
        return _("n kecil")
    if not each.worst_hours:
        return _("tidak ada yang terlambat")
    if len(each.worst_hours) == each.hours_counted:
        return _("sama di semua jam")
    hours = ", ".join(fmt.hour(hour) for hour in each.worst_hours)
    return hours if len(each.worst_hours) == 1 else _("{hours} (seri)").format(hours=hours)


def _row(each: RankedCourier) -> dict[str, object]:
    worst = each.at_worst
    return {
        "courier": each.courier,
        "place_text": place_in_words(each),
        "late": (each.total.late, each.total.handed),
        "mean_delay": each.late_seconds // each.total.late if each.total.late else None,
        "worst_hour": worst_hour_in_words(each),
        "worst_share": f"{fmt.percent(worst.late, worst.handed)} · {fmt.ratio(worst.late, worst.handed)}"
        if worst
        else "",
        "cell_link": _cell_link(each),
        "handed": each.total.handed,
    }


def _cell_link(each: RankedCourier) -> str:
    """The page narrowed to the worst hour, where there is one."""
    if len(each.worst_hours) != 1:
        return ""
    cell = Cell(each.courier, each.worst_hours[0])
    return link_here(PICKUP_CELL.pair(cell.code), PICKUPS_SHOWN.pair(OF_THE_PERIOD))


def _columns() -> list[Column]:
    return [
        Column("courier", _("Ekspedisi")),
        Column("place_text", _("Peringkat"), help=_("1 = paling sering terlambat.")),
        Column("late", _("Terlambat"), "ratio", help=_("Diserahkan lewat dari jadwal, dibagi semua yang diserahkan.")),
        Column("handed", _("n"), "int", help=_("Paket yang diserahkan pada rentang ini.")),
        Column(
            "worst_hour",
            _("Jam terburuk"),
            help=_("Jam jadwal (WIB) yang paling sering terlambat, dari jam dengan n cukup."),
            below="worst_share",
            opens=lambda row: str(row["cell_link"]),
        ),
        Column("mean_delay", _("Rata-rata telat"), "duration"),
    ]
