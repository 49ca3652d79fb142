"""The table as a component of the browser: what it is given, and what it sends back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components.table.cells import header, rows_of
from dashboard.components.table.columns import Column
from dashboard.components.table.view import SIZE_COOKIE, TableView
from dashboard.i18n import _, pgettext
from dashboard.links import open_key
from dashboard.state import TABLE_LAST_TICK, SessionKey, widget_value

T = TypeVar("T")
_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "komship.table",
    html='<div class="table"></div>',
    css=(_HERE / "table.css").read_text(encoding="utf-8"),
    js=(_HERE / "table.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Rows that open: `opened` is the key (of the column `id`) of the open and marked one, `open` is called with the
    key of another."""

    id: str
    opened: str | None
    open: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ticking:
    """Rows that are ticked for an action: `ticked` has the keys (of the column `id`), `tick` is called with keys and
    whether they are ticked now."""

    id: str
    ticked: frozenset[str]
    tick: Callable[[Sequence[str], bool], None]


def kept_ticks(id_column: str, kept: SessionKey[Mapping[int, T]], here: Mapping[int, T]) -> Ticking:
    """Ticks that are kept in the session over pages and filters, each with a value; rows of this page that `here` does
    not have cannot be ticked."""

    def tick(keys: Sequence[str], on: bool) -> None:
        rest = {key: value for key, value in kept.get().items() if str(key) not in keys}
        added = {key: value for key, value in here.items() if str(key) in keys} if on else {}
        kept.set(rest | added)

    return Ticking(id_column, frozenset(str(key) for key in kept.get()), tick)


def table(
    rows: pd.DataFrame,
    columns: Sequence[Column],
    view: TableView,
    *,
    total: int,
    alt: str,
    opening: Opening | None = None,
    ticking: Ticking | None = None,
    sums: Mapping[str, str] | None = None,
) -> None:
    """Draw one page of rows, of `total`. `alt` names the table to a screen reader; `sums` are the texts of a last row
    over everything that matches, by column."""
    for problem in view.problems:
        st.warning(problem, icon=":material/warning:")
    asked = opening or ticking
    last_tick = TABLE_LAST_TICK.of(view.key)
    data = {
        "key": view.key,
        "label": alt,
        "columns": [header(column) for column in columns],
        "rows": rows_of(rows, columns, asked.id if asked else None),
        "sort": view.sort and {"by": view.sort.column, "descending": view.sort.descending, "oneWay": view.one_way},
        "opens": opening is not None,
        "opened": opening.opened if opening else None,
        "ticked": sorted(ticking.ticked) if ticking else None,
        "lastTick": last_tick.get(),
        "sums": sums and {column.name: sums.get(column.name, "") for column in columns},
        "pager": _pager(view, total, len(rows)),
        "texts": _texts(),
    }
    key = f"{view.key}_table"

    def sent(event: str) -> Any:
        state: Any = widget_value(key, None).get()
        return state[event]

    def sort() -> None:
        by = str(sent("sort"))
        kind = next((each.kind for each in columns if each.sort == by), "text")
        view.sort_by(by, largest_first=kind not in ("text", "badge"))

    def open_row() -> None:
        if opening is not None:
            opening.open(str(sent("open")))

    def tick() -> None:
        for change in sent("ticks") or []:
            if ticking is not None and change["number"] > last_tick.get():
                ticking.tick(change["keys"], change["on"])
                last_tick.set(change["number"])

    _component(
        key=key,
        data=data,
        on_sort_change=sort,
        on_turn_change=lambda: view.turn(int(sent("turn"))),
        on_resize_change=lambda: view.resize(int(sent("resize"))),
        on_open_change=open_row,
        on_ticks_change=tick,
    )


def marked_row(
    rows: pd.DataFrame,
    columns: Sequence[Column],
    view: TableView,
    *,
    id_column: str,
    total: int,
    alt: str,
    sums: Mapping[str, str] | None = None,
) -> pd.Series | None:
    """A table whose rows can be marked; the marked one, when it is on this page. `sums` as for `table`."""
    key = open_key(view.key)
    opened = key.get()
    table(rows, columns, view, total=total, alt=alt, opening=Opening(id_column, opened, key.set), sums=sums)
    found = rows[rows[id_column].astype(str) == opened]
    return None if found.empty else found.iloc[0]


def _pager(view: TableView, total: int, count: int) -> dict[str, Any]:
    first = view.page.offset + 1 if count else 0
    text = _("{first}-{last} dari {total}").format(
        first=fmt.number(first), last=fmt.number(view.page.offset + count), total=fmt.number(total)
    )
    sizes = view.sizes if total > min(view.sizes, default=total) else ()
    return {
        "text": text,
        "number": view.number,
        "last": view.last(total),
        "size": view.page.limit,
        "sizes": list(sizes),
        "cookie": SIZE_COOKIE,
    }


def _texts() -> dict[str, str]:
    """What table.js says by itself."""
    return {
        "columns": _("Pilih kolom"),
        "copied": _("Tersalin"),
        "copy": _("Salin {text}"),
        "next": _("Halaman berikutnya"),
        "page": _("Halaman {number}"),
        "previous": _("Halaman sebelumnya"),
        "rows": _("Baris per halaman"),
        "sort": _("Urut menurut"),
        "sum": pgettext("table", "Jumlah"),
        "tick": _("Centang {text}"),
        "tickAll": _("Centang semua baris di halaman ini"),
        "ascending": _("menaik"),
        "descending": _("menurun"),
    }
