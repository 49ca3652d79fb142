"""A table of one page of rows: sorted, searched and paged in the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.i18n import _
from queries.filters import Page, Sort

Kind = Literal[
    "text", "money", "int", "percent", "ratio", "date", "instant", "duration", "link", "phone", "strip", "bar", "badge"
]
_RIGHT = ("money", "int", "percent", "ratio", "duration")
SIZES = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the frame, its header, and how it is shown. `ratio` cells are (part, whole) pairs, `strip`
    cells lists of 0 and 1, `bar` cells 0 to 100, `link` cells addresses whose text is `display` (a regex or text)."""

    name: str
    label: str
    kind: Kind = "text"
    help: str | None = None
    width: Literal["small", "medium", "large"] | int | None = None
    pinned: bool = False
    display: str | None = None


def table_controls(
    *,
    key: str,
    sorts: Mapping[str, str],
    default: str,
    descending: bool = False,
    size: int = 50,
    total: int | None = None,
) -> tuple[Page, Sort]:
    """The sort select; call it before the query. The page number comes from the address and starts over with a sort."""
    column_key, direction_key, page_key = f"{key}_urut", f"{key}_turun", f"{key}_hal"

    def restart() -> None:
        st.session_state[page_key] = 1

    with st.container(horizontal=True, vertical_alignment="center", gap="small", horizontal_alignment="right"):
        column = st.selectbox(
            _("Urut menurut"),
            list(sorts),
            index=list(sorts).index(default),
            format_func=lambda name: sorts[name],
            key=column_key,
            bind="query-params",
            on_change=restart,
            label_visibility="collapsed",
            width=190,
        )
        down = st.toggle(_("Menurun"), value=descending, key=direction_key, bind="query-params", on_change=restart)
    number = st.session_state.get(page_key) or _asked_page(page_key)
    if total is not None:
        number = min(number, max(-(-total // size), 1))
    return Page(size, (number - 1) * size), Sort(column if column in sorts else default, bool(down))


def _asked_page(page_key: str) -> int:
    raw = st.query_params.get(page_key, "1")
    return min(int(raw), 1_000_000) if raw.isascii() and raw.isdigit() and 0 < len(raw) < 8 and int(raw) > 0 else 1


def table(
    rows: pd.DataFrame,
    columns: Sequence[Column],
    *,
    total: int,
    key: str,
    page: Page,
    alt: str,
    link: Callable[[pd.Series], str] | None = None,
    select: bool = False,
) -> pd.Series | None:
    """Draw one page of rows and the pager. Returns the selected row; with `link` a first column opens the detail."""
    shown = pd.DataFrame({column.name: _cells(rows, column) for column in columns}, index=range(len(rows)))
    config: dict[str, Any] = {column.name: _config(column) for column in columns}
    order = [column.name for column in columns]
    if link is not None:
        shown["_open"] = [link(row) for _at, row in rows.iterrows()]
        config["_open"] = st.column_config.LinkColumn("", display_text=":material/open_in_new:", width=40, pinned=True)
        order.insert(0, "_open")
    height = min(36 * (len(rows) + 1) + 4, 640)
    common: dict[str, Any] = {
        "hide_index": True, "column_order": order, "column_config": config, "lazy": False, "alt": alt, "height": height,
        "placeholder": fmt.NONE,
    }  # fmt: skip
    if select:
        event = st.dataframe(shown, key=f"{key}_table", on_select="rerun", selection_mode="single-row", **common)
        picked = event["selection"]["rows"]
    else:
        st.dataframe(shown, key=f"{key}_table", **common)
        picked = []
    _pager(key, total, page, len(rows))
    return rows.iloc[picked[0]] if picked and picked[0] < len(rows) else None


def _pager(key: str, total: int, page: Page, count: int) -> None:
    first = page.offset + 1 if count else 0
    text = _("{first}-{last} dari {total}").format(
        first=fmt.number(first), last=fmt.number(page.offset + count), total=fmt.number(total)
    )
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(text, width="content")
        pages = -(-total // page.limit)
        if pages > 1:
            st.pagination(pages, key=f"{key}_hal", bind="query-params")


def cell_text(value: Any, kind: Kind) -> str:
    """One cell as it is read on the screen."""
    if fmt.missing(value):
        return fmt.NONE
    match kind:
        case "money":
            return fmt.rupiah(int(value))
        case "int":
            return fmt.number(int(value))
        case "percent" | "bar":
            return fmt.percent_value(value)
        case "ratio":
            return f"{fmt.percent(*value)} · {fmt.ratio(*value)}"
        case "date":
            return fmt.day(value)
        case "instant":
            return fmt.instant(value)
        case "duration":
            return fmt.duration(value)
        case "strip":
            return "".join("▮" if flag else "·" for flag in value)
        case _:
            return str(value)


def _cells(rows: pd.DataFrame, column: Column) -> list[Any]:
    values = list(rows[column.name])
    match column.kind:
        case "phone":
            return [fmt.whatsapp(value) for value in values]
        case "link":
            return [None if fmt.missing(value) else str(value) for value in values]
        case "bar":
            return [None if fmt.missing(value) else float(value) for value in values]
        case _:
            return [cell_text(value, column.kind) for value in values]


def _config(column: Column) -> Any:
    common: dict[str, Any] = {"help": column.help, "width": column.width, "pinned": column.pinned or None}
    match column.kind:
        case "phone":
            return st.column_config.LinkColumn(column.label, display_text=r"wa\.me/(\d+)", **common)
        case "link":
            return st.column_config.LinkColumn(column.label, display_text=column.display, **common)
        case "bar":
            return st.column_config.ProgressColumn(column.label, min_value=0, max_value=100, format="%.0f %%", **common)
        case kind:
            alignment = "right" if kind in _RIGHT else "left"
            return st.column_config.TextColumn(column.label, alignment=alignment, **common)
