"""The risk of a withdrawal in the open: each part with its points, its weight and the reason for them."""

import html

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.risk import Part, Risk
from dashboard.i18n import _, ngettext
from dashboard.labels import review_reason, risk_band
from pages.withdrawal.labels import part_label
from pages.withdrawal.reasons import reason


def risk_parts(risk: Risk) -> None:
    """The score, what lifts it, and its parts: the heaviest first, those without points folded below."""
    title = _("Risiko {band}: {points} dari 100 poin").format(
        band=risk_band(risk.band).lower(), points=fmt.number(risk.points)
    )
    title = title[0].upper() + title[1:]
    limits = _("Sedang mulai {medium}, tinggi mulai {high} poin.").format(medium=risk.medium, high=risk.high)
    if risk.overrides:
        always = _("Selalu tinggi karena: {reasons}.")
        limits += " " + always.format(reasons=", ".join(review_reason(each) for each in risk.overrides))
    st.markdown(f"**{title}** · :gray[{limits}]")
    costing = sorted((part for part in risk.parts if part.points > 0), key=lambda part: -part.points)
    free = [part for part in risk.parts if part.points == 0]
    shown = _listed(costing, title)
    if free:
        count = ngettext("{count} bagian tanpa poin", "{count} bagian tanpa poin", len(free))
        names = ", ".join(part_label(part.key) for part in free)
        summary = html.escape(f"{count.format(count=fmt.number(len(free)))}: {names}")
        shown += f"<details><summary>{summary}</summary>{_listed(free, summary)}</details>"
    st.html(f'<div class="risk-parts">{shown}</div>')


def _listed(parts: list[Part], label: str) -> str:
    items = "".join(
        f"<li><b>{html.escape(part_label(part.key))}</b> <span>{html.escape(_points(part))}</span>"
        f"<small>{html.escape(reason(part))}</small></li>"
        for part in parts
    )
    return f'<ul aria-label="{html.escape(label, quote=True)}">{items}</ul>'


def _points(part: Part) -> str:
    return _("{points} dari {weight}").format(points=fmt.number(part.points), weight=part.weight)
