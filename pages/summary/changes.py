"""What is new since the reader's last visit, with links to the pages that show it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from dashboard import format as fmt
from dashboard.actions import summary as actions
from dashboard.client import api
from dashboard.components import Fact, facts
from dashboard.filters import span_pairs
from dashboard.i18n import _
from dashboard.links import (
    JOINED,
    LAST_PICKUP,
    PERIOD,
    SEGMENT,
    WITHDRAWAL_STATUS,
    PagePath,
    page_link,
)
from dashboard.state import SUMMARY_VISIT
from dashboard.warehouse import ask
from pages.summary.counted import counted
from queries import summary_news
from queries.segments import Segment
from queries.wib import Period, business_day, naive_utc

USUAL = timedelta(days=1)  # what is new on the first visit
NOTED_EVERY = timedelta(minutes=10)


def draw_changes(role: str, now: datetime) -> None:
    """Counts since the visit before this one, of what the role may open."""
    before = _visit(now)
    since = before or now - USUAL
    if before is None:
        st.caption(_("Kunjungan pertama Anda: yang baru dalam 24 jam terakhir."))
    else:
        st.caption(_("Sejak {at}. Tautan membuka seluruh hari itu sampai hari ini.").format(at=fmt.instant(before)))
    facts(_entries(role, since, now), label=_("Sejak kunjungan terakhir"), numbers=True)


def _visit(now: datetime) -> datetime | None:
    """When the visit before this one ended. A tab says every few minutes that its reader is there."""
    noted = SUMMARY_VISIT.get()
    if noted is None or now - noted[0] >= NOTED_EVERY:
        noted = (now, actions.visit(api()).before)
        SUMMARY_VISIT.set(noted)
    return noted[1]


def _entries(role: str, since: datetime, now: datetime) -> Sequence[Fact]:
    news = ask(summary_news.news, since, now)
    days = Period(min(business_day(since), business_day(now)), business_day(now))
    found = [
        counted(_("Pickup menjadi terlewati"), news.overdue, page_link(PagePath.PICKUP_MONITORING)),
        counted(_("Tiket baru"), news.tickets, page_link(PagePath.TICKET_TOTAL, *span_pairs(PERIOD, days))),
    ]
    if role != "growth":
        link = page_link(PagePath.WITHDRAWAL_REVIEW, WITHDRAWAL_STATUS.pair("all"), *span_pairs(PERIOD, days))
        found.append(counted(_("Permintaan withdrawal"), news.requests, link, fmt.rupiah(news.requested)))
    found.append(counted(_("Partner baru"), news.joined, page_link(PagePath.PARTNER_GROWTH, *span_pairs(JOINED, days))))
    lost = summary_news.newly_lost(business_day(since), business_day(now))
    of_lost = span_pairs(LAST_PICKUP, lost) if lost else ()
    link = page_link(PagePath.PARTNER_GROWTH, SEGMENT.pair(Segment.LOST), *of_lost)
    found.append(counted(_("Partner menjadi hilang"), news.lost, link))
    if role == "admin":
        aside = ask(summary_news.set_aside_since, naive_utc(since))
        found.append(counted(_("Baris data dikarantina"), aside, page_link(PagePath.DATA_HEALTH)))
    return found
