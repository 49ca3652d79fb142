"""admin_pickup.monitoring_v1 and monitoring_v2; marks of contact, beside the contract."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BeforeValidator

from api.domains.partners.service import UnknownPartner
from api.domains.pickups import service, views
from api.domains.pickups.errors import ContactTakenBack, UnknownContact
from api.domains.pickups.schemas import ContactBody, ContactRow, Marked, RowV1, RowV2, row_v1, row_v2
from api.kernel.analytics import Analytics
from api.kernel.answers import Counted, Envelope, LaravelPage, laravel_page
from api.kernel.paging import ByOffset, ByPage
from api.kernel.read import StaffRead
from api.kernel.routing import Router, refusals
from api.kernel.types import OptionalDirection, PathId, Search, Words, blank_as
from api.kernel.write import KeyedGrowthWrite
from queries import pickups
from queries.filters import Sort
from queries.frames import records
from queries.pickups import PickupFilter

router = Router(tags=["admin_pickup"])
SearchAsPrinted = Annotated[Search, Query(alias="Search", max_length=200)]
Status = Annotated[Literal["Semua", "Belum Dipickup"], BeforeValidator(blank_as("Semua"))]


@router.get("/v1/admin/pickup/monitoring")
def monitoring_v1(
    read: StaffRead,
    connection: Analytics,
    page: ByPage,
    search_as_printed: SearchAsPrinted = "",
    search: Search = "",
    sort: OptionalDirection = None,
    filter_status: Status = "Semua",
) -> Envelope[LaravelPage[RowV1]]:
    """Airway bills; without `sort` what is overdue comes first, with it they go by pickup_request_date."""
    wanted = PickupFilter(filter_status == "Belum Dipickup", search=search_as_printed or search)
    order = Sort("due", sort == "DESC") if sort else None
    found = pickups.monitoring_page(connection, wanted, order, page, read.now)
    return read.answer(laravel_page([row_v1(row) for row in records(found.rows)], found.total, page))


@router.get("/v2/admin/pickup/monitoring")
def monitoring_v2(
    read: StaffRead, connection: Analytics, page: ByOffset, search: Search = "", filter_shipping: Words = ()
) -> Counted[list[RowV2]]:
    """Airway bills of some couriers, overdue first. `total` stands beside data, which is a list."""
    wanted = PickupFilter(couriers=tuple(code.upper() for code in filter_shipping), search=search)
    found = pickups.monitoring_page(connection, wanted, None, page, read.now)
    return read.counted([row_v2(row) for row in records(found.rows)], found.total)


@router.get("/v1/admin/pickup/contact")
def contacts(read: StaffRead) -> Envelope[list[ContactRow]]:
    """Who was contacted about overdue pickups, by whom and when."""
    return read.answer(views.contacts(read.session, read.now))


@router.post("/v1/admin/pickup/contact", responses=refusals(UnknownPartner))
def mark_contacted(write: KeyedGrowthWrite, body: ContactBody) -> Envelope[list[Marked]]:
    """Mark partners as contacted about their overdue pickups, all or none."""
    marks = service.mark_contacted(write, body.partner_ids)
    return write.answer([{"partner_id": mark.partner_id, "contact_id": mark.id} for mark in marks])


@router.post("/v1/admin/pickup/contact/{contact_id}/taking-back", responses=refusals(UnknownContact, ContactTakenBack))
def take_back_contact(write: KeyedGrowthWrite, contact_id: PathId) -> Envelope[None]:
    """Take a mark back."""
    service.take_back(write, contact_id)
    return write.answer(message="mark of contact taken back.")
