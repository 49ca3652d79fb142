"""Texts that are copied by one click (page_buttons.html)."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.i18n import _


@dataclass(frozen=True, slots=True)
class Copied:
    """A text that is shown, if any, the `value` that is copied, the name of its button, and what stands around it."""

    text: str
    value: str
    label: str
    before: str = ""
    after: str = ""


def copy_button(value: str, label: str, *, is_icon: bool = False) -> str:
    """The HTML of a button that copies `value`; an icon has its label for a screen reader alone."""
    label, value, done = html.escape(label), html.escape(value), html.escape(_("Tersalin"))
    named, shown = (f' aria-label="{label}"', "") if is_icon else ("", label)
    return f'<button type="button" data-copy="{value}" data-done="{done}"{named}>{shown}</button>'


def copy_line(parts: Sequence[Copied]) -> None:
    """The texts in one line, each with its button."""
    st.html(f'<p class="copy-line">{"".join(_part(part) for part in parts)}</p>')


def _part(part: Copied) -> str:
    text = f"<b>{html.escape(part.text)}</b>" if part.text else ""
    shown = (html.escape(part.before), text, copy_button(part.value, part.label), html.escape(part.after))
    return f"<span>{' '.join(each for each in shown if each)}</span>"
