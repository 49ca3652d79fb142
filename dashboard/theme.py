"""Colours and the chart template, light and dark, defined once. Surfaces are in .streamlit/config.toml."""

from hashlib import sha256
from typing import Any, Literal

import streamlit as st

from dashboard.i18n import language
from vocabulary import OrderState

Mode = Literal["light", "dark"]
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

_COLORS: dict[Mode, dict[str, str]] = {
    "light": {
        "text": "#172033", "muted": "#5d6880", "grid": "#e8ecf2", "border": "#dde3ec", "surface": "#ffffff",
        "panel": "#f5f7fa", "primary": "#1f5fbf", "good": "#157a4a", "bad": "#c2362f", "warn": "#a15c00",
        "shade": "rgba(23,32,51,0.045)", "badSoft": "#fdeceb", "goodSoft": "#e6f4ec", "warnSoft": "#fdf3e1",
    },
    "dark": {
        "text": "#e6ebf4", "muted": "#97a3ba", "grid": "#232c3d", "border": "#2b3548", "surface": "#10151f",
        "panel": "#171e2b", "primary": "#6ea8ff", "good": "#57c793", "bad": "#ff7d74", "warn": "#e9ac4c",
        "shade": "rgba(230,235,244,0.05)", "badSoft": "#3a1d20", "goodSoft": "#15301f", "warnSoft": "#35280f",
    },
}  # fmt: skip
# Okabe-Ito, lightened on dark grounds: distinct with every common colour blindness
_COURIERS: dict[str, tuple[str, str]] = {
    "JNE": ("#0072b2", "#4fb0ea"),
    "SICEPAT": ("#d55e00", "#ff9150"),
    "IDEXPRESS": ("#009e73", "#3fcfa4"),
    "SAP": ("#b8578f", "#e59bc6"),
    "JNT": ("#9a7d00", "#e6cf4a"),
    "POS": ("#5b6abf", "#9fabf2"),
}
_INKS = ("#000000", "#ffffff")  # one of them has 4.5:1 on any ground
_OTHER_COURIERS = (("#6b7280", "#aab3c2"), ("#7a5c3e", "#c8a583"), ("#3d7f8c", "#7fc4d1"), ("#8a4f9e", "#cc98de"))
_STATES: dict[OrderState, tuple[str, str]] = {
    OrderState.DIAJUKAN: ("#8a94a6", "#a2adc0"),
    OrderState.DIPACKING: ("#6484a8", "#8fb0d4"),
    OrderState.DIKIRIM: ("#1f6fc5", "#5fa8f5"),
    OrderState.DITERIMA: ("#1d8a55", "#4fc98c"),
    OrderState.RETUR: ("#c07a00", "#f0b24a"),
    OrderState.RETUR_DITERIMA: ("#8f6a2a", "#c79f5b"),
    OrderState.BATAL: ("#a87f7f", "#c5a0a0"),
}


def mode() -> Mode:
    """The theme on the reader's screen; light until the browser has sent it."""
    return "dark" if st.context.theme.type == "dark" else "light"


def color(name: str) -> str:
    """A named colour of the current theme."""
    return _COLORS[mode()][name]


def _variant(pair: tuple[str, str]) -> str:
    return pair[1] if mode() == "dark" else pair[0]


def courier_color(code: str) -> str:
    """The fixed colour of a courier; one that is not listed keeps the same colour everywhere, too."""
    known = _COURIERS.get(code.upper())
    if known is None:
        known = _OTHER_COURIERS[sha256(code.upper().encode()).digest()[0] % len(_OTHER_COURIERS)]
    return _variant(known)


def state_color(state: OrderState) -> str:
    """The colour of an order state."""
    return _variant(_STATES[state])


def warm(share: float) -> tuple[str, str]:
    """A ground between the panel's colour (0) and the bad one's (1), and the ink that is read on it."""
    ground = _mixed(color("panel"), color("bad"), min(max(share, 0.0), 1.0))
    return ground, max(_INKS, key=lambda ink: contrast(ink, ground))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#rrggbb) by WCAG 2, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(one: str, other: str, share: float) -> str:
    parts = [(int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def template() -> dict[str, Any]:
    """The Plotly template of the current theme: light gridlines, no box, Indonesian separators."""
    axis = {
        "gridcolor": color("grid"), "linecolor": color("border"), "zerolinecolor": color("border"), "zeroline": False,
        "showline": False, "ticks": "", "automargin": True, "exponentformat": "none", "separatethousands": True,
        "tickfont": {"color": color("muted"), "size": 11},
        "title": {"font": {"color": color("muted"), "size": 11}},
    }  # fmt: skip
    return {
        "layout": {
            "font": {"family": FONT, "size": 12, "color": color("text")},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [courier_color(code) for code in _COURIERS],
            "separators": ",." if language() == "id" else ".,",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "rangemode": "tozero"},
            "hovermode": "x unified",
            "hoverlabel": {
                "bgcolor": color("panel"), "bordercolor": color("border"), "font": {"color": color("text"), "size": 12},
            },
            "legend": {
                "orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 11}, "title": {"text": ""},
            },
            "barmode": "stack",
            "bargap": 0.25,
        }
    }  # fmt: skip
