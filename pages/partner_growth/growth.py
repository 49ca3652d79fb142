"""The view of growth: from joining to the last pickup."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Headline, guarded, headlines, page_header
from dashboard.i18n import _
from dashboard.warehouse import ask
from pages.partner_growth.charts import draw_funnel, draw_retention
from pages.partner_growth.growth_filters import GrowthFilters
from pages.partner_growth.growth_table import draw_table
from queries import partners
from queries.metrics import is_small, share
from queries.wib import Period, month_start

COHORTS = 8


def draw_growth(today: date, switch: Callable[[], None]) -> None:
    """This month's answer, the `switch` of the views, filters, numbers, funnel and retention, and the partners."""
    filters = GrowthFilters(today)
    wanted = filters.wanted
    this_month, month_before = month_to_date(today)
    new = ask(partners.funnel, replace(wanted, joined=this_month), today)
    before = ask(partners.funnel, replace(wanted, joined=month_before), today)
    page_header(_("Perkembangan Partner"), _answer(new, before))
    switch()
    filters.draw()
    _numbers(new, before, ask(partners.activity, wanted, today), filters.joined_is_open)
    with st.container(key="beside-the-list"):
        left, right = st.columns([2, 3], gap="medium")
    with left, guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        draw_funnel(ask(partners.funnel, wanted, today))
    with right, guarded(_("Retensi"), _("Tabel di bawah tetap dapat dipakai.")):
        of_any_day = replace(wanted, joined=None)
        cohorts = ask(partners.retention, of_any_day, last_months(today, COHORTS), today)
        draw_retention(cohorts, joined_is_open=filters.joined_is_open)
    with guarded(_("Daftar partner"), _("Grafik tetap dapat dipakai.")):
        draw_table(wanted, today, filters.all)


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


def _answer(new: partners.Funnel, before: partners.Funnel) -> str:
    """This month in one sentence; no share of fewer than 20 partners."""
    facts = {"new": fmt.number(new.joined), "picked": fmt.number(new.first_pickup)}
    if is_small(new.joined):
        return _("{new} partner baru bulan ini, {picked} sudah pickup").format(**facts)
    facts["share"] = fmt.percent(new.first_pickup, new.joined)
    change = None
    if not is_small(before.joined):
        change = fmt.change_in_points(share(new.first_pickup, new.joined), share(before.first_pickup, before.joined))
    if change is None or change.direction == "flat":
        return _("{new} partner baru bulan ini, {picked} sudah pickup ({share})").format(**facts)
    if change.direction == "up":
        text = _("{new} partner baru bulan ini, {picked} sudah pickup ({share}, naik {points})")
    else:
        text = _("{new} partner baru bulan ini, {picked} sudah pickup ({share}, turun {points})")
    return text.format(**facts, points=change.text)


def _numbers(new: partners.Funnel, before: partners.Funnel, active: partners.Activity, joined_is_open: bool) -> None:
    scope = "" if joined_is_open else " " + _("Saringan Bergabung tidak berlaku di sini.")
    headlines(
        [
            Headline(
                _("Baru bulan ini"),
                fmt.number(new.joined),
                help=_("Bergabung bulan ini sampai hari ini.") + scope,
                change=fmt.change(new.joined, before.joined),
                good="up",
                against=_("vs bulan lalu"),
            ),
            Headline(
                _("Baru, ada produk"),
                fmt.number(new.first_product),
                help=_("Partner baru bulan ini yang sudah punya produk.") + scope,
                part=new.first_product,
                whole=new.joined,
            ),
            Headline(
                _("Baru, sudah pickup"),
                fmt.number(new.first_pickup),
                help=_("Partner baru bulan ini yang paketnya sudah diserahkan ke kurir.") + scope,
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
