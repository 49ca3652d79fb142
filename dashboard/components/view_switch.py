"""One of a few views of a page."""

from collections.abc import Mapping

import streamlit as st

from dashboard.filters.base import code_in_address, shown_value
from dashboard.links import AddressKey


def chosen_view(key: AddressKey[str], options: Mapping[str, str]) -> str:
    """The view that the address names, for what stands above the switch; the first is the default."""
    code, _problems = code_in_address(key, "", options)
    return next(iter(options)) if code is None else code


def view_switch(key: AddressKey[str], label: str, options: Mapping[str, str]) -> str:
    """Draw the switch; the view that is chosen, kept in the address alone."""
    default = next(iter(options))
    code, problems = code_in_address(key, label, options)
    chosen = shown_value(key.name, default if code is None else code)
    st.segmented_control(
        label,
        list(options),
        format_func=lambda code: options[code],
        required=True,
        key=key.name,
        label_visibility="collapsed",
        on_change=lambda: key.set(chosen.get()),
    )
    for problem in problems:
        st.warning(problem, icon=":material/warning:")
    return default if code is None else code
