"""growth.summary; its targets, its readers' visits and the original dashboard's funnel, beside the contract."""

from api.domains.growth import service, views
from api.domains.growth.errors import ImpossibleTarget
from api.domains.growth.schemas import Growth, Summary, TargetBody, TargetRow, Visit
from api.kernel.analytics import Analytics
from api.kernel.answers import Envelope
from api.kernel.periods import daily_period
from api.kernel.read import StaffRead
from api.kernel.routing import Router, refusals
from api.kernel.types import OptionalDate
from api.kernel.write import AdminWrite, StaffWrite
from queries import summary
from queries.wib import Period, business_day
from vocabulary import SummaryNumber

router = Router(tags=["growth"])


def _days(read: StaffRead, start: OptionalDate, end: OptionalDate) -> Period:
    """The days that are asked for: up to today, and the usual number of them, unless it is said otherwise."""
    last = end or business_day(read.now)
    return summary.usual_period(last) if start is None else daily_period(start, last)


@router.get("/v1/admin/growth/summary")
def summed_up(
    read: StaffRead, connection: Analytics, start_date: OptionalDate = None, end_date: OptionalDate = None
) -> Envelope[Summary]:
    """Trade, partners and balances of some days, by default the last 30."""
    period = _days(read, start_date, end_date)
    return read.answer(views.summed_up(connection, period, business_day(read.now)))


@router.get("/v1/admin/dashboard/users-growth-performance")
def growth(
    read: StaffRead, connection: Analytics, start_date: OptionalDate = None, end_date: OptionalDate = None
) -> Envelope[Growth]:
    """How far the partners who joined in some days have come, and who trades in them."""
    steps = summary.steps(connection, _days(read, start_date, end_date))
    return read.answer(
        Growth(
            Registrasi=steps.joined,
            verifikasi=steps.verified,
            potensial=steps.with_product,
            aktif=steps.with_pickup,
            user_aktif=steps.trading,
        )
    )


@router.get("/v1/admin/growth/target")
def targets(read: StaffRead) -> Envelope[list[TargetRow]]:
    """The targets of the summary's numbers."""
    return read.answer(views.targets(read.session))


@router.put_or_post("/v1/admin/growth/target/{number}", responses=refusals(ImpossibleTarget))
def set_target(write: AdminWrite, number: SummaryNumber, body: TargetBody) -> Envelope[None]:
    """Set a target, or take it away."""
    service.set_target(write, number, body.value)
    return write.answer(message="target stored.")


@router.post("/v1/admin/growth/visit")
def visit(write: StaffWrite) -> Envelope[Visit]:
    """Note that the caller sees the summary; what is new since the visit before is new to this one."""
    before = service.visit(write).before_at
    return write.answer(Visit(before=None if before is None else before.isoformat()))
