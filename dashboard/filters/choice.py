"""One of a few values, or several of them."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from dashboard.filters.base import Chip, Filter, codes_in_address
from dashboard.i18n import _
from dashboard.links import AddressKey
from dashboard.state import widget_value

WIDTH = 165  # pixels


def draw_select(
    key: AddressKey[str], label: str, options: Mapping[str, str], default: str, width: int
) -> tuple[str, list[str]]:
    """A select of `options` (code to label), kept in the address: the code, and what the address got wrong."""
    chosen = widget_value(key.name, default)
    problems: list[str] = []
    if key.is_given() and not chosen.is_set():
        found, problems = codes_in_address(key, options)
        if found:
            chosen.set(found[0])
    codes = list(options)
    value = st.selectbox(
        label,
        codes,
        index=codes.index(default),
        format_func=lambda code: options[code],
        key=key.name,
        bind="query-params",
        width=width,
    )
    return value if value in options else default, problems


class Choice(Filter[str]):
    """One of `options` (code to label); the first is the default unless another is named."""

    def __init__(
        self, key: AddressKey[str], label: str, options: Mapping[str, str], default: str | None = None
    ) -> None:
        super().__init__(key, label, default if default is not None else next(iter(options)))
        self.options = options

    def draw(self) -> None:
        self.value, self.problems = draw_select(self.key, self.label, self.options, self.default, WIDTH)

    def ahead(self) -> str:
        """What `draw` will find, for a bar whose other filters depend on it."""
        found, _problems = codes_in_address(self.key, self.options)
        value = widget_value(self.key.name, found[0] if found else self.default).get()
        return value if value in self.options else self.default

    def described(self) -> str:
        return self.options[self.value]

    def chips(self) -> list[Chip]:
        return [] if self.value == self.default else [Chip(self.options[self.value], self.clear)]

    def clear(self) -> None:
        widget_value(self.key.name, self.default).set(self.default)


class Several(Filter[tuple[str, ...]]):
    """Any number of codes, none meaning all of them; `placeholder` says so in the empty control."""

    def __init__(self, key: AddressKey[str], label: str, codes: Sequence[str], placeholder: str) -> None:
        super().__init__(key, label, ())
        self.codes = list(codes)
        self.placeholder = placeholder
        self._chosen = widget_value(key.name, list[str]())

    def draw(self) -> None:
        if self.key.is_given() and not self._chosen.is_set():
            found, self.problems = codes_in_address(self.key, {code: code for code in self.codes})
            if found:
                self._chosen.set(found)
        picked = st.multiselect(
            self.label,
            self.codes,
            key=self.key.name,
            bind="query-params",
            placeholder=self.placeholder,
            width=220,
        )
        self.value = tuple(code for code in picked if code in self.codes)

    def described(self) -> str:
        return ", ".join(self.value) or _("Semua")

    def chips(self) -> list[Chip]:
        return [Chip(code, partial(self._drop, code)) for code in self.value]

    def clear(self) -> None:
        self._chosen.set([])

    def _drop(self, code: str) -> None:
        self._chosen.set([other for other in self.value if other != code])
