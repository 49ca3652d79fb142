"""Filters of a page: each is an object that draws itself, says its value, gives its chips and clears itself."""

from dashboard.filters.bar import Filters, described, filter_bar
from dashboard.filters.base import Chip, Filter, filter_by, unknown
from dashboard.filters.chips import Chips
from dashboard.filters.choice import Choice, Several
from dashboard.filters.month import Month
from dashboard.filters.period import OptionalPeriod, PeriodFilter, Preset, span_pairs
from dashboard.filters.standard import comparison, courier_filter
from dashboard.filters.text import Search
from dashboard.filters.toggle import Toggle

__all__ = [
    "Chip",
    "Chips",
    "Choice",
    "Filter",
    "Filters",
    "Month",
    "OptionalPeriod",
    "PeriodFilter",
    "Preset",
    "Search",
    "Several",
    "Toggle",
    "comparison",
    "courier_filter",
    "described",
    "filter_bar",
    "filter_by",
    "span_pairs",
    "unknown",
]
