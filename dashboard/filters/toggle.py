"""On or off: what is shown beside the rows."""

import streamlit as st

from dashboard.filters.base import Chip, Filter, filter_by, shown_value, unknown
from dashboard.links import AddressKey


class Toggle(Filter[bool]):
    """A switch; `changed` is what its chip says while it does not stand as at first."""

    def __init__(self, key: AddressKey[bool], label: str, changed: str, *, default: bool) -> None:
        super().__init__(key, label, default)
        self.changed = changed
        found = key.get()
        if found is not None:
            self.value = found
        elif key.is_given():
            self.problems = [unknown(key.texts()[0], label)]

    def draw(self) -> None:
        chosen = shown_value(self.key.name, self.value)
        st.toggle(self.label, key=self.key.name, on_change=lambda: self._take(chosen.get()))

    def described(self) -> None:
        return None

    def chips(self) -> list[Chip]:
        return [] if self.value == self.default else [Chip(self.changed, self.clear)]

    def _take(self, is_on: bool) -> None:
        filter_by(self.key.to() if is_on == self.default else self.key.to(is_on))
