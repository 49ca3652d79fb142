"""What a partner's orders say: ratios against its life and the couriers' mean, and what its returns may still cost."""

from fractions import Fraction

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.review import Orders
from dashboard.components import Fact, facts
from dashboard.i18n import _
from dashboard.links import withdrawal_link


def ratios(orders: Orders | None, withdrawal_id: int) -> None:
    """Ratios over 30 and 90 days against the partner's life and the couriers' mean; each leads to its orders."""
    if orders is None:
        st.caption(_("Partner ini belum punya pesanan terkirim di gudang data."))
        return
    heading = _("Rasio partner")
    st.markdown(f"**{heading}**")
    with st.container(key="wd-ratios"):
        st.markdown(_ratio_table(orders, withdrawal_id))


def exposure(orders: Orders | None, withdrawal_id: int) -> None:
    """What may still come back and what that costs; the parts lead to their orders."""
    if orders is None:
        return
    heading = _("Eksposur")
    st.markdown(f"**{heading}**")
    linked = [
        (_("COD dalam masa retur 7 hari"), "cod_in_window", orders.cod_in_window),
        (_("Ongkir retur sedang kembali"), "arriving_return_shipping", orders.arriving_return_shipping),
        (_("Ongkir retur yang dikirim"), "running_return_shipping", orders.running_return_shipping),
    ]
    entries = [
        Fact(label, fmt.rupiah(amount), href=withdrawal_link(withdrawal_id, number)) for label, number, amount in linked
    ]
    entries.append(Fact(_("Perkiraan ongkir retur"), fmt.rupiah(orders.expected_return_cost), strong=True))
    facts(entries, label=heading, numbers=True)


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
