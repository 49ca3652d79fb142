"""Segments of partners, and how many partners each segment, city and courier has under the other filters."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from tests.oracle.days import DAY, day_of, median, month_of
from tests.oracle.landed import Landed
from tests.oracle.lists import contains
from tests.oracle.store import Row

Days = tuple[date, date] | None
CODES = ("due", "no-product", "no-pickup", "unstarted", "slowing", "lost", "new")


class Wanted(NamedTuple):
    """Which partners: days of joining and of the last pickup, text, a segment as of a day, cities, couriers, owner."""

    joined: Days = None
    picked_up: Days = None
    search: str = ""
    segment: tuple[str, date] | None = None
    cities: tuple[str, ...] = ()
    couriers: tuple[str, ...] = ()
    owner: int | None = None  # 0: nobody


def matches(found: Landed, row: Row, wanted: Wanted) -> bool:
    """Whether a partner is one of those that a filter wants."""
    if wanted.search.strip() and not contains(wanted.search, row["full_name"], row["email"], row["phone"]):
        return False
    for name, period in (("join_date", wanted.joined), ("last_pickup", wanted.picked_up)):
        if period and (row[name] is None or not period[0] <= row[name] <= period[1]):
            return False
    if wanted.segment and not is_in(row, *wanted.segment):
        return False
    if wanted.owner is not None and (row["owner_id"] or 0) != wanted.owner:
        return False
    if wanted.cities and city(row) not in wanted.cities:
        return False
    return not wanted.couriers or bool(couriers(found, row) & set(wanted.couriers))


def city(row: Row) -> str:
    """The city in small letters, without outer spaces."""
    return str(row["city"]).strip(" ").lower()


def couriers(found: Landed, row: Row) -> set[str]:
    """The couriers that ever took an order of the partner."""
    return {
        order["courier"]
        for order in found.orders.values()
        if order["partner_id"] == row["partner_id"] and order["shipped_at"] is not None
    }


def is_in(row: Row, code: str, today: date) -> bool:
    """Whether a partner is in a segment on a day."""
    joined, product, first, last = (row[key] for key in ("join_date", "first_product", "first_pickup", "last_pickup"))
    this_month = month_of(today)
    match code:
        case "due":
            return row["next_follow_up"] is not None and row["next_follow_up"] <= today
        case "no-product":
            return product is None
        case "no-pickup":
            return product is not None and first is None
        case "unstarted":
            return first is None and month_of(joined) == month_of(this_month - DAY)
        case "lost":
            return last is not None and today - timedelta(days=59) <= last <= today - timedelta(days=30)
        case "new":
            return bool(this_month <= joined <= today)
    return _is_slowing(row, today)


def twice_usual_gap(handed: list[datetime]) -> int | None:
    """Twice the median gap between the pickup days of the 180 days up to the last one, where there are 4 gaps."""
    picked = sorted({day_of(instant) for instant in handed})
    recent = [day for day in picked if (picked[-1] - day).days < 180]
    gaps = [Fraction((after - before).days) for before, after in pairwise(recent)]
    usual = median(gaps)
    return int(usual * 2) if usual is not None and len(gaps) >= 4 else None


def _is_slowing(row: Row, today: date) -> bool:
    if row["last_pickup"] is None or row["twice_usual_gap"] is None:
        return False
    gap = (today - row["last_pickup"]).days
    return 14 < gap < 30 and gap > Fraction(row["twice_usual_gap"], 2) * 5 / 2
