"""What pages are made of."""

from dashboard.components.chart import chart, clickable_chart
from dashboard.components.confirm import NOTHING, Form, Question, comment_form, confirm, note_form, notify_written
from dashboard.components.direct_labels import name_series
from dashboard.components.facts import Fact, Moment, Tone, facts, timeline
from dashboard.components.headline import Headline, headlines
from dashboard.components.heat import HeatCell, heat_map
from dashboard.components.missing import missing_object
from dashboard.components.page_header import page_header
from dashboard.components.page_mark import page_mark
from dashboard.components.states import empty_state, error_state, guarded
from dashboard.components.tab_title import tab_title
from dashboard.components.table import (
    Column,
    Opening,
    TableView,
    Ticking,
    by_raw_values,
    fetched,
    kept_ticks,
    marked_row,
    pairs,
    sorted_view,
    table,
    whole_table,
    whole_view,
)
from dashboard.components.view_switch import chosen_view, view_switch

__all__ = [
    "NOTHING",
    "Column",
    "Fact",
    "Form",
    "Headline",
    "HeatCell",
    "Moment",
    "Opening",
    "Question",
    "TableView",
    "Ticking",
    "Tone",
    "by_raw_values",
    "chart",
    "chosen_view",
    "clickable_chart",
    "comment_form",
    "confirm",
    "empty_state",
    "error_state",
    "facts",
    "fetched",
    "guarded",
    "headlines",
    "heat_map",
    "kept_ticks",
    "marked_row",
    "missing_object",
    "name_series",
    "note_form",
    "notify_written",
    "page_header",
    "page_mark",
    "pairs",
    "sorted_view",
    "tab_title",
    "table",
    "timeline",
    "view_switch",
    "whole_table",
    "whole_view",
]
