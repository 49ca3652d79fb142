"""admin_ticket.total."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.kernel.auth import Staff
from api.kernel.envelope import success
from api.kernel.request import Analytics, daily_period
from queries import tickets
from queries.filters import FilterError
from queries.frames import records
from texts import listed

router = APIRouter(tags=["admin_ticket"])


@router.get("/v1/admin/ticket/total")
def total(
    actor: Staff,
    connection: Analytics,
    start_date: date,
    end_date: date,
    expedition: Annotated[str, Query(max_length=40)] = "",
) -> dict[str, Any]:
    """Tickets per day, one key per courier; `expedition` narrows the keys to that courier."""
    period = daily_period(start_date, end_date)
    known = tickets.couriers(connection)
    only = (expedition.strip().upper(),) if expedition.strip() else ()
    if unknown := set(only) - set(known):
        raise FilterError("expedition must be one of {known}, not {given!r}", known=listed(known), given=min(unknown))
    days: dict[date, dict[str, Any]] = {}
    for row in records(tickets.daily_totals(connection, period, only)):
        days.setdefault(row["day"], {"date": str(row["day"])})[row["courier"]] = int(row["tickets"])
    return success(list(days.values()))
