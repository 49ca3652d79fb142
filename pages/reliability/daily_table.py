"""The daily rows as a table."""

import pandas as pd

from dashboard.components import Column, by_raw_values, sorted_view, table
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Filters, PeriodFilter
from dashboard.filters.period import span_in_words
from dashboard.i18n import _
from pages.reliability import labels
from queries.filters import Sort
from queries.wib import Period


def draw_table(rows: pd.DataFrame, filters: Filters) -> None:
    """The table and its exports; `rows` as `reliability.daily` gives them."""
    columns = [Column("date", _("Hari"), "date", sort="date")]
    columns += [Column(name, label, "int", sort=name) for name, label in labels.columns().items()]
    usual = Sort("date", descending=True)
    view = sorted_view("reliability", columns, usual, question=[each.value for each in filters]).within(len(rows))
    sort = view.sort or usual
    ordered = by_raw_values(rows, columns, sort)
    shown = ordered.iloc[view.page.offset : view.page.offset + view.page.limit].reset_index(drop=True)
    table(shown, columns, view, total=len(ordered), alt=_("Baris harian"))
    days = Period(rows["date"].iloc[0], rows["date"].iloc[-1])
    facts = [(_("Periode"), span_in_words(days))]
    others = tuple(each for each in filters if not isinstance(each, PeriodFilter))
    export = Export("reliabilitas", columns, lambda: iter((ordered,)), len(ordered), facts, "date")
    export_links(export, others, days)
