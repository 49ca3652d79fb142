"""What a reviewer sees of an open withdrawal: the working age, the risk and the priority, by docs/metrics.md."""

from datetime import datetime, time, timedelta
from math import log

import holidays

from tests.oracle import withdrawal_risk
from tests.oracle.days import DAY, WIB, day_of, days
from tests.oracle.landed import Landed
from tests.oracle.store import Row, Rows

OPENS, CLOSES = time(9), time(17)
TARGET = 8 * 3600  # working seconds
SMALL = 20  # orders
MEDIUM, HIGH = 35, 60
BLOCKED = (1, 2)  # marks of a partner: fake, on hold
WEIGHTS = {
    "retur": 20,
    "problem": 10,
    "retur_trend": 10,
    "exposure": 15,
    "unusual_amount": 10,
    "new_partner": 10,
    "new_account": 10,
    "account_name": 10,
    "shared_account": 5,
}
UNKNOWN = 0.5


def working_seconds(since: datetime, until: datetime) -> int:
    """Office hours between two instants (naive UTC), each in whole seconds."""
    since, until = since.replace(microsecond=0), until.replace(microsecond=0)
    closed = holidays.country_holidays("ID", years=range(since.year, until.year + 2))
    worked = timedelta(0)
    for day in days(day_of(since), day_of(until)):
        if day.weekday() < 5 and day not in closed:
            opens, closes = (datetime.combine(day, at) - WIB for at in (OPENS, CLOSES))
            worked += max(min(until, closes) - max(since, opens), timedelta(0))
    return worked // timedelta(seconds=1)


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _against_couriers(part: int, whole: int, expected: float) -> float:
    if whole < SMALL:
        return UNKNOWN
    return _within((part / expected - 1) / 2) if expected > 0 else float(part > 0)


def _trend(facts: Row) -> float:
    if facts["shipped_30"] < SMALL:
        return UNKNOWN
    usual = facts["returned_life"] / facts["shipped_life"]
    return _within(facts["returned_30"] / facts["shipped_30"] / usual - 1) if usual > 0 else 0.0


def _exposure(cost: int, after: int) -> float:
    if cost == 0:
        return 0.0
    return _within(cost / after) if after > 0 else 1.0


def _of_orders(facts: Row | None, nominal: int, after: int) -> dict[str, float]:
    if facts is None:
        return dict.fromkeys(("retur", "problem", "retur_trend", "exposure", "unusual_amount"), UNKNOWN)
    usual = facts["usual_nominal"]
    return {
        **{
            key: _against_couriers(facts[f"{what}_90"], facts["shipped_90"], float(facts[f"expected_{what}_90"]))
            for key, what in (("retur", "returned"), ("problem", "problem"))
        },
        "retur_trend": _trend(facts),
        "exposure": _exposure(facts["expected_return_cost"], after),
        "unusual_amount": UNKNOWN if usual is None else _within((nominal / usual - 1.5) / 3.5),
    }


def _of_account(row: Row, rows: Rows, now: datetime) -> dict[str, float]:
    account = next(each for each in rows["bank_accounts"] if each["id"] == row["bank_account_id"])
    named = {"bank_name": "bank_name", "account_no": "bank_account_no", "account_name": "bank_account_name"}
    is_same = all(account[its] == row[ours] for its, ours in named.items())
    since = account["details_at"] or account["created_at"]
    score = account["name_score"] if is_same else None
    return {
        "new_account": _within(1 - (now - since) / (30 * DAY)) if is_same else UNKNOWN,
        "account_name": UNKNOWN if score is None else _within((100 - score) / 50),
        "shared_account": float(bool(_sharing(row, rows))),
    }


def _sharing(row: Row, rows: Rows) -> set[int]:
    """Other partners with the account number of the withdrawal."""
    return {
        each["partner_id"]
        for each in rows["bank_accounts"]
        if each["account_no"] == row["bank_account_no"] and each["partner_id"] != row["partner_id"]
    }


def judged(row: Row, settled: int, found: Landed, rows: Rows, now: datetime) -> Row:
    """Age, risk and priority of an open withdrawal, of a partner with `settled` rupiah."""
    partners = {each["id"]: each for each in rows["partners"]}
    partner = partners[row["partner_id"]]
    facts = withdrawal_risk.facts(found, row["partner_id"], day_of(now))
    shares = _of_orders(facts, row["nominal"], settled - row["nominal"]) | {
        "new_partner": _within(1 - (now - partner["joined_at"]) / (90 * DAY)),
        **_of_account(row, rows, now),
    }
    parts = {key: round(weight * shares[key], 1) for key, weight in WEIGHTS.items()}
    points = round(sum(parts.values()), 1)
    is_high = points >= HIGH or any(
        partners[number]["problem_status"] in BLOCKED for number in (row["partner_id"], *_sharing(row, rows))
    )
    waited = working_seconds(row["created_at"], now)
    size = log(max(row["nominal"], 50_000) / 50_000) / log(50_000_000 / 50_000)
    order = {
        "age": round(60 * min(waited / TARGET / 1.5, 1), 1),
        "amount": round(20 * min(size, 1), 1),
        "risk": round(20 * points / 100, 1),
    }
    return {
        "working_seconds": waited,
        "is_breached": waited > TARGET,
        "risk_points": points,
        "risk_band": "high" if is_high else "medium" if points >= MEDIUM else "low",
        "risk_parts": {key: part for key, part in parts.items() if part},
        "priority": round(sum(order.values()), 1),
        "priority_parts": order,
    }
