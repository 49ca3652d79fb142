"""The heat map of the pickup monitoring: at which courier and hour pickups come late."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import HeatCell, empty_state, heat_map
from dashboard.i18n import _
from pages.pickup_monitoring.cell import Cell
from queries.metrics import is_small, share, whole_percent


def draw_lateness(rows: pd.DataFrame, chosen: Cell | None, choose: Callable[[str], None]) -> None:
    """The heat map under its sentence; `rows`: courier, due_hour, handed, late, late_seconds."""
    if rows.empty:
        empty_state(_("Belum ada paket yang diserahkan pada rentang ini."))
        return
    late, handed = int(rows["late"].sum()), int(rows["handed"].sum())
    title = _("{share} dari {handed} paket terlambat, per ekspedisi dan jam jadwal").format(
        share=fmt.percent(late, handed), handed=fmt.number(handed)
    )
    st.markdown(f"**{title}**")
    hours = range(int(rows["due_hour"].min()), int(rows["due_hour"].max()) + 1)
    heat_map(
        _("Jam (WIB)"),
        [fmt.hour(hour) for hour in hours],
        heat_rows(rows, hours),
        key="pickup-heat",
        alt=_("Keterlambatan per ekspedisi dan jam jadwal"),
        chosen=chosen.code if chosen else None,
        choose=choose,
    )
    hint = _("Klik sel untuk menyaring angka dan daftar. ○ = n kecil. Peta ini dan peringkat selalu untuk semua jam.")
    st.caption(hint)


def heat_rows(rows: pd.DataFrame, hours: range) -> list[tuple[str, list[HeatCell | None]]]:
    """A row for each courier, with a cell for each hour; None where nothing was handed over."""
    cells: dict[tuple[str, int], Any] = {(row["courier"], row["due_hour"]): row for row in rows.to_dict("records")}
    couriers = sorted(rows["courier"].unique())
    return [(courier, [_cell(cells.get((courier, hour))) for hour in hours]) for courier in couriers]


def _cell(row: dict[str, Any] | None) -> HeatCell | None:
    if row is None:
        return None
    late, handed, seconds = int(row["late"]), int(row["handed"]), int(row["late_seconds"])
    cell = Cell(str(row["courier"]), int(row["due_hour"]))
    small = "○" if is_small(handed) else ""
    words = _("{cell}: {late} dari {handed} terlambat, rata-rata {mean}").format(
        cell=cell,
        late=fmt.number(late),
        handed=fmt.number(handed),
        mean=fmt.duration(seconds // late) if late else fmt.NONE,
    )
    return HeatCell(cell.code, f"{whole_percent(late, handed)} %{small}", words, float(share(late, handed) or 0) / 100)
