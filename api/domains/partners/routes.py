"""user.list_partners; admin_partner.growth, growth_juragan, growth_juragan_add_notes; follow-ups."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import BeforeValidator

from api.domains.partners import service, views
from api.domains.partners.schemas import (
    FollowUpBody,
    GrowthRow,
    JuraganRow,
    NoteBody,
    NotedView,
    OwnerRow,
    PartnerRow,
    growth_row,
    juragan_row,
)
from api.domains.partners.service import FollowUpRefused, UnknownPartner
from api.kernel.analytics import Analytics
from api.kernel.answers import Counted, Envelope, LaravelPageText, laravel_page_text
from api.kernel.paging import USUAL, ByOffset, ByPage, Number, Size
from api.kernel.periods import optional_period
from api.kernel.read import GrowthRead, MitraRead, StaffRead
from api.kernel.routing import Router, refusals
from api.kernel.types import Direction, OptionalDate, Search, blank_as
from api.kernel.write import GrowthWrite, KeyedGrowthWrite
from queries import juragan, partners
from queries.filters import Page, Sort
from queries.frames import records
from queries.partners import GrowthFilter
from queries.wib import business_day

router = Router(tags=["admin_partner"])
COLUMNS = {
    "partner_id": "partner_id",
    "full_name": "full_name",
    "email": "email",
    "no_hp": "phone",
    "join_date": "join_date",
    "registered": "join_date",
    "email_verified_at": "email_verified_at",
    "is_onboarding": "is_onboarded",
    "first_product": "first_product",
    "first_order": "first_order",
    "first_pickup": "first_pickup",
    "last_pickup": "last_pickup",
    "total_order": "orders_created",
    "total_transaksi": "grand_total",
    "total_ongkir": "shipping_cost",
    "total_revenue": "service_fee",
}  # key of a row: column of the warehouse
OrderBy = Annotated[Literal[*COLUMNS] | None, BeforeValidator(blank_as(None))]  # type: ignore[valid-type]
Month = Annotated[str, BeforeValidator(blank_as("")), Query(pattern=r"^$|^\d{4}-(0[1-9]|1[0-2])$")]


def growth_page(limits: Size = None, page: Number = None) -> Page:
    """The page by its number; the contract prints 50 rows as the usual size, also without a page."""
    size = limits or USUAL
    return Page(size, ((page or 1) - 1) * size)


def wanted(
    start_date: OptionalDate = None,
    end_date: OptionalDate = None,
    start_date_pickup: OptionalDate = None,
    end_date_pickup: OptionalDate = None,
    filter: Search = "",
    search: Search = "",
) -> GrowthFilter:
    """Days of joining, days of the last pickup, text; `search` is another name of `filter`."""
    joined, picked_up = optional_period(start_date, end_date), optional_period(start_date_pickup, end_date_pickup)
    return GrowthFilter(joined, picked_up, filter or search)


def order(order_by: OrderBy = None, ordered_by: OrderBy = None, sort_by: Direction = "DESC") -> Sort:
    """The column and its direction; `ordered_by` is another name of `order_by`."""
    return Sort(COLUMNS[order_by or ordered_by or "last_pickup"], sort_by == "DESC")


@router.get("/v1/partner")
def list_partners(read: MitraRead, page: ByPage) -> Counted[list[PartnerRow]]:
    """user.list_partners: the partners that a mitra may act for."""
    rows, total = views.page_of_partners(read.session, page)
    return read.counted(rows, total)


@router.get("/v1/admin/partnerGrowth")
def growth(
    read: StaffRead,
    connection: Analytics,
    wanted: Annotated[GrowthFilter, Depends(wanted)],
    order: Annotated[Sort, Depends(order)],
    page: Annotated[Page, Depends(growth_page)],
) -> Envelope[LaravelPageText[GrowthRow]]:
    """Partners and their steps. The dates are of joining and of the last pickup, both ends inclusive."""
    found = partners.growth_page(connection, wanted, order, page)
    return read.answer(laravel_page_text([growth_row(row) for row in records(found.rows)], found.total, page))


@router.get("/v1/admin/partner/growth/juragan")
def growth_juragan(
    read: StaffRead, connection: Analytics, page: ByOffset, pickup_date: Month = "", search: Search = ""
) -> Counted[list[JuraganRow]]:
    """One month of each partner, the most transactions first; without `pickup_date` the current month."""
    month = date.fromisoformat(f"{pickup_date}-01") if pickup_date else business_day(read.now)
    found = juragan.month_page(connection, month, search, None, page)
    return read.counted([juragan_row(row) for row in records(found.rows)], found.total)


@router.post("/v1/admin/partner/growth/juragan/notes", responses=refusals(UnknownPartner))
def add_notes(write: GrowthWrite, body: NoteBody) -> Envelope[None]:
    """Write the current note of a partner."""
    service.add_note(write, body.partner_id, body.notes)
    return write.answer(message="success input notes.")


@router.get("/v2/admin/partner/owner")
def list_owners(read: GrowthRead) -> Envelope[list[OwnerRow]]:
    """Who may look after partners: enabled admins and people of growth, by name."""
    return read.answer(views.owners(read.session))


@router.post("/v2/admin/partner/notes", responses=refusals(UnknownPartner, FollowUpRefused))
def add_follow_ups(write: KeyedGrowthWrite, body: FollowUpBody) -> Envelope[NotedView]:
    """Write one note about several partners, with who looks after them and when they are called next: all or none."""
    said = service.Said(body.notes, body.owner_id, body.next_follow_up)
    return write.answer({"partners": service.add_notes(write, body.partner_ids, said)})
