"""admin_metric.reliability and admin_metric.withdrawal_approval."""

from typing import Any, cast

from typing_extensions import TypedDict

from api.kernel.analytics import Analytics
from api.kernel.answers import Envelope
from api.kernel.periods import daily_period
from api.kernel.read import StaffRead
from api.kernel.routing import Router
from api.kernel.types import Day
from queries import reliability, withdrawals
from queries.frames import records
from queries.wib import business_day

router = Router(tags=["admin_metric"], prefix="/v1/admin/metric")


class ReliabilityRow(TypedDict):
    """admin_metric.reliability; `total_ticket_other` is beside the contract."""

    id: int
    date: str
    total_verification: int
    total_dipacking: int
    total_dikirim: int
    total_diterima: int
    total_retur: int
    total_retur_done: int
    total_ticket_jne: int
    total_ticket_sicepat: int
    total_ticket_idexpress: int
    total_ticket_other: int


class Duration(TypedDict):
    """A time in parts; all are null where there is none."""

    day: int | None
    hour: int | None
    minute: int | None


class Approval(TypedDict):
    """admin_metric.withdrawal_approval."""

    waiting_status: int
    avg_req_last_month: int
    avg_approval_time: Duration


@router.get("/reliability")
def daily_reliability(
    read: StaffRead, connection: Analytics, start_date: Day, end_date: Day
) -> Envelope[list[ReliabilityRow]]:
    """One row per day up to today."""
    rows = reliability.daily(connection, daily_period(start_date, end_date), business_day(read.now))
    return read.answer([_reliability_row(row) for row in records(rows)])


@router.get("/withdrawal")
def withdrawal_approval(read: StaffRead, connection: Analytics) -> Envelope[Approval]:
    """What waits, requests per day of last month, and the mean time to approval; its parts are null without any."""
    summary = withdrawals.approval_summary(connection, read.now)
    answer: Approval = {
        "waiting_status": summary.waiting_status,
        "avg_req_last_month": summary.avg_req_last_month,
        "avg_approval_time": _duration(summary.avg_approval_seconds),
    }
    return read.answer(answer, message="Success fetch data.")


def _reliability_row(row: dict[str, Any]) -> ReliabilityRow:
    return cast(ReliabilityRow, row | {"date": str(row["date"])})


def _duration(seconds: int | None) -> Duration:
    if seconds is None:
        return {"day": None, "hour": None, "minute": None}
    minutes = seconds // 60
    return {"day": minutes // 1440, "hour": minutes // 60 % 24, "minute": minutes % 60}
