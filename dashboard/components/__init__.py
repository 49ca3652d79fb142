"""What pages are made of."""

from dashboard.components.chart import chart, clickable_chart, panel
from dashboard.components.confirm import confirm
from dashboard.components.export import export_buttons
from dashboard.components.headline import Headline, headlines
from dashboard.components.page_header import page_header
from dashboard.components.states import empty_state, error_state, guarded
from dashboard.components.table import Column, pairs, table, table_controls, table_page
from dashboard.components.view_switch import view_switch

__all__ = [
    "Column",
    "Headline",
    "chart",
    "clickable_chart",
    "confirm",
    "empty_state",
    "error_state",
    "export_buttons",
    "guarded",
    "headlines",
    "page_header",
    "pairs",
    "panel",
    "table",
    "table_controls",
    "table_page",
    "view_switch",
]
