"""What pages are made of."""

from dashboard.components.chart import chart
from dashboard.components.confirm import confirm
from dashboard.components.export import export_buttons
from dashboard.components.filter_bar import (
    Choice,
    ExtraPeriod,
    Filters,
    filter_bar,
    month_choice,
    set_preset,
    view_switch,
)
from dashboard.components.headline import Headline, headlines
from dashboard.components.page_header import page_header
from dashboard.components.states import empty_state, error_state, guarded
from dashboard.components.table import Column, table, table_controls, table_page

__all__ = [
    "Choice",
    "Column",
    "ExtraPeriod",
    "Filters",
    "Headline",
    "chart",
    "confirm",
    "empty_state",
    "error_state",
    "export_buttons",
    "filter_bar",
    "guarded",
    "headlines",
    "month_choice",
    "page_header",
    "set_preset",
    "table",
    "table_controls",
    "table_page",
    "view_switch",
]
