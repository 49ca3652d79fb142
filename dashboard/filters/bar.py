"""The bar that holds the filters of a page, and the chips of those in force."""

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard.filters.base import Filter, filter_by
from dashboard.i18n import _

Filters = Sequence[Filter[Any]]


def filter_bar(filters: Filters) -> None:
    """Draw the filters in one row. What an address says wrongly is named, and the default taken."""
    # on a phone the bar folds into this button (style.css)
    with st.container(key="filter-fold"):
        unfolded = st.toggle(_("Tampilkan saringan"), key="filters-unfolded")
    name = "filter-bar-unfolded" if unfolded else "filter-bar"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=name):
        for each in filters:
            each.draw()
    for each in filters:
        for problem in each.problems:
            st.warning(problem, icon=":material/warning:")
    _chips(filters)


def described(filters: Filters) -> list[tuple[str, str]]:
    """Label and value of every filter that narrows the rows, as an export states them."""
    stated = [(each.label, each.described()) for each in filters]
    return [(label, value) for label, value in stated if value is not None]


def _chips(filters: Filters) -> None:
    """The row of chips; it is there before the first filter, so that nothing jumps."""
    chips = [(each.key.name, chip) for each in filters for chip in each.chips()]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="filter-chips"):
        for at, (name, chip) in enumerate(chips):
            st.button(
                chip.text,
                key=f"chip-{at}-{name}",
                icon=":material/close:",
                icon_position="right",
                on_click=chip.clear,
            )
        if chips:
            st.button(_("Reset"), key="filter-reset", type="tertiary", on_click=_reset, args=(filters,))
        # page_buttons.html copies the address as it is when the button is pressed
        words = html.escape(_("Salin tautan")), html.escape(_("Tersalin"))
        st.html('<button type="button" data-copy-address data-done="{1}">{0}</button>'.format(*words))


def _reset(filters: Filters) -> None:
    filter_by(*(key.to() for each in filters for key in each.keys))
