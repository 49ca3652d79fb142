"""Pickup monitoring: what waits, what is late, and the list of airway bills."""

from datetime import date, datetime, timedelta

from tests.oracle.days import WIB, day_of, exact_seconds, seconds
from tests.oracle.landed import Landed
from tests.oracle.lists import columns, contains, cut
from tests.oracle.store import Row

ZERO = timedelta(0)
PLACE = ("address_id", "address_name", "address_detail", "district", "city", "pic", "pic_phone")
PLAIN = ("pickup_id", "order_id", "partner_id", "qty", "requested_at", "handed_at", "pickup_date", "pickup_time")


def couriers(found: Landed) -> tuple[str, ...]:
    """All couriers there are."""
    return found.couriers


def status(pickup: Row, now: datetime) -> str:
    """delay_status, or Batal for what was canceled."""
    if pickup["canceled_at"] is not None:
        return "Batal"
    if pickup["handed_at"] is None:
        return "Terlewati" if pickup["due"] < now else "Menunggu"
    return "Terlambat" if pickup["handed_at"] > pickup["due"] else "Tepat Waktu"


def delay(pickup: Row, now: datetime) -> timedelta:
    """now - due for a waiting pickup past due, actual - due for a late one, else nothing."""
    match status(pickup, now):
        case "Terlewati":
            return now - pickup["due"]
        case "Terlambat":
            return pickup["handed_at"] - pickup["due"]
    return ZERO


def delay_text(span: timedelta) -> str:
    """As "1 hari 5 jam"; under a day in hours, under an hour in minutes, whole ones."""
    minutes = seconds(span) // 60
    if minutes >= 24 * 60:
        return f"{minutes // 1440} hari {minutes // 60 % 24} jam"
    return f"{minutes // 60} jam" if minutes >= 60 else f"{minutes} menit"


def _of(found: Landed, only: tuple[str, ...], hour: int | None = None) -> list[Row]:
    """Those of some couriers (all if empty), due in a WIB hour of the day (in any if None)."""
    mine = [pickup for pickup in found.pickups if not only or pickup["courier"] in only]
    return [pickup for pickup in mine if hour is None or (pickup["due"] + WIB).hour == hour]


def waiting_counts(found: Landed, now: datetime, only: tuple[str, ...], hour: int | None = None) -> Row:
    """How many airway bills wait, and how many of those are past due."""
    states = [status(pickup, now) for pickup in _of(found, only, hour)]
    overdue = states.count("Terlewati")
    return {"waiting": overdue + states.count("Menunggu"), "overdue": overdue}


def punctuality(found: Landed, start: date, end: date, only: tuple[str, ...], hour: int | None = None) -> Row:
    """Of the airway bills due in the period and handed over: all, the late ones, the seconds of those."""
    due = [pickup for pickup in _of(found, only, hour) if start <= pickup["pickup_date"] <= end]
    return _punctual(due)


def _punctual(pickups: list[Row]) -> Row:
    handed = [pickup for pickup in pickups if pickup["handed_at"] is not None]
    late = [pickup for pickup in handed if pickup["handed_at"] > pickup["due"]]
    return {
        "handed": len(handed),
        "late": len(late),
        "late_seconds": sum(seconds(pickup["handed_at"] - pickup["due"]) for pickup in late),
    }


def lateness_by_hour(found: Landed, start: date, end: date, only: tuple[str, ...]) -> list[Row]:
    """The same for each courier and WIB hour in which the pickups were due."""
    grouped: dict[tuple[str, int], list[Row]] = {}
    for pickup in _of(found, only):
        if start <= day_of(pickup["due"]) <= end and pickup["handed_at"] is not None:
            grouped.setdefault((pickup["courier"], (pickup["due"] + WIB).hour), []).append(pickup)
    return [
        {"courier": courier, "due_hour": hour, **_punctual(pickups)}
        for (courier, hour), pickups in sorted(grouped.items())
    ]


def monitoring_page(
    found: Landed,
    wanted: tuple[bool, tuple[str, ...], str, tuple[date, date] | None, int | None],
    sort: tuple[str, bool] | None,
    page: tuple[int, int],
    now: datetime,
) -> tuple[list[Row], int]:
    """The airway bills; `wanted` is (only waiting, couriers, text, days of due, hour of due)."""
    waiting_only, only, search, due, hour = wanted
    rows = []
    for pickup in _of(found, only, hour):
        partner, state = found.partners[pickup["partner_id"]], status(pickup, now)
        if waiting_only and state not in ("Terlewati", "Menunggu"):
            continue
        if search.strip() and not contains(search, pickup["airway_bill"], partner["full_name"]):
            continue
        if due and not due[0] <= pickup["pickup_date"] <= due[1]:
            continue
        rows.append(pickup | {"partner": partner, "status": state, "late": delay(pickup, now)})
    chosen, count = cut(_ordered(rows, sort), *page)
    return [_shown(found, row) for row in chosen], count


def _ordered(rows: list[Row], sort: tuple[str, bool] | None) -> list[Row]:
    """Waiting ones most overdue first, then those not due yet, then the rest by due time, the newest first."""
    rows = sorted(rows, key=lambda row: row["id"])
    if sort is None:
        rest = [row for row in rows if row["status"] not in ("Terlewati", "Menunggu")]
        overdue = [row for row in rows if row["status"] == "Terlewati"]
        waiting = [row for row in rows if row["status"] == "Menunggu"]
        for part in (overdue, waiting):
            part.sort(key=lambda row: row["due"])
        rest.sort(key=lambda row: row["due"], reverse=True)
        return overdue + waiting + rest
    column = "late" if sort[0] == "delay" else "due"
    rows.sort(key=lambda row: row[column], reverse=sort[1])
    return rows


def _shown(found: Landed, row: Row) -> Row:
    (shown,) = columns(
        [row], (*PLAIN, *PLACE), pickup_order_id="id", shipping="courier", no_resi="airway_bill", pickup_city="city"
    )
    return shown | {
        "due_at": row["due"],
        "user_name": row["partner"]["full_name"],
        "user_phone": row["partner"]["phone"],
        "order_status": found.orders[row["order_id"]]["state"],
        "delay_seconds": exact_seconds(row["late"]) // 1,
        "delay": delay_text(row["late"]),
        "delay_status": row["status"],
    }
