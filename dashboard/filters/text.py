"""What is searched for."""

import streamlit as st

from dashboard.filters.base import Chip, Filter
from dashboard.i18n import _
from dashboard.links import SEARCH
from dashboard.state import widget_value

MOST_CHARACTERS = 100
_IN_A_CHIP = 40


class Search(Filter[str]):
    """A text to search for; `placeholder` names the columns that are searched."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(SEARCH, _("Cari"), "")
        self.placeholder = placeholder

    def draw(self) -> None:
        text = st.text_input(
            self.label,
            placeholder=self.placeholder,
            key=self.key.name,
            bind="query-params",
            max_chars=MOST_CHARACTERS,
            width=290,
            type="search",
        )
        self.value = (text or "").strip()

    def described(self) -> str:
        return self.value or "-"

    def chips(self) -> list[Chip]:
        return [Chip(f'"{self.value[:_IN_A_CHIP]}"', self.clear)] if self.value else []

    def clear(self) -> None:
        widget_value(self.key.name, "").set("")
