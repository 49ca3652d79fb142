"""admin_ticket.total."""

from datetime import date
from typing import Any, cast

from pydantic import ConfigDict
from typing_extensions import TypedDict

from api.kernel.analytics import Analytics
from api.kernel.answers import Envelope
from api.kernel.periods import daily_period
from api.kernel.read import StaffRead
from api.kernel.routing import Router
from api.kernel.types import Day, Words
from queries import tickets
from queries.filters import require_known
from queries.frames import records

router = Router(tags=["admin_ticket"])


class DayRow(TypedDict):
    """A day, and beside its date a number for each courier under the courier's code."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    date: str


@router.get("/v1/admin/ticket/total")
def total(
    read: StaffRead, connection: Analytics, start_date: Day, end_date: Day, expedition: Words = ()
) -> Envelope[list[DayRow]]:
    """Tickets per day, one key per courier; `expedition` narrows the keys to these couriers."""
    period = daily_period(start_date, end_date)
    only = tuple(sorted({code.upper() for code in expedition}))
    require_known("expedition", only, tickets.couriers(connection))
    days: dict[date, dict[str, Any]] = {}
    for row in records(tickets.daily_totals(connection, period, only)):
        days.setdefault(row["day"], {"date": str(row["day"])})[row["courier"]] = int(row["tickets"])
    return read.answer([cast(DayRow, day) for day in days.values()])
