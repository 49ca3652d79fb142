"""The five steps of the original dashboard, of the partners who joined in the period."""

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Fact, facts
from dashboard.filters import span_pairs
from dashboard.i18n import _
from dashboard.links import JOINED, PagePath, page_link
from queries.metrics import is_small
from queries.summary import Steps
from queries.wib import Period


def draw_steps(steps: Steps, period: Period) -> None:
    """Registered, verified, potential, active, and who trades at all."""
    st.markdown(f"**{_title(steps)}**")
    link = page_link(PagePath.PARTNER_GROWTH, *span_pairs(JOINED, period)) if steps.joined else ""
    facts(
        [
            Fact(_("Registrasi"), fmt.number(steps.joined), href=link, strong=True),
            _of_joined(_("Verifikasi email"), steps.verified, steps.joined),
            _of_joined(_("Potensial: ada produk"), steps.with_product, steps.joined),
            _of_joined(_("Aktif: sudah pickup"), steps.with_pickup, steps.joined),
            Fact(_("Partner bertransaksi"), fmt.number(steps.trading), _("kapan pun bergabung; semua kurir")),
        ],
        label=_("Langkah partner baru"),
        numbers=True,
    )


def _title(steps: Steps) -> str:
    if is_small(steps.joined):
        return _("Langkah partner yang bergabung pada rentang ini")
    return _("{share} partner baru sudah pickup").format(share=fmt.percent(steps.with_pickup, steps.joined))


def _of_joined(label: str, count: int, joined: int) -> Fact:
    return Fact(label, fmt.number(count), fmt.percent(count, joined) if joined else "")
