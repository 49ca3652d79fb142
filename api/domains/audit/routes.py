"""The audit trail, beside the contract: search, the proof that it is whole, and the note of each export."""

from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field
from sqlalchemy import func, select

from api.domains.audit import views
from api.domains.audit.schemas import Entries, EntryRow, ExportBody, Verified, entry_row
from api.domains.audit.views import AuditFilter
from api.kernel import audit
from api.kernel.answers import Envelope, laravel_page
from api.kernel.audit import AuditEntry
from api.kernel.paging import USUAL, ByPage, Size
from api.kernel.periods import optional_period
from api.kernel.read import ReviewerRead
from api.kernel.routing import Router
from api.kernel.types import MOST_ID, OptionalDate, Search, blank_as
from api.kernel.write import StaffWrite
from vocabulary import AuditAction, AuditSubject

router = Router(prefix="/v1/admin/audit", tags=["audit"])
Action = Annotated[str, BeforeValidator(blank_as("")), Query(max_length=60)]
EntryOrActorId = Annotated[Annotated[int, Field(ge=1, le=MOST_ID)] | None, BeforeValidator(blank_as(None)), Query()]


def wanted(
    search: Search = "",
    action: Action = "",
    subject: Action = "",
    actor_id: EntryOrActorId = None,
    start_date: OptionalDate = None,
    end_date: OptionalDate = None,
) -> AuditFilter:
    """Which entries."""
    return AuditFilter(search, action, subject, actor_id, optional_period(start_date, end_date))


@router.get("")
def list_entries(read: ReviewerRead, wanted: Annotated[AuditFilter, Depends(wanted)], page: ByPage) -> Entries:
    """Entries, newest first; `kinds` beside them are the actions and subjects there are."""
    found, total = views.page_of_entries(read.session, wanted, page)
    rows = [entry_row(entry, person) for entry, person in found]
    return Entries(data=laravel_page(rows, total, page), kinds=views.kinds(read.session))


@router.get("/entries")
def list_below(
    read: ReviewerRead,
    wanted: Annotated[AuditFilter, Depends(wanted)],
    total_per_page: Size = None,
    before: EntryOrActorId = None,
) -> Envelope[list[EntryRow]]:
    """The newest entries below the id `before`. Who goes on so to an empty list has read the trail of one moment."""
    found = views.entries_before(read.session, wanted, before, total_per_page or USUAL)
    return read.answer([entry_row(entry, person) for entry, person in found])


@router.get("/verify")
def verify(read: ReviewerRead) -> Envelope[Verified]:
    """Follow the chain of hashes from its start; `break` says where it is broken."""
    broken = audit.first_break(read.session)
    entries = read.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    found: Verified = {"whole": broken is None, "break": broken, "entries": entries}
    return read.answer(found)


@router.post("/exports")
def note_export(write: StaffWrite, body: ExportBody) -> Envelope[dict[str, Any]]:
    """Write down that data leaves the dashboard."""
    note = {"format": body.format, "rows": body.rows, "filters": body.filters}
    write.record(AuditAction.EXPORT_MADE, AuditSubject.EXPORT, body.name, after=note)
    return write.answer({}, message="Export noted.")
