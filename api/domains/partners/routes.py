"""admin_partner.growth, growth_juragan, growth_juragan_add_notes."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BeforeValidator

from api.domains.partners import schemas, service
from api.kernel.auth import Growth, Staff
from api.kernel.envelope import laravel_page, success
from api.kernel.request import Analytics, CurrentSettings, Db, KeyAndFingerprint, OptionalDate, Replay, optional_period
from queries import juragan, partners
from queries.filters import Page, Sort
from queries.frames import records
from queries.partners import GrowthFilter
from queries.wib import business_day

router = APIRouter(tags=["admin_partner"], prefix="/v1/admin/partner/growth")
OrderBy = Literal["first_product", "first_pickup", "last_pickup", "full_name"]
Direction = Annotated[Literal["ASC", "DESC"], BeforeValidator(lambda value: str(value).upper())]
Month = Annotated[str, Query(pattern=r"^$|^\d{4}-(0[1-9]|1[0-2])$")]


@router.get("")
def growth(
    actor: Staff,
    connection: Analytics,
    start_date: OptionalDate = None,
    end_date: OptionalDate = None,
    limits: Annotated[int, Query(ge=1, le=1000)] = 50,
    order_by: OrderBy = "last_pickup",
    sort_by: Direction = "DESC",
    filter: Annotated[str, Query(max_length=200)] = "",
    start_date_pickup: OptionalDate = None,
    end_date_pickup: OptionalDate = None,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> dict[str, Any]:
    """Partners and their steps. The dates are of joining and of the last pickup, both ends inclusive."""
    wanted = GrowthFilter(
        optional_period(start_date, end_date), optional_period(start_date_pickup, end_date_pickup), filter
    )
    found = partners.growth_page(
        connection, wanted, Sort(order_by, sort_by == "DESC"), Page(limits, (page - 1) * limits)
    )
    rows = [schemas.growth_row(row) for row in records(found.rows)]
    return success(laravel_page(rows, total=found.total, page=page, per_page=limits, total_as_text=True))


@router.get("/juragan")
def growth_juragan(
    actor: Staff,
    connection: Analytics,
    settings: CurrentSettings,
    limits: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    pickup_date: Month = "",
    search: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    """One month of each partner, the most transactions first; without `pickup_date` the current month."""
    month = date.fromisoformat(f"{pickup_date}-01") if pickup_date else business_day(settings.now())
    found = juragan.month_page(connection, month, search, None, Page(limits, offset))
    return success([schemas.juragan_row(row) for row in records(found.rows)], total=found.total)


@router.post("/juragan/notes")
def add_notes(
    actor: Growth, session: Db, settings: CurrentSettings, keyed: KeyAndFingerprint, body: schemas.NoteBody
) -> dict[str, Any]:
    """Write the current note of a partner."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    service.add_note(session, body.partner_id, body.notes, actor, settings.now())
    return replay.keep(success(message="success input notes."))
