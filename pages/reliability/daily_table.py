"""The daily rows as a table."""

import pandas as pd

from dashboard.components import Column, table, table_controls
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Filters, PeriodFilter
from dashboard.filters.period import span_in_words
from dashboard.i18n import _
from pages.reliability import labels
from queries.wib import Period

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
    shown = ordered.iloc[page.offset : page.offset + page.limit].reset_index(drop=True)
    table(shown, columns, total=len(ordered), key="reliability", page=page, alt=_("Baris harian"))
    days = Period(rows["date"].iloc[0], rows["date"].iloc[-1])
    facts = [(_("Periode"), span_in_words(days))]
    others = tuple(each for each in filters if not isinstance(each, PeriodFilter))
    export = Export("reliabilitas", columns, lambda: iter((ordered,)), len(ordered), facts, "date")
    export_links(export, others, days)
