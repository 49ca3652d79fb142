"""admin_pickup.monitoring_v1 and monitoring_v2."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BeforeValidator

from api.domains.pickups.schemas import RowV1, RowV2, row_v1, row_v2
from api.kernel.analytics import Analytics
from api.kernel.answers import Counted, Envelope, LaravelPage, laravel_page
from api.kernel.paging import ByOffset, ByPage
from api.kernel.read import StaffRead
from api.kernel.routing import Router
from api.kernel.types import OptionalDirection, Search, Words, blank_as
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
