"""What a page says of itself to style.css."""

import streamlit as st


def page_mark(name: str) -> None:
    """An invisible element of the class `st-key-<name>`, for rules that ask whether the page has it."""
    with st.container(key=name):
        st.html("<span hidden></span>")  # the browser draws no container that is empty
