"""admin_metric.reliability and admin_metric.withdrawal_approval."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from api.kernel.auth import Staff
from api.kernel.envelope import success
from api.kernel.request import Analytics, CurrentSettings, daily_period
from queries import reliability, withdrawals
from queries.frames import records
from queries.wib import business_day

router = APIRouter(tags=["admin_metric"], prefix="/v1/admin/metric")


@router.get("/reliability")
def daily_reliability(
    actor: Staff, connection: Analytics, settings: CurrentSettings, start_date: date, end_date: date
) -> dict[str, Any]:
    """One row per day up to today."""
    rows = reliability.daily(connection, daily_period(start_date, end_date), business_day(settings.now()))
    return success([{**row, "date": str(row["date"])} for row in records(rows)])


@router.get("/withdrawal")
def withdrawal_approval(actor: Staff, connection: Analytics, settings: CurrentSettings) -> dict[str, Any]:
    """What waits, requests per day of last month, and the mean time to approval; its parts are null without any."""
    summary = withdrawals.approval_summary(connection, settings.now())
    return success(
        {
            "waiting_status": summary.waiting_status,
            "avg_req_last_month": summary.avg_req_last_month,
            "avg_approval_time": _parts(summary.avg_approval_seconds),
        },
        "Success fetch data.",
    )


def _parts(seconds: int | None) -> dict[str, int | None]:
    if seconds is None:
        return {"day": None, "hour": None, "minute": None}
    minutes = seconds // 60
    return {"day": minutes // 1440, "hour": minutes // 60 % 24, "minute": minutes % 60}
