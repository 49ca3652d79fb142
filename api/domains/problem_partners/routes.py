"""admin_user.problem_list, admin_user.problem_update_status; a partner's standing, beside the contract."""

from typing import Annotated

from fastapi import Query

from api.domains.partners.service import UnknownPartner
from api.domains.problem_partners import service, views
from api.domains.problem_partners.errors import MarkChanged, MarkRefused
from api.domains.problem_partners.schemas import (
    MarkBody,
    Marked,
    OptionalStatus,
    ProblemRow,
    Standing,
    of_the_warehouse,
    problem_row,
)
from api.kernel.analytics import Analytics
from api.kernel.answers import Counted, Envelope
from api.kernel.paging import ByOffset
from api.kernel.read import AdminRead, StaffRead
from api.kernel.routing import Router, refusals
from api.kernel.types import PathId, Search
from api.kernel.write import AdminWrite
from queries import problem_partners
from queries.filters import Sort
from queries.frames import records
from queries.problem_partners import ProblemFilter
from vocabulary import ProblemMark

router = Router(prefix="/v1/admin/user/problem", tags=["admin_user"])


@router.get("")
def problem_list(
    read: AdminRead,
    connection: Analytics,
    page: ByOffset,
    name_email: Search = "",
    filter: Annotated[OptionalStatus, Query(description="1 fake, 2 hold, 3 unhold")] = None,
) -> Counted[list[ProblemRow]]:
    """Partners of whose shipped orders (10 at least) more than half are problems, the highest ratio first."""
    marked = None if filter is None else views.with_mark(read.session, ProblemMark(filter))
    wanted = ProblemFilter(name_email, partner_ids=marked)
    found = problem_partners.problem_page(connection, wanted, Sort("problem", descending=True), page)
    rows = records(found.rows)
    now = views.of_partners(read.session, (row["partner_id"] for row in rows))
    listed = [problem_row(row, now.get(row["partner_id"]) or of_the_warehouse(row)) for row in rows]
    return Counted(data=listed, total=found.total, message="success fetching data.")


@router.put_or_post("", responses=refusals(UnknownPartner, MarkChanged, MarkRefused))
def update_status(write: AdminWrite, body: MarkBody) -> Envelope[Marked]:
    """Mark a partner as fake, on hold or let go; nothing is paid to the first two from now on."""
    made = service.mark(write, body)
    return write.answer(Marked(partner_id=made.partner_id, user_status=made.status, version=made.version), "")


@router.get("/{partner_id}", responses=refusals(UnknownPartner))
def standing(read: StaffRead, partner_id: PathId) -> Envelope[Standing]:
    """A partner's mark with its version, what a stop touches now, and all changes of the mark."""
    return read.answer(views.standing(read.session, partner_id))
