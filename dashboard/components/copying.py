"""Texts that are copied by one click."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.i18n import _

_CSS = """
.copying { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; color: var(--st-text-color); }
.copying span { overflow-wrap: anywhere; min-width: 0; }
.copying b { font-size: 1.15em; font-variant-numeric: tabular-nums; }
.copying button { margin-left: 4px; padding: 1px 8px; border: 1px solid var(--st-border-color); border-radius: 6px;
  font: inherit; font-size: 12px; color: inherit; background: var(--st-background-color); cursor: pointer; }
.copying button:hover { border-color: var(--st-primary-color); }
.copying button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
"""
_JS = """
export default function ({ data, parentElement }) {
  const line = parentElement.querySelector(".copying");
  line.replaceChildren(...data.parts.map((part) => {
    const shown = document.createElement("span");
    if (part.before) shown.append(part.before, " ");
    if (part.text) {
      const value = document.createElement("b");
      value.textContent = part.text;
      shown.append(value);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = part.label;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(part.value);
      button.textContent = data.copied;
      setTimeout(() => { button.textContent = part.label; }, 1500);
    });
    shown.append(button);
    if (part.after) shown.append(" ", part.after);
    return shown;
  }));
}
"""
_component = st.components.v2.component("komship.copying", html='<div class="copying"></div>', css=_CSS, js=_JS)


@dataclass(frozen=True, slots=True)
class Copied:
    """A text that is shown, if any, the `value` that is copied, the name of its button, and what stands around it."""

    text: str
    value: str
    label: str
    before: str = ""
    after: str = ""


def copy_line(parts: Sequence[Copied], *, key: str) -> None:
    """The texts in one line, each with its button."""
    shown = [
        {"text": each.text, "value": each.value, "label": each.label, "before": each.before, "after": each.after}
        for each in parts
    ]
    _component(key=key, data={"parts": shown, "copied": _("Tersalin")})
