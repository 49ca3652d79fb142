"""Facts of one object by name, and its life as a timeline. Both are plain HTML of escaped texts."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard.components.copying import copy_button
from dashboard.format import NONE
from dashboard.i18n import _

Tone = Literal["", "good", "bad", "planned"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and its name; `below` stands under it in grey, `href` makes it a link of this site, a `strong` one is a
    sum or what matters most, beside one that `copies` is a button for that."""

    label: str
    value: str
    below: str = ""
    href: str = ""
    strong: bool = False
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A step of a timeline: when, what, and words under it; `tone` colours its dot, never as the only sign."""

    at: str
    title: str
    below: str = ""
    href: str = ""
    tone: Tone = ""


def facts(entries: Sequence[Fact], *, label: str, numbers: bool = False) -> None:
    """Names on the left, values on the right, those of `numbers` flush right; `label` names the list to a screen
    reader."""
    rows = "".join(
        f"<div{_class('strong' if entry.strong else '')}><dt>{html.escape(entry.label)}</dt>"
        f"<dd>{_linked(entry.value, entry.href)}{_copy(entry)}{_below(entry.below)}</dd></div>"
        for entry in entries
    )
    kind = "object-facts numbers" if numbers else "object-facts"
    st.html(f'<dl class="{kind}" aria-label="{html.escape(label)}">{rows}</dl>')


def timeline(moments: Sequence[Moment], *, label: str) -> None:
    """The steps in the order in which they are given."""
    rows = "".join(
        f"<li{_class(moment.tone)}><time>{html.escape(moment.at)}</time>"
        f"<span>{_linked(moment.title, moment.href)}{_below(moment.below)}</span></li>"
        for moment in moments
    )
    st.html(f'<ol class="object-timeline" aria-label="{html.escape(label)}">{rows}</ol>')


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _linked(text: str, href: str) -> str:
    shown = html.escape(text)
    return f'<a href="{html.escape(href)}" target="_self">{shown}</a>' if href else shown


def _copy(entry: Fact) -> str:
    if not entry.copies or entry.value == NONE:
        return ""
    label = _("Salin {text}").format(text=entry.value)
    return f" {copy_button(entry.value, label, is_icon=True)}"


def _below(text: str) -> str:
    return f"<small>{html.escape(text)}</small>" if text else ""
