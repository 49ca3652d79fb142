"""The title of the browser's tab."""

import streamlit as st

MOST_SIGNS = 80


def tab_title(name: str) -> None:
    """Name the tab after the object that its page shows: "Pesanan ORD-1 - Komship"."""
    shown = " ".join(name.split())
    if len(shown) > MOST_SIGNS:
        shown = f"{shown[: MOST_SIGNS - 1]}…"
    st.set_page_config(page_title="Komship" if shown == "Komship" else f"{shown} - Komship")
