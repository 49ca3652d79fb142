"""The risk of a withdrawal in the open: each part with its points, its weight and what it rests on."""

from fractions import Fraction

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions.review import Orders
from dashboard.actions.risk import (
    AgePart,
    AmountFacts,
    AmountPart,
    ExposureFacts,
    ExposurePart,
    NameFacts,
    NamePart,
    Part,
    RatioFacts,
    RatioPart,
    Risk,
    SharedFacts,
    SharedPart,
    TrendFacts,
    TrendPart,
)
from dashboard.components import Column, whole_table
from dashboard.i18n import _, ngettext
from dashboard.labels import review_reason, risk_band
from dashboard.links import withdrawal_link
from pages.withdrawal.labels import part_label


def risk_parts(risk: Risk) -> None:
    """The score, what lifts it, and its parts, the heaviest first."""
    title = _("Risiko {band}: {points} dari 100 poin").format(
        band=risk_band(risk.band).lower(), points=fmt.number(risk.points)
    )
    title = title[0].upper() + title[1:]
    st.markdown(f"**{title}**")
    limits = _("Sedang mulai {medium}, tinggi mulai {high} poin.").format(medium=risk.medium, high=risk.high)
    lifted = ", ".join(review_reason(reason) for reason in risk.overrides)
    always = _("Selalu tinggi karena:")
    st.caption(f"{limits} {always} {lifted}." if lifted else limits)
    rows = sorted(risk.parts, key=lambda part: -part.points)
    frame = pd.DataFrame(
        {
            "part": [part_label(part.key) for part in rows],
            "points": [part.points for part in rows],
            "weight": [_("dari {weight}").format(weight=part.weight) for part in rows],
            "basis": [_basis(part) for part in rows],
        }
    )
    columns = [
        Column("part", _("Bagian")),
        Column("points", _("Poin"), "int", below="weight", bar=max(part.weight for part in rows)),
        Column("basis", _("Dasar")),
    ]
    whole_table(frame, columns, key="wd-risk", alt=title)


def _basis(part: Part) -> str:
    match part:
        case RatioPart(facts=RatioFacts() as facts):
            text = _("{ratio}; rerata ekspedisi {expected}")
            return text.format(ratio=_ratio(facts.part, facts.whole), expected=fmt.number(facts.expected))
        case TrendPart(facts=TrendFacts() as facts):
            usual = fmt.percent(facts.own_part, facts.own_whole)
            return _("{ratio}; biasanya {usual}").format(ratio=_ratio(facts.part, facts.whole), usual=usual)
        case ExposurePart(facts=ExposureFacts(cost=cost, balance_after=after)):
            text = _("ongkir retur {cost} dari sisa saldo {after}")
            return text.format(cost=fmt.rupiah(cost), after=fmt.rupiah(after))
        case AmountPart(facts=AmountFacts(usual=int(usual), completed=completed)):
            text = _("biasanya {usual} ({count} kali)")
            return text.format(usual=fmt.rupiah(usual), count=fmt.number(completed))
        case AgePart(key="new_partner", facts=facts) if facts:
            return _("bergabung {days} hari").format(days=fmt.number(facts.days))
        case AgePart(key="new_account", facts=facts) if facts:
            return _("tetap sejak {days} hari").format(days=fmt.number(facts.days))
        case NamePart(facts=NameFacts(score=score)):
            return _("kecocokan nama {score} dari 100").format(score=score)
        case SharedPart(facts=SharedFacts(partners=others)):
            return ngettext("{count} partner lain", "{count} partner lain", others).format(count=fmt.number(others))
    return _("tidak diketahui: dihitung setengah")


def _ratio(part: int, whole: int) -> str:
    return f"{fmt.percent(part, whole)} · {fmt.ratio(part, whole)}"


def ratios(orders: Orders | None, withdrawal_id: int) -> None:
    """Ratios over 30 and 90 days against the partner's life and the couriers' mean; each leads to its orders."""
    if orders is None:
        st.caption(_("Partner ini belum punya pesanan terkirim di gudang data."))
        return
    heading, exposed = _("Rasio partner"), _("Eksposur")
    st.markdown(f"**{heading}**")
    with st.container(key="wd-ratios"):
        st.markdown(_ratio_table(orders, withdrawal_id))
    st.markdown(f"**{exposed}**")
    linked = [
        (_("COD masih dalam masa retur 7 hari"), "cod_in_window", orders.cod_in_window),
        (_("Ongkir retur sedang kembali"), "arriving_return_shipping", orders.arriving_return_shipping),
        (_("Ongkir retur pesanan yang dikirim"), "running_return_shipping", orders.running_return_shipping),
    ]
    facts = {
        label: f"[{fmt.rupiah(amount)}]({withdrawal_link(withdrawal_id, number)})" for label, number, amount in linked
    }
    facts[_("Perkiraan ongkir retur")] = fmt.rupiah(orders.expected_return_cost)
    st.table(facts, border="horizontal")


def _ratio_table(orders: Orders, withdrawal_id: int) -> str:
    """Markdown: a row each for retur and problems; the parts of a ratio are links."""

    def line(title: str, counted: str, parts: tuple[int, int, int], expected: float) -> str:
        last_30, last_90, life = (
            _linked(part, whole, withdrawal_link(withdrawal_id, f"{counted}_{window}"))
            for part, whole, window in zip(parts, wholes, ("30", "90", "life"), strict=True)
        )
        mean = fmt.percent_value(Fraction(str(expected)) * 100 / orders.shipped_90) if orders.shipped_90 else fmt.NONE
        return f"| {title} | {last_30} | {last_90} | {mean} | {life} |"

    wholes = (orders.shipped_30, orders.shipped_90, orders.shipped_life)
    head = ["", _("30 hari"), _("90 hari"), _("Rerata ekspedisi"), _("Seumur hidup")]
    returned = (orders.returned_30, orders.returned_90, orders.returned_life)
    problem = (orders.problem_30, orders.problem_90, orders.problem_life)
    return "\n".join(
        [
            "| " + " | ".join(head) + " |",
            "|---|--:|--:|--:|--:|",
            line(_("Retur"), "returned", returned, orders.expected_returned_90),
            line(_("Masalah"), "problem", problem, orders.expected_problem_90),
        ]
    )


def _linked(part: int, whole: int, link: str) -> str:
    return f"{fmt.percent(part, whole)} · [{fmt.ratio(part, whole)}]({link})" if whole else fmt.NONE
