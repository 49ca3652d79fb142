"""The body and rows of the audit operations."""

import json
from typing import Annotated

from fastapi import Depends
from pydantic import Field, StrictInt, field_validator
from typing_extensions import TypedDict

from api.domains.auth.models import User
from api.kernel.answers import Envelope, LaravelPage
from api.kernel.audit import AuditEntry
from api.kernel.payload import Fields, Sent
from api.kernel.stored_json import StoredJson
from texts import TextError

MOST_FILTER_SIGNS = 4096


class Export(Fields):
    """What left the dashboard: its name, kind of file, number of rows and the filters it was made with."""

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


ExportBody = Annotated[Export, Depends(Sent(Export))]


class EntryRow(TypedDict):
    """An entry of the trail and who made it."""

    id: int
    created_at: str
    actor_id: int | None
    actor_name: str | None
    actor_email: str | None
    action: str
    subject: str
    subject_id: str
    before: StoredJson
    after: StoredJson
    request_id: str
    hash: str | None


class Kinds(TypedDict):
    """The actions and subjects that there are."""

    actions: list[str]
    subjects: list[str]


class Entries(Envelope[LaravelPage[EntryRow]]):
    """A page of the trail, with what can be chosen from beside it."""

    kinds: Kinds


# `break` is a word of Python
Verified = TypedDict("Verified", {"whole": bool, "break": str | None, "entries": int})


def entry_row(entry: AuditEntry, person: User | None) -> EntryRow:
    """The entry as it is answered."""
    return {
        "id": entry.id,
        "created_at": entry.created_at.isoformat(),
        "actor_id": entry.actor_id,
        "actor_name": person.full_name if person else None,
        "actor_email": person.email if person else None,
        "action": entry.action,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "before": entry.before,
        "after": entry.after,
        "request_id": entry.request_id,
        "hash": entry.hash,
    }
