"""What the reader asked of a table: a page, its size and a sort, all of them in the address."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dashboard.components.table.columns import Column
from dashboard.filters.base import unknown
from dashboard.i18n import _
from dashboard.links import AddressKey, change_address, descending_key, page_key, size_key, sort_key, whole_number
from dashboard.state import ROWS_ON_A_PAGE, TABLE_QUESTION
from queries.filters import Page, PageOf, Sort

SIZES = (20, 50, 100)
SIZE_COOKIE = "komship_rows"  # written by table.js
MOST_PAGES = 999_999


@dataclass(frozen=True, slots=True)
class TableView:
    """The part of a table that the reader is at. `key` begins its keys in the address; a `one_way` sort has a direction
    of its own; `sort` is None where nothing sorts. `problems` says what the address got wrong."""

    key: str
    page: Page
    sort: Sort | None = None
    one_way: bool = False
    sizes: Sequence[int] = ()
    problems: Sequence[str] = ()

    @property
    def number(self) -> int:
        """The page's number, from 1."""
        return self.page.offset // self.page.limit + 1

    def last(self, total: int) -> int:
        """The number of the last page of `total` rows."""
        return max(-(-total // self.page.limit), 1)

    def within(self, total: int) -> "TableView":
        """The view, or its last page where `total` rows do not reach as far."""
        number = min(self.number, self.last(total))
        return replace(self, page=_page(number, self.page.limit))

    def turn(self, number: int) -> None:
        """Go to another page."""
        page_key(self.key).set(number)

    def resize(self, size: int) -> None:
        """Show more or fewer rows, from the first on; every table of the session follows."""
        ROWS_ON_A_PAGE.set(size)
        change_address(size_key(self.key).to(size), page_key(self.key).to())

    def sort_by(self, column: str, *, largest_first: bool) -> None:
        """Sort by a column from the first page on, or turn the direction of the one that sorts already."""
        again = self.sort is not None and self.sort.column == column
        down = not self.sort.descending if again and self.sort is not None else largest_first
        way = descending_key(self.key).to() if self.one_way else descending_key(self.key).to(down)
        change_address(sort_key(self.key).to(column), way, page_key(self.key).to())


def sorted_view(
    key: str,
    columns: Sequence[Column],
    default: Sort | None = None,
    *,
    question: object,
    one_way: bool = False,
    size: int = 50,
) -> TableView:
    """The view that the address asks for, sorted by one of the columns that name a sort, else by `default`. Another
    `question` (the filters in force, anything with a repr) starts on the first page. `size` is one of `SIZES`."""
    asked, number = TABLE_QUESTION.of(key), page_key(key).get() or 1
    # filters in the address have gone to the first page already; Back comes to another page with its question
    if asked.is_set() and asked.get() != (repr(question), number) and asked.get()[1] == number:
        page_key(key).remove()
        number = 1
    asked.set((repr(question), number))
    known = {column.sort for column in columns if column.sort} | ({default.column} if default else set())
    sort = address_sort(key, known, default)
    page = _page(min(max(number, 1), MOST_PAGES), _size(key, size))
    return TableView(key, page, sort, one_way, SIZES, address_problems(key, known))


def fetched(view: TableView, fetch: Callable[[Page], PageOf]) -> tuple[PageOf, TableView]:
    """The rows of a view; where it is past the end, because rows went meanwhile, those of the last page."""
    found = fetch(view.page)
    if found.total and found.rows.empty:
        view = view.within(found.total)
        found = fetch(view.page)
    return found, view


def whole_view(key: str, rows: int) -> TableView:
    """The view of a table that shows all of its rows at once, as they come."""
    return TableView(key, Page(max(rows, 1)))


def address_sort(key: str, known: Collection[str], default: Sort | None) -> Sort | None:
    """The sort in the address, when it is one of the known; else `default`."""
    wanted, down = sort_key(key).get(), descending_key(key).get()
    if wanted is None or wanted not in known:
        return default
    return Sort(wanted, (default is not None and default.descending) if down is None else down)


def address_problems(key: str, known: Collection[str]) -> list[str]:
    """A sentence for each thing that the address says of a table and that means nothing."""
    keys: tuple[AddressKey[Any], ...] = (sort_key(key), descending_key(key), page_key(key), size_key(key))
    labels = (_("urutan"), _("arah urutan"), _("halaman"), _("baris per halaman"))
    means = (known, (True, False), range(1, MOST_PAGES + 1), SIZES)
    return [
        unknown(each.texts()[0], label)
        for each, label, values in zip(keys, labels, means, strict=True)
        if each.is_given() and each.get() not in values
    ]


def _page(number: int, size: int) -> Page:
    return Page(size, (number - 1) * size)


def _size(key: str, usual: int) -> int:
    """What the address says, else what the session or this browser used last, else the usual one."""
    remembered = whole_number(st.context.cookies.get(SIZE_COOKIE, ""))
    wished = (size_key(key).get(), ROWS_ON_A_PAGE.get(), remembered)
    return next((size for size in wished if size in SIZES), usual)
