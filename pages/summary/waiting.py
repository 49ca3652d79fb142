"""What waits for the reader's role today, each one click from the work."""

from datetime import datetime, timedelta

from dashboard import format as fmt
from dashboard.actions import payouts
from dashboard.client import api
from dashboard.components import Fact, facts
from dashboard.i18n import _
from dashboard.links import (
    SEGMENT,
    VIEW,
    PagePath,
    page_link,
    ticket_link,
)
from dashboard.warehouse import ask
from pages.partner_growth.labels import segment_meaning, segment_name
from pages.summary.counted import counted
from queries import growth_facets, health, pickups, summary_news, withdrawals
from queries.partners import GrowthFilter
from queries.segments import Segment
from queries.wib import business_day, naive_utc

TO_CALL = (Segment.DUE, Segment.UNSTARTED, Segment.SLOWING, Segment.LOST)


def draw_waiting(role: str, now: datetime) -> None:
    """The work of finance, of growth or of admins."""
    if role == "finance":
        entries = [*_withdrawals(now), *_batches()]
    elif role == "growth":
        entries = _segments(now)
    else:
        entries = [*_pickups(now), *_tickets(now), _all_withdrawals(), *_data(now)]
    facts(entries, label=_("Menunggu Anda"), numbers=True)


def _withdrawals(now: datetime) -> list[Fact]:
    ages = ask(summary_news.waiting_ages, business_day(now))
    queue = page_link(PagePath.WITHDRAWAL_REVIEW)
    return [
        counted(label, count, queue, fmt.rupiah(nominal))
        for label, (count, nominal) in (
            (_("Withdrawal sebelum kemarin"), ages.earlier),
            (_("Withdrawal kemarin"), ages.yesterday),
            (_("Withdrawal hari ini"), ages.today),
        )
    ]


def _batches() -> list[Fact]:
    sums = payouts.reconciliation(api()).sums
    batches, open_rows = (page_link(PagePath.PAYOUT_BATCH, VIEW.pair(view)) for view in ("batch", "terbuka"))
    return [
        counted(_("Batch menunggu pemeriksa"), sums.proposed, batches),
        counted(_("Baris batch menunggu hasil bank"), sums.sent, open_rows),
        counted(_("Baris batch belum jelas"), sums.unclear, open_rows),
    ]


def _segments(now: datetime) -> list[Fact]:
    counts = ask(growth_facets.segment_counts, GrowthFilter(), business_day(now))
    return [
        counted(
            segment_name(segment),
            counts[segment],
            page_link(PagePath.PARTNER_GROWTH, SEGMENT.pair(segment)),
            segment_meaning(segment),
        )
        for segment in TO_CALL
    ]


def _pickups(now: datetime) -> list[Fact]:
    waiting = ask(pickups.waiting_counts, now)
    of_all = _("dari {count} yang menunggu").format(count=fmt.number(waiting.waiting))
    return [counted(_("Pickup terlewati"), waiting.overdue, page_link(PagePath.PICKUP_MONITORING), of_all)]


def _tickets(now: datetime) -> list[Fact]:
    unread = ask(summary_news.unread_tickets)
    if unread.oldest_id is None or unread.oldest_at is None:
        return [counted(_("Tiket belum dibaca"), 0, "")]
    age = fmt.duration((naive_utc(now) - unread.oldest_at).total_seconds())
    below = _("tertua {age}; tautan membukanya").format(age=age)
    return [counted(_("Tiket belum dibaca"), unread.tickets, ticket_link(unread.oldest_id), below)]


def _all_withdrawals() -> Fact:
    waiting = ask(withdrawals.waiting_count)
    return counted(_("Withdrawal menunggu"), waiting, page_link(PagePath.WITHDRAWAL_REVIEW))


def _data(now: datetime) -> list[Fact]:
    aside = sum(ask(health.rows_aside, source) for source in ask(health.sources)["source"])
    failed = ask(health.failed_runs, naive_utc(now) - timedelta(days=1))
    link = page_link(PagePath.DATA_HEALTH)
    return [
        counted(_("Baris data dikarantina"), aside, link),
        counted(_("Proses data gagal, 24 jam"), failed, link),
    ]
