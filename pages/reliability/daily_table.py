"""The daily rows as a table."""

import pandas as pd

from dashboard.components import Column, export_buttons, table, table_controls
from dashboard.filters import Filters
from dashboard.i18n import _
from pages.reliability import labels
from queries.filters import Page, PageOf

DAYS_ON_A_PAGE = 31


def draw_table(rows: pd.DataFrame, filters: Filters) -> None:
    """The table and its exports; `rows` as `reliability.daily` gives them."""
    columns = [Column("date", _("Hari"), "date")]
    columns += [Column(name, label, "int") for name, label in labels.columns().items()]
    sorts = {column.name: column.label for column in columns}
    page, sort = table_controls(
        key="reliability", sorts=sorts, default="date", descending=True, size=DAYS_ON_A_PAGE, total=len(rows)
    )
    ordered = rows.sort_values(sort.column, ascending=not sort.descending, kind="stable")

    def fetch(wanted: Page) -> PageOf:
        part = ordered.iloc[wanted.offset : wanted.offset + wanted.limit]
        return PageOf(part.reset_index(drop=True), len(ordered))

    found = fetch(page)
    table(found.rows, columns, total=found.total, key="reliability", page=page, alt=_("Baris harian"))
    export_buttons(name="reliabilitas", columns=columns, fetch=fetch, filters=filters)
