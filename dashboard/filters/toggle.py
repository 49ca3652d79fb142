"""On or off: what is shown beside the rows."""

import streamlit as st

from dashboard.filters.base import Chip, Filter
from dashboard.links import AddressKey
from dashboard.state import widget_value


class Toggle(Filter[bool]):
    """A switch; `changed` is what its chip says while it does not stand as at first."""

    def __init__(self, key: AddressKey[bool], label: str, changed: str, *, default: bool) -> None:
        super().__init__(key, label, default)
        self.changed = changed

    def draw(self) -> None:
        self.value = st.toggle(self.label, value=self.default, key=self.key.name, bind="query-params")

    def described(self) -> None:
        return None

    def chips(self) -> list[Chip]:
        return [] if self.value == self.default else [Chip(self.changed, self.clear)]

    def clear(self) -> None:
        widget_value(self.key.name, self.default).set(self.default)
