"""Values to choose by one click, each with how many rows it has under the other filters."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from dashboard import format as fmt
from dashboard.filters.base import Chip, Filter, code_in_address, codes_in_address, filter_by, shown_value
from dashboard.i18n import _
from dashboard.links import AddressKey
from dashboard.state import widget_value

Counts = Callable[[], Mapping[str, int]]


class Chips(Filter[tuple[str, ...]]):
    """One of `names` (code to name), or `several` of them; none means all.

    `counts` are asked for in `draw`. Of more than `most` names those with the most rows are drawn, and a select has the
    others."""

    def __init__(
        self,
        key: AddressKey[str],
        label: str,
        names: Mapping[str, str],
        counts: Counts,
        *,
        most: int | None = None,
        several: bool = False,
    ) -> None:
        super().__init__(key, label, ())
        self._names = names
        self._counts = counts
        self._most = most
        self._several = several
        if several:
            found, self.problems = codes_in_address(key, label, names)
            self.value = tuple(found)
        else:
            one, self.problems = code_in_address(key, label, names)
            self.value = () if one is None else (one,)
        self.help: str | None = None

    def draw(self) -> None:
        counts = self._counts()
        ranked = list(self._names) if self._most is None else sorted(self._names, key=lambda code: -counts.get(code, 0))
        drawn = ranked[: self._most]
        drawn += [code for code in self.value if code not in drawn]

        def text(code: str) -> str:
            return f"{fmt.plain(self._names[code])} · {fmt.number(counts.get(code, 0))}"

        name = f"{self.key.name}-chips"
        now: list[str] | str | None = list(self.value) if self._several else next(iter(self.value), None)
        chosen = shown_value(name, now)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"choices-{self.key.name}"):
            st.pills(
                self.label,
                drawn,
                selection_mode="multi" if self._several else "single",
                format_func=text,
                key=name,
                help=self.help,
                on_change=lambda: self._take(chosen.get()),
                wrap=True,
            )
            if others := [code for code in ranked if code not in drawn]:
                self._draw_others(others, text)

    def _draw_others(self, codes: list[str], text: Callable[[str], str]) -> None:
        name = f"{self.key.name}-others"
        picked = widget_value(name, None)

        def add() -> None:
            if (code := picked.pop()) is not None:
                filter_by(self.key.to(*(self.value if self._several else ()), code))

        st.selectbox(
            _("{label} lain").format(label=self.label),
            codes,
            index=None,
            placeholder=_("Lainnya"),
            format_func=text,
            key=name,
            on_change=add,
            label_visibility="collapsed",
            width=130,
        )

    def _take(self, picked: list[str] | str | None) -> None:
        filter_by(self.key.to(*([picked] if isinstance(picked, str) else picked or ())))

    def described(self) -> str:
        return ", ".join(self._names[code] for code in self.value) or _("Semua")

    def chips(self) -> list[Chip]:
        return [Chip(f"{self.label}: {fmt.plain(self._names[code])}", partial(self._drop, code)) for code in self.value]

    def _drop(self, code: str) -> None:
        filter_by(self.key.to(*(other for other in self.value if other != code)))
