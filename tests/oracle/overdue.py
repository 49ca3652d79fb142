"""What waits past its due time, by partner."""

from datetime import datetime

from tests.oracle.days import WIB, seconds
from tests.oracle.landed import Landed
from tests.oracle.lists import columns, cut
from tests.oracle.pickups import status
from tests.oracle.store import Row

Wanted = tuple[tuple[str, ...], int | None]  # couriers (all if empty), WIB hour of due (any if None)
MOST = 20  # airway bills of a partner


def _overdue(found: Landed, wanted: Wanted, now: datetime) -> list[Row]:
    only, hour = wanted
    return [
        pickup
        for pickup in found.pickups
        if status(pickup, now) == "Terlewati"
        and (not only or pickup["courier"] in only)
        and (hour is None or (pickup["due"] + WIB).hour == hour)
    ]


def partners_page(
    found: Landed,
    wanted: Wanted,
    contacts: dict[int, datetime],
    sort: tuple[str, bool] | None,
    page: tuple[int, int],
    now: datetime,
) -> tuple[list[Row], int]:
    """One row a partner; who was contacted after the newest was due comes last where nothing else sorts."""
    groups: dict[int, list[datetime]] = {}
    for pickup in _overdue(found, wanted, now):
        groups.setdefault(pickup["partner_id"], []).append(pickup["due"])
    rows: list[Row] = [
        {
            "partner_id": partner,
            "user_name": found.partners[partner]["full_name"],
            "user_phone": found.partners[partner]["phone"],
            "overdue": len(due),
            "oldest_due_at": min(due),
            "newest_due_at": max(due),
            "worst_seconds": seconds(now - min(due)),
            "is_contacted": partner in contacts and contacts[partner] >= max(due),
        }
        for partner, due in sorted(groups.items())
    ]
    rows.sort(key=lambda row: row["oldest_due_at"])
    match sort:
        case None:
            rows.sort(key=lambda row: row["is_contacted"])
        case ("lateness", longest_first):
            rows.sort(key=lambda row: row["partner_id"])
            rows.sort(key=lambda row: row["oldest_due_at"], reverse=not longest_first)
        case ("overdue", most_first):
            rows.sort(key=lambda row: row["overdue"], reverse=most_first)
        case (_, backwards):
            rows.sort(key=lambda row: row["user_name"].lower(), reverse=backwards)
    return cut(rows, *page)


def bills(found: Landed, partners: list[int], wanted: Wanted, now: datetime) -> list[Row]:
    """The airway bills of some partners, the longest overdue first, the first ones of each."""
    rows = sorted(_overdue(found, wanted, now), key=lambda pickup: (pickup["due"], pickup["id"]))
    chosen = []
    for partner in set(partners):
        chosen += [pickup for pickup in rows if pickup["partner_id"] == partner][:MOST]
    chosen.sort(key=lambda pickup: (pickup["due"], pickup["id"]))
    shown = columns(
        chosen, ("partner_id", "order_id", "airway_bill", "courier", "city"), pickup_order_id="id", due_at="due"
    )
    return [row | {"delay_seconds": seconds(now - row["due_at"])} for row in shown]
