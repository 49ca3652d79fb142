"""A heat map as a table of buttons: read by a screen reader, gone through by keys, and drawn without Plotly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import theme
from dashboard.state import widget_value

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "komship.heat",
    html='<div class="heat"></div>',
    css=(_HERE / "heat.css").read_text(encoding="utf-8"),
    js=(_HERE / "heat.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell: the code that a click sends, its text, the words behind it, and how warm it is (0 to 1)."""

    code: str
    text: str
    words: str
    warmth: float


def heat_map(
    corner: str,
    heads: Sequence[str],
    rows: Sequence[tuple[str, Sequence[HeatCell | None]]],
    *,
    key: str,
    alt: str,
    chosen: str | None,
    choose: Callable[[str], None],
) -> None:
    """Draw the map: names of the columns, and a name and cells of each row (None: nothing there). `choose` is called
    with the code of a clicked cell; `chosen` is the pressed one."""

    def clicked() -> None:
        state: Any = widget_value(key, None).get()
        choose(str(state["choose"]))

    data = {
        "kind": "heat",
        "label": alt,
        "heads": [corner, *heads],
        "rows": [{"name": name, "cells": [_drawn(cell, chosen) for cell in cells]} for name, cells in rows],
    }
    _component(key=key, data=data, on_choose_change=clicked)


def _drawn(cell: HeatCell | None, chosen: str | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    ground, ink = theme.warm(cell.warmth)
    facts = {"code": cell.code, "text": cell.text, "words": cell.words, "pressed": cell.code == chosen}
    return facts | {"ground": ground, "ink": ink}
