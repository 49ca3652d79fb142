"""The page of an object that there is not: why, and the ways on."""

import streamlit as st

from dashboard.components.find import ways_on
from dashboard.components.page_header import page_header
from dashboard.components.tab_title import tab_title


def missing_object(title: str, reason: str, way: str, link: str) -> None:
    """Title and reason, and a way to where such objects are listed (`link`, an address of this site)."""
    tab_title(title)
    page_header(title, reason)
    st.link_button(way, link)
    ways_on()
