"""A partner's shares per courier: one stacked bar, and the same in words."""

import html
from base64 import b64encode
from collections.abc import Iterable, Mapping

import streamlit as st

from dashboard import theme

WIDTH, HEIGHT = 200, 22  # pixels
ROOM_FOR_NUMBER = 9  # percent


def _ordered(shares: Mapping[str, int]) -> list[tuple[str, int]]:
    used = [(courier.upper(), share) for courier, share in shares.items() if share]
    return sorted(used, key=lambda pair: (-pair[1], pair[0]))


def mix_text(shares: Mapping[str, int]) -> str:
    """JNE 41 % · SAP 29 %; nothing for no order."""
    return " · ".join(f"{courier} {share} %" for courier, share in _ordered(shares))


def mix_image(shares: Mapping[str, int]) -> str | None:
    """The bar as an SVG data address, shares (percent) as widths in the couriers' colours; None for no order."""
    parts, left = [], 0.0
    for courier, share in _ordered(shares):
        width = WIDTH * share / 100
        parts.append(
            f'<rect x="{left:.1f}" width="{max(width - 1, 1):.1f}" height="{HEIGHT}" '
            f'fill="{theme.courier_color(courier)}"/>'
        )
        if share >= ROOM_FOR_NUMBER:
            parts.append(
                f'<text x="{left + width / 2:.1f}" y="15" text-anchor="middle" font-family="sans-serif" '
                f'font-size="11" fill="{theme.color("surface")}">{share}</text>'
            )
        left += width
    if not parts:
        return None
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{"".join(parts)}</svg>'
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"


def draw_legend(couriers: Iterable[str]) -> None:
    """Which colour is which courier."""
    spans = "".join(
        f'<span style="margin-right:14px;white-space:nowrap"><span style="display:inline-block;width:10px;height:10px;'
        f'border-radius:2px;margin-right:5px;background:{theme.courier_color(courier)}"></span>'
        f"{html.escape(courier.upper())}</span>"
        for courier in sorted(couriers)
    )
    st.html(f'<div style="font-size:12px;opacity:.85">{spans}</div>')
