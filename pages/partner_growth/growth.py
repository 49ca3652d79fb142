"""The view of growth: from joining to the last pickup."""

from datetime import date, timedelta

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Headline, guarded, headlines, page_header
from dashboard.filters import OptionalPeriod, Search, filter_bar
from dashboard.i18n import _
from dashboard.links import JOINED, LAST_PICKUP
from dashboard.warehouse import ask
from pages.partner_growth.charts import draw_funnel, draw_retention
from pages.partner_growth.growth_table import draw_table
from queries import partners
from queries.partners import GrowthFilter
from queries.wib import Period, month_start

COHORTS = 8


def draw_growth(today: date) -> None:
    """Filters, this month's numbers, funnel and retention, and the partners."""
    header = st.container()
    joined = OptionalPeriod(JOINED, _("Bergabung"), today)
    last_pickup = OptionalPeriod(LAST_PICKUP, _("Pickup terakhir"), today)
    search = Search(_("Cari nama, email, HP"))
    filters = (joined, last_pickup, search)
    filter_bar(filters)
    wanted = GrowthFilter(joined.value, last_pickup.value, search.value)

    this_month, month_before = month_to_date(today)
    new = ask(partners.funnel, GrowthFilter(this_month), today)
    before = ask(partners.funnel, GrowthFilter(month_before), today)
    active = ask(partners.activity, today)
    with header:
        page_header(_("Perkembangan Partner"), _answer(new))
    _numbers(new, before, active)
    left, right = st.columns([2, 3], gap="medium")
    with left, guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        draw_funnel(ask(partners.funnel, wanted, today))
    with right, guarded(_("Retensi"), _("Tabel di bawah tetap dapat dipakai.")):
        draw_retention(ask(partners.retention, last_months(today, COHORTS), today))
    with guarded(_("Daftar partner"), _("Grafik tetap dapat dipakai.")):
        draw_table(wanted, today, filters)


def month_to_date(today: date) -> tuple[Period, Period]:
    """This month up to today, and as many days of the month before."""
    first = month_start(today)
    before = month_start(first - timedelta(days=1))
    last = min(before + (today - first), first - timedelta(days=1))
    return Period(first, today), Period(before, last)


def last_months(today: date, count: int) -> list[date]:
    """The first days of the last months, the current one first."""
    months = [month_start(today)]
    while len(months) < count:
        months.append(month_start(months[-1] - timedelta(days=1)))
    return months


def _answer(new: partners.Funnel) -> str:
    return _("{new} partner baru bulan ini, {picked} sudah pickup ({share})").format(
        new=fmt.number(new.joined),
        picked=fmt.number(new.first_pickup),
        share=fmt.percent(new.first_pickup, new.joined),
    )


def _numbers(new: partners.Funnel, before: partners.Funnel, active: partners.Activity) -> None:
    headlines(
        [
            Headline(
                _("Partner baru"),
                fmt.number(new.joined),
                help=_("Bergabung bulan ini sampai hari ini."),
                change=fmt.change(new.joined, before.joined),
                good="up",
                against=_("vs bulan lalu"),
            ),
            Headline(
                _("Produk pertama"),
                fmt.number(new.first_product),
                help=_("Partner baru bulan ini yang sudah punya produk."),
                part=new.first_product,
                whole=new.joined,
            ),
            Headline(
                _("Pickup pertama"),
                fmt.number(new.first_pickup),
                help=_("Partner baru bulan ini yang paketnya sudah diserahkan ke kurir."),
                part=new.first_pickup,
                whole=new.joined,
            ),
            Headline(
                _("Aktif 30 hari"),
                fmt.number(active.active),
                help=_("Partner dengan pickup dalam 30 hari terakhir."),
            ),
            Headline(
                _("Hilang"),
                fmt.number(active.lost),
                help=_("Pickup terakhirnya 31 sampai 60 hari lalu."),
                part=active.lost,
                whole=active.lost + active.active,
            ),
        ]
    )
