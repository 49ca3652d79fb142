"""What was paid out: in all, per bank, per partner, per week."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from tests.oracle.days import DAY, day_of
from tests.oracle.landed import Landed
from tests.oracle.lists import cut, in_order
from tests.oracle.store import Row

WEEK = 7 * DAY


def _paid(found: Landed, start: date, end: date) -> list[Row]:
    """Completed ones, by the WIB day of their decision."""
    done = [row for row in found.withdrawals if row["status"] == "completed"]
    return [row for row in done if start <= day_of(row["decided_at"]) <= end]


def _grouped(rows: list[Row], name: str) -> dict[object, list[Row]]:
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


def _rupiah(rows: list[Row]) -> int:
    return sum(row["nominal"] for row in rows)


def _people(rows: list[Row], name: str) -> int:
    return len({row[name] for row in rows})


def total(found: Landed, start: date, end: date) -> Row:
    """In all."""
    rows = _paid(found, start, end)
    people = {"partners": _people(rows, "partner_id"), "banks": _people(rows, "bank_name")}
    return {"withdrawals": len(rows), "nominal": _rupiah(rows), **people}


def per_bank(found: Landed, start: date, end: date) -> list[Row]:
    """The most first."""
    rows = [
        {
            "bank_name": bank,
            "withdrawals": len(rows),
            "partners": _people(rows, "partner_id"),
            "nominal": _rupiah(rows),
        }
        for bank, rows in _grouped(_paid(found, start, end), "bank_name").items()
    ]
    return in_order(rows, "nominal", "bank_name", descending=True)


def per_partner(
    found: Landed, period: tuple[date, date], sort: tuple[str, bool], page: tuple[int, int]
) -> tuple[list[Row], int]:
    """By name, number, rupiah or the last payment."""
    rows = []
    for partner, paid in _grouped(_paid(found, *period), "partner_id").items():
        name = found.partners[partner]["full_name"]
        last: datetime = max(row["decided_at"] for row in paid)
        facts = {"partner_id": partner, "partner_name": name, "withdrawals": len(paid), "nominal": _rupiah(paid)}
        rows.append(facts | {"last_paid_at": last, "partner": name.lower(), "paid": last})
    chosen, count = cut(in_order(rows, sort[0], "partner_id", descending=sort[1]), *page)
    return [{name: row[name] for name in row if name not in ("partner", "paid")} for row in chosen], count


def per_week(found: Landed, start: date, end: date) -> list[Row]:
    """Every week that has a day of the period, the newest first."""
    rows, monday = [], start - timedelta(days=start.weekday())
    while monday <= end:
        paid = _paid(found, max(start, monday), min(end, monday + WEEK - DAY))
        rows.append({"week": monday, "withdrawals": len(paid), "nominal": _rupiah(paid)})
        monday += WEEK
    return rows[::-1]
