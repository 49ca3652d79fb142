"""The title of the browser's tab."""

import streamlit as st

MOST_SIGNS = 80


def tab_title(name: str) -> None:
    """Name the tab after the object that its page shows: "Pesanan ORD-1 - Komship"."""
    shown = " ".join(name.split())
    st.set_page_config(page_title=f"{shown if len(shown) <= MOST_SIGNS else shown[: MOST_SIGNS - 1] + '…'} - Komship")
