"""What pages are made of."""

from dashboard.components.chart import chart, clickable_chart, panel
from dashboard.components.confirm import NOTHING, Form, Question, comment_form, confirm, note_form, notify_written
from dashboard.components.headline import Headline, headlines
from dashboard.components.page_header import page_header
from dashboard.components.states import empty_state, error_state, guarded
from dashboard.components.table import Column, pairs, table, table_controls, table_page
from dashboard.components.view_switch import view_switch

__all__ = [
    "NOTHING",
    "Column",
    "Form",
    "Headline",
    "Question",
    "chart",
    "clickable_chart",
    "comment_form",
    "confirm",
    "empty_state",
    "error_state",
    "guarded",
    "headlines",
    "note_form",
    "notify_written",
    "page_header",
    "pairs",
    "panel",
    "table",
    "table_controls",
    "table_page",
    "view_switch",
]
