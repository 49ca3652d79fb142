"""Segments of partners that somebody calls for one reason. Definitions: docs/metrics.md, Segments."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, literal

from queries.schema import mart_partners
from queries.wib import Period, month_start

ACTIVE_DAYS = 30
SLOW_DAYS = 14  # a shorter gap is nobody's alarm
RHYTHM_DAYS = 180  # up to the last pickup: the pickup days that make a partner's rhythm
LEAST_GAPS = 4
LONG_GAP = (5, 2)  # 5/2 times the median gap


class Segment(StrEnum):
    """The codes of the segments, as addresses and exports have them."""

    DUE = "due"
    NO_PRODUCT = "no-product"
    NO_PICKUP = "no-pickup"
    UNSTARTED = "unstarted"
    SLOWING = "slowing"
    LOST = "lost"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class InSegment:
    """A segment as it is on a WIB day."""

    segment: Segment
    today: date


def active_since(today: date) -> date:
    """The first of the last 30 days, `today` included."""
    return today - timedelta(days=ACTIVE_DAYS - 1)


def lost_period(today: date) -> Period:
    """The 30 days before the last 30: who had the last pickup there is lost."""
    since = active_since(today)
    return Period(since - timedelta(days=ACTIVE_DAYS), since - timedelta(days=1))


def last_month(today: date) -> Period:
    """The WIB month before that of `today`."""
    end = month_start(today) - timedelta(days=1)
    return Period(month_start(end), end)


def is_in(segment: Segment, today: date) -> ColumnElement[bool]:
    """The condition on a row of mart_partners."""
    partner = mart_partners.c
    match segment:
        case Segment.DUE:
            return partner.next_follow_up <= today
        case Segment.NO_PRODUCT:
            return partner.first_product.is_(None)
        case Segment.NO_PICKUP:
            return and_(partner.first_product.is_not(None), partner.first_pickup.is_(None))
        case Segment.UNSTARTED:
            before = last_month(today)
            return and_(partner.join_date.between(before.start, before.end), partner.first_pickup.is_(None))
        case Segment.SLOWING:
            return _is_slowing(today)
        case Segment.LOST:
            lost = lost_period(today)
            return partner.last_pickup.between(lost.start, lost.end)
        case Segment.NEW:
            return partner.join_date.between(month_start(today), today)


def _is_slowing(today: date) -> ColumnElement[bool]:
    """Still active, and the gap since the last pickup is long against the usual one: in whole numbers of days."""
    partner = mart_partners.c
    quiet = partner.last_pickup.between(active_since(today), today - timedelta(days=SLOW_DAYS + 1))
    gap = literal(today) - partner.last_pickup
    return and_(quiet, gap * 2 * LONG_GAP[1] > partner.twice_usual_gap * LONG_GAP[0])
