"""The one table of all pages: semantic HTML, sorted, searched and paged in the database (docs/decisions/0017)."""

from dashboard.components.table.columns import Column, Kind, cell_text, pairs
from dashboard.components.table.drawing import Opening, Ticking, kept_ticks, marked_row, table
from dashboard.components.table.view import TableView, fetched, sorted_view, whole_view
from dashboard.components.table.whole import by_raw_values, whole_table

__all__ = [
    "Column",
    "Kind",
    "Opening",
    "TableView",
    "Ticking",
    "by_raw_values",
    "cell_text",
    "fetched",
    "kept_ticks",
    "marked_row",
    "pairs",
    "sorted_view",
    "table",
    "whole_table",
    "whole_view",
]
