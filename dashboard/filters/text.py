"""What is searched for."""

import streamlit as st

from dashboard.filters.base import Chip, Filter, filter_by, shown_value
from dashboard.i18n import _
from dashboard.links import SEARCH

MOST_CHARACTERS = 100
_IN_A_CHIP = 40


class Search(Filter[str]):
    """A text to search for; `placeholder` names the columns that are searched."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(SEARCH, _("Cari"), "")
        self.placeholder = placeholder
        self.value = (SEARCH.get() or "").strip()[:MOST_CHARACTERS]

    def draw(self) -> None:
        chosen = shown_value(self.key.name, self.value)
        st.text_input(
            self.label,
            placeholder=self.placeholder,
            key=self.key.name,
            max_chars=MOST_CHARACTERS,
            on_change=lambda: self._take(chosen.get()),
            width=290,
            type="search",
        )

    def described(self) -> str:
        return self.value or "-"

    def chips(self) -> list[Chip]:
        return [Chip(f'{self.label}: "{self.value[:_IN_A_CHIP]}"', self.clear)] if self.value else []

    def _take(self, text: str) -> None:
        filter_by(self.key.to(text.strip()) if text.strip() else self.key.to())
