"""The oracle finds what it is for: of slips planted in the product's code, one at a time, a few histories show each."""

from datetime import UTC, timedelta
from fractions import Fraction
from itertools import chain
from math import ceil
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import and_
from sqlalchemy.sql.operators import ColumnOperators

from queries import measures, metrics, segments, wib, withdrawals
from queries.wib import day_start
from tests.oracle.running import Found, live, over_sql, warehouse_in_memory
from tests.stores import Stores
from vocabulary import PaymentMethod

ENOUGH = range(30_000, 30_040)  # seeds
Slip = tuple[Any, str, Any]
# where the first seeds do not show a slip, one that does; a change of the histories makes the search longer, not wrong
KNOWN = {
    "days begin at midnight of UTC": 30_004,
    "windows are a day too long": 30_013,
    "halves go down": 30_019,
    "halves go to even": 30_019,
    "goods that are back are still coming": 30_003,
    "approvals of 31 days": 30_010,
    "active for 31 days": 30_055,
    "handed over on the very instant is late": 30_012,
}

SLIPS: dict[str, Slip] = {
    "days begin at midnight of UTC": (wib, "WIB", UTC),
    "windows are a day too long": (measures, "window", lambda day, days: day_start(day - timedelta(days=days))),
    "after an edge for from an edge on": (ColumnOperators, "__ge__", ColumnOperators.__gt__),
    "before an edge for until an edge": (ColumnOperators, "__le__", ColumnOperators.__lt__),
    "until an edge for before an edge": (ColumnOperators, "__lt__", ColumnOperators.__le__),
    "handed over on the very instant is late": (
        measures,
        "is_late",
        lambda pickups: pickups.c.handed_at >= pickups.c.due_at,
    ),
    "halves go down": (metrics, "half_up", lambda part, whole: ceil(Fraction(2 * part - whole, 2 * whole))),
    "halves go to even": (metrics, "half_up", lambda part, whole: round(Fraction(part, whole))),
    "the last day of a period is left out": (
        ColumnOperators,
        "between",
        lambda column, first, last: and_(column >= first, column < last),
    ),
    "COD is what is not": (measures, "PaymentMethod", SimpleNamespace(COD=PaymentMethod.BANK_TRANSFER)),
    "goods that are back are still coming": (measures, "is_arriving", lambda orders: orders.c.is_retur >= 1),
    "canceled pickups wait": (measures, "is_awaiting_pickup", lambda pickups: pickups.c.handed_at.is_(None)),
    "active for 31 days": (segments, "ACTIVE_DAYS", 31),
    "approvals of 31 days": (withdrawals, "APPROVAL_DAYS", 31),
    "cashback is not taken off": (measures, "profit", lambda rows: rows.c.service_fee + rows.c.shipping_margin),
    "a payout that came back was paid": (
        measures,
        "is_paid_out",
        lambda rows: rows.c.status.in_(("completed", "reversed")),
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_shows_in_a_few_histories(stores: Stores, monkeypatch: pytest.MonkeyPatch, slip: str) -> None:
    monkeypatch.setattr(*SLIPS[slip])
    warehouse, found = warehouse_in_memory(), Found()
    place = over_sql(stores.on("sqlite"), warehouse)
    seeds = chain([KNOWN[slip]] if slip in KNOWN else [], ENOUGH)
    while not found.differences and (seed := next(seeds, None)) is not None:
        live(seed, place, found)
    warehouse.close()
    assert found.differences
