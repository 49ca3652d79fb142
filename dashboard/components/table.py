"""A table of one page of rows: sorted, searched and paged in the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import theme
from dashboard.i18n import _
from dashboard.links import descending_key, page_key, sort_key
from dashboard.state import widget_value
from queries.filters import Page, Sort

Kind = Literal[
    "text", "money", "int", "percent", "ratio", "date", "instant", "duration", "phone", "strip", "image", "badge"
]
_RIGHT = ("money", "int", "percent", "ratio", "duration")
ROW_HEIGHT = 32  # pixels
MOST_HEIGHT = 640
MOST_PAGES = 999_999


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the frame, its header, and how it is shown. `ratio` cells are (part, whole) pairs, `strip`
    cells lists of 0 and 1. An `image` cell is drawn by `image`, as a data address, and read in exports by `words`.
    `opens` makes the text a link to the row's detail; `alarm` says which rows' cells need attention."""

    name: str
    label: str
    kind: Kind = "text"
    help: str | None = None
    width: Literal["small", "medium", "large"] | int | None = None
    opens: Callable[[pd.Series], str] | None = None
    alarm: Callable[[pd.Series], bool] | None = None
    image: Callable[[Any], str | None] | None = None
    words: Callable[[Any], str] | None = None


def pairs(parts: "pd.Series[Any]", wholes: "pd.Series[Any]") -> "pd.Series[Any]":
    """The cells of a `ratio` column."""
    return pd.Series(list(zip(parts, wholes, strict=True)), index=parts.index, dtype=object)


def table_controls(
    *,
    key: str,
    sorts: Mapping[str, str],
    default: str,
    descending: bool = False,
    size: int = 50,
    total: int | None = None,
    direction: bool = True,
) -> tuple[Page, Sort]:
    """The sort select, and its direction where there are two; call it before the query. The page number comes from the
    address and starts over with a sort."""
    first_page = widget_value(page_key(key).name, 1)

    def restart() -> None:
        first_page.set(1)

    with st.container(horizontal=True, vertical_alignment="center", gap="small", horizontal_alignment="right"):
        column = st.selectbox(
            _("Urut menurut"),
            list(sorts),
            index=list(sorts).index(default),
            format_func=lambda name: sorts[name],
            key=sort_key(key).name,
            bind="query-params",
            on_change=restart,
            label_visibility="collapsed",
            width=190,
        )
        down = direction and st.toggle(
            _("Menurun"), value=descending, key=descending_key(key).name, bind="query-params", on_change=restart
        )
    return table_page(key, size, total), Sort(column if column in sorts else default, bool(down))


def table_page(key: str, size: int, total: int | None = None) -> Page:
    """The page that the pager of `key`, or the address, asks for; not past the end where `total` is known."""
    chosen = widget_value(page_key(key).name, 0).get() or page_key(key).get() or 1
    number = min(chosen, MOST_PAGES)
    if total is not None:
        number = min(number, max(-(-total // size), 1))
    return Page(size, (number - 1) * size)


def table(
    rows: pd.DataFrame,
    columns: Sequence[Column],
    *,
    total: int,
    key: str,
    page: Page,
    alt: str,
    select: bool = False,
) -> pd.Series | None:
    """Draw one page of rows and the pager. Returns the selected row (with `select`)."""
    shown = pd.DataFrame({column.name: _cells(rows, column) for column in columns}, index=range(len(rows)))
    common: dict[str, Any] = {
        "hide_index": True,
        "column_config": {column.name: _config(column) for column in columns},
        "lazy": False,
        "alt": alt,
        "row_height": ROW_HEIGHT,
        "height": min(ROW_HEIGHT * (len(rows) + 1) + 3, MOST_HEIGHT),
        "placeholder": fmt.NONE,
    }
    alarming = [column for column in columns if column.alarm]
    data = _marked(shown, rows, alarming) if alarming else shown
    if select:
        event = st.dataframe(data, key=f"{key}_table", on_select="rerun", selection_mode="single-row", **common)
        picked = event["selection"]["rows"]
    else:
        st.dataframe(data, key=f"{key}_table", **common)
        picked = []
    _pager(key, total, page, len(rows))
    return rows.iloc[picked[0]] if picked and picked[0] < len(rows) else None


def _marked(shown: pd.DataFrame, rows: pd.DataFrame, columns: Sequence[Column]) -> Any:
    """The cells that need attention in bold red (the words say it, too)."""
    css = pd.DataFrame("", index=shown.index, columns=shown.columns)
    loud = f"color: {theme.color('bad')}; font-weight: 600"
    for column in columns:
        css[column.name] = [loud if column.alarm and column.alarm(row) else "" for _at, row in rows.iterrows()]
    return shown.style.apply(lambda _frame: css, axis=None)


def _pager(key: str, total: int, page: Page, count: int) -> None:
    first = page.offset + 1 if count else 0
    text = _("{first}-{last} dari {total}").format(
        first=fmt.number(first), last=fmt.number(page.offset + count), total=fmt.number(total)
    )
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(text, width="content")
        pages = -(-total // page.limit)
        if pages > 1:
            st.pagination(pages, key=page_key(key).name, bind="query-params")


def cell_text(value: Any, kind: Kind) -> str:
    """One cell as it is read on the screen."""
    if fmt.missing(value):
        return fmt.NONE
    match kind:
        case "money":
            return fmt.rupiah(int(value))
        case "int":
            return fmt.number(int(value))
        case "percent":
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
    if column.opens is not None:
        named = zip(rows.iterrows(), values, strict=True)
        return [f"{column.opens(row)}#{quote(cell_text(value, column.kind), safe='')}" for (_at, row), value in named]
    match column.kind:
        case "phone":
            return [fmt.whatsapp(value) for value in values]
        case "image" if column.image:
            return [column.image(value) for value in values]
        case _:
            return [cell_text(value, column.kind) for value in values]


def _config(column: Column) -> Any:
    common: dict[str, Any] = {"help": column.help, "width": column.width}
    if column.opens is not None:
        return st.column_config.LinkColumn(column.label, display_text=r"^[^#]*#(.+)$", pinned=True, **common)
    match column.kind:
        case "phone":
            return st.column_config.LinkColumn(column.label, display_text=r"wa\.me/(\d+)", **common)
        case "image":
            return st.column_config.ImageColumn(column.label, **common)
        case kind:
            alignment: Literal["right", "left"] = "right" if kind in _RIGHT else "left"
            return st.column_config.TextColumn(column.label, alignment=alignment, **common)
