"""One of a few views of a page."""

from collections.abc import Mapping

import streamlit as st

from dashboard.filters.base import codes_in_address
from dashboard.links import AddressKey
from dashboard.state import widget_value


def view_switch(key: AddressKey[str], label: str, options: Mapping[str, str]) -> str:
    """The view that is chosen, kept in the address; the first is the default."""
    codes = list(options)
    chosen = widget_value(key.name, codes[0])
    problems: list[str] = []
    if chosen.is_set() and chosen.get() not in options:  # another page has views of the same key
        chosen.set(codes[0])
    if key.is_given() and not chosen.is_set():
        found, problems = codes_in_address(key, options)
        if found:
            chosen.set(found[0])
    picked = st.segmented_control(
        label,
        codes,
        format_func=lambda code: options[code],
        default=None if chosen.is_set() else codes[0],
        required=True,
        key=key.name,
        bind="query-params",
        label_visibility="collapsed",
    )
    for problem in problems:
        st.warning(problem, icon=":material/warning:")
    return picked if picked is not None and picked in options else codes[0]
