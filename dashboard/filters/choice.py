"""One of a few values, or several of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from dashboard.filters.base import Chip, Filter, code_in_address, codes_in_address, filter_by, shown_value
from dashboard.i18n import _
from dashboard.links import AddressKey, Change

WIDTH = 165  # pixels


def draw_select(
    key: AddressKey[str], label: str, options: Mapping[str, str], now: str, take: Callable[[str], None], width: int
) -> None:
    """A select of `options` (code to label) that shows `now`; `take` is called with the code of another one."""
    chosen = shown_value(key.name, now)
    st.selectbox(
        label,
        list(options),
        format_func=lambda code: options[code],
        key=key.name,
        on_change=lambda: take(chosen.get()),
        width=width,
    )


class Choice(Filter[str]):
    """One of `options` (code to label); the first is the default unless another is named."""

    def __init__(
        self, key: AddressKey[str], label: str, options: Mapping[str, str], default: str | None = None
    ) -> None:
        super().__init__(key, label, default if default is not None else next(iter(options)))
        self.options = options
        found, self.problems = code_in_address(key, label, options)
        self.value = self.default if found is None else found

    def draw(self) -> None:
        draw_select(self.key, self.label, self.options, self.value, self._take, WIDTH)

    def to(self, code: str) -> Change:
        """What chooses an option, for `filter_by`; the default leaves the address."""
        return self.key.to() if code == self.default else self.key.to(code)

    def described(self) -> str:
        return self.options[self.value]

    def chips(self) -> list[Chip]:
        return [] if self.value == self.default else [Chip(f"{self.label}: {self.options[self.value]}", self.clear)]

    def _take(self, code: str) -> None:
        filter_by(self.to(code))


class Several(Filter[tuple[str, ...]]):
    """Any number of codes, none meaning all of them; `placeholder` says so in the empty control."""

    def __init__(self, key: AddressKey[str], label: str, codes: Sequence[str], placeholder: str) -> None:
        super().__init__(key, label, ())
        self.codes = list(codes)
        self.placeholder = placeholder
        found, self.problems = codes_in_address(key, label, {code: code for code in self.codes})
        self.value = tuple(found)

    def draw(self) -> None:
        chosen = shown_value(self.key.name, list(self.value))
        st.multiselect(
            self.label,
            self.codes,
            key=self.key.name,
            placeholder=self.placeholder,
            on_change=lambda: filter_by(self.key.to(*chosen.get())),
            width=220,
        )

    def described(self) -> str:
        return ", ".join(self.value) or _("Semua")

    def chips(self) -> list[Chip]:
        return [Chip(f"{self.label}: {code}", partial(self._drop, code)) for code in self.value]

    def _drop(self, code: str) -> None:
        filter_by(self.key.to(*(other for other in self.value if other != code)))
