"""The audit trail, beside the contract: search, the proof that it is whole, and the note of each export."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictInt, field_validator
from sqlalchemy import func, select

from api.domains.audit import views
from api.domains.auth.models import User
from api.kernel import audit
from api.kernel.audit import AuditEntry
from api.kernel.auth import Reviewer, Staff
from api.kernel.envelope import laravel_page, success
from api.kernel.request import CurrentSettings, Db, OptionalDate, optional_period
from api.kernel.stored_json import cleaned
from queries.filters import Page
from texts import TextError

router = APIRouter(prefix="/v1/admin/audit", tags=["audit"])
MOST_FILTER_SIGNS = 4096


class EscapedJson(JSONResponse):
    """JSON in ASCII: what is stored can be sent whatever its signs are, halves of characters too."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode("ascii")


class Export(BaseModel):
    """What left the dashboard: its name, kind of file, number of rows and the filters it was made with."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=60)
    format: str = Field(pattern=r"^[a-z0-9]{1,10}$")
    rows: StrictInt = Field(ge=0, le=10**9)
    filters: dict[str, str] = Field(default_factory=dict)

    @field_validator("filters")
    @classmethod
    def _small(cls, value: dict[str, str]) -> dict[str, str]:
        if len(json.dumps(value)) > MOST_FILTER_SIGNS:
            raise TextError("filters may take {most} signs", most=MOST_FILTER_SIGNS)
        return value


@router.get("")
def list_entries(
    actor: Reviewer,
    session: Db,
    search: Annotated[str, Query(max_length=200)] = "",
    action: Annotated[str, Query(max_length=60)] = "",
    subject: Annotated[str, Query(max_length=40)] = "",
    actor_id: Annotated[int | None, Query(ge=1)] = None,
    start_date: OptionalDate = None,
    end_date: OptionalDate = None,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
    total_per_page: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> EscapedJson:
    """Entries, newest first; `kinds` beside them are the actions and subjects there are."""
    wanted = views.AuditFilter(search, action, subject, actor_id, optional_period(start_date, end_date))
    rows, total = views.page_of_entries(session, wanted, Page(total_per_page, (page - 1) * total_per_page))
    listed = [_told(entry, person) for entry, person in rows]
    data = laravel_page(listed, total=total, page=page, per_page=total_per_page)
    return EscapedJson(success(data, kinds=views.kinds(session)))


@router.get("/verify")
def verify(actor: Reviewer, session: Db) -> dict[str, Any]:
    """Follow the chain of hashes from its start; `break` says where it is broken."""
    broken = audit.first_break(session)
    entries = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    return success({"whole": broken is None, "break": broken, "entries": entries})


@router.post("/exports")
def note_export(actor: Staff, session: Db, settings: CurrentSettings, body: Export) -> dict[str, Any]:
    """Write down that data leaves the dashboard."""
    audit.record(
        session,
        actor_id=actor.id,
        action="export_made",
        subject="export",
        subject_id=body.name,
        request_id=actor.request_id,
        at=settings.now(),
        after={"format": body.format, "rows": body.rows, "filters": body.filters},
    )
    return success({}, "Export noted.")


def _told(entry: AuditEntry, person: User | None) -> dict[str, Any]:
    return {
        "id": entry.id,
        "created_at": entry.created_at.isoformat(),
        "actor_id": entry.actor_id,
        "actor_name": person.full_name if person else None,
        "actor_email": person.email if person else None,
        "action": entry.action,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "before": cleaned(entry.before),
        "after": cleaned(entry.after),
        "request_id": entry.request_id,
        "hash": entry.hash,
    }
