"""One partner: profile, trade over time, and what there is to read about it."""

import streamlit as st

from dashboard.components import guarded, missing_object
from dashboard.i18n import _
from dashboard.links import PARTNER, PagePath, page_link
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.partner_detail.charts import draw_couriers, draw_months
from pages.partner_detail.lists import draw_lists
from pages.partner_detail.profile import draw_profile
from queries import partner_detail
from queries.wib import Period, business_day, months_before

MONTHS_OF_TRADE = 12  # the current one included


def nobody(reason: str) -> None:
    """The page without a partner, and the way to one."""
    missing_object(_("Partner"), reason, _("Ke Perkembangan Partner"), page_link(PagePath.PARTNER_GROWTH))


def trade(partner_id: int) -> None:
    """A year of orders, and the couriers of all time."""
    today = business_day(runtime().now())
    year = Period(months_before(today, MONTHS_OF_TRADE - 1), today)
    left, right = st.columns([3, 2], gap="medium")
    with left, guarded(_("Grafik"), _("Daftar di bawah tetap dapat dipakai.")):
        draw_months(ask(partner_detail.monthly, partner_id, year))
    with right, guarded(_("Grafik"), _("Daftar di bawah tetap dapat dipakai.")):
        draw_couriers(ask(partner_detail.courier_mix, partner_id))


partner_id = PARTNER.get()
profile = None if partner_id is None else ask(partner_detail.profile, partner_id)
if partner_id is None:
    nobody(_("Buka partner dari daftar Perkembangan Partner atau Juragan."))
elif profile is None:
    nobody(_("Tidak ada partner dengan nomor {id}.").format(id=partner_id))
else:
    draw_profile(partner_id, dict(profile))
    trade(partner_id)
    draw_lists(partner_id)
