"""Instants near WIB midnights and the ends of months and years, and texts that are hard to find."""

from datetime import UTC, datetime, timedelta
from random import Random

WIB = timedelta(hours=7)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
NEAR = tuple(timedelta(microseconds=number) for number in (-1_000_000, -1, 0, 0, 1, 1_000_000, 60_000_000))
STARTS = (
    datetime(2022, 10, 29, 3, tzinfo=UTC),
    datetime(2022, 12, 30, 16, 59, 59, tzinfo=UTC),
    datetime(2023, 1, 31, 17, tzinfo=UTC),
    datetime(2023, 2, 26, 16, 59, tzinfo=UTC),
    datetime(2024, 2, 27, 12, tzinfo=UTC),
    datetime(2024, 6, 29, 17, 0, 1, tzinfo=UTC),
)
NAMES = ("Sri Rahayu", "BUDI", "Ünï Çelik", "100% Halal", "a_b", "O'Neil \\ Co", "Ani", "ani", "Zoë", "Mitra 7")
WORDS = ("", "", "  ", "an", "MITRA", "%", "_", "\\", "ü", "08", "@x", "awb1", "tidak ada", "ani ")
WINDOWS = (7, 30, 60, 90)  # days that numbers look back
AMOUNTS = (0, 1, 49_999, 50_000, 99_420, 100_000, 333_333, 7_654_321, 50_000_000, 900_000_000_000)


def edges(now: datetime) -> list[datetime]:
    """Where the last 7, 30, 60 and 90 days begin, counted from the instant and in WIB days, and what is just beside."""
    midnight = (now + WIB).replace(hour=0, minute=0, second=0, microsecond=0) - WIB
    firsts = [begin - timedelta(days=days) for days in WINDOWS for begin in (now, midnight, midnight + DAY)]
    return [first + beside for first in firsts for beside in (-DAY, -TICK, timedelta(0), TICK, DAY)]


def between(rng: Random, first: datetime, last: datetime) -> datetime:
    """An instant from first to last, often at a WIB midnight or beside one, now and then where a month begins."""
    if last <= first:
        return first
    drawn = first + (last - first) * rng.random()
    kind = rng.random()
    if kind < 0.6:
        local = (drawn + WIB).replace(hour=0, minute=0, second=0, microsecond=0)
        if kind < 0.15:
            local = local.replace(day=1)
        drawn = local - WIB + rng.choice(NEAR)
    elif kind < 0.8:
        drawn = drawn.replace(microsecond=0)
    return min(max(drawn, first), last)
