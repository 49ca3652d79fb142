"""admin_pickup.monitoring_v1 and monitoring_v2."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BeforeValidator

from api.domains.pickups import schemas
from api.kernel.auth import Staff
from api.kernel.envelope import laravel_page, success
from api.kernel.request import Analytics, CurrentSettings
from queries import pickups
from queries.filters import Page, Sort
from queries.frames import records
from queries.pickups import PickupFilter

router = APIRouter(tags=["admin_pickup"])
Text = Annotated[str, Query(max_length=200)]
Direction = Annotated[Literal["", "asc", "desc"], BeforeValidator(lambda value: str(value).lower())]
Status = Annotated[Literal["Semua", "Belum Dipickup"], BeforeValidator(lambda value: value or "Semua")]


@router.get("/v1/admin/pickup/monitoring")
def monitoring_v1(
    actor: Staff,
    connection: Analytics,
    settings: CurrentSettings,
    search_as_printed: Annotated[str, Query(alias="Search", max_length=200)] = "",
    search: Text = "",
    sort: Direction = "",
    filter_status: Status = "Semua",
    total_per_page: Annotated[int, Query(ge=1, le=1000)] = 50,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> dict[str, Any]:
    """Airway bills; without `sort` what is overdue comes first, with it they go by pickup_request_date."""
    wanted = PickupFilter(filter_status == "Belum Dipickup", search=search_as_printed or search)
    order = Sort("due", sort == "desc") if sort else None
    slice_ = Page(total_per_page, (page - 1) * total_per_page)
    found = pickups.monitoring_page(connection, wanted, order, slice_, settings.now())
    rows = [schemas.row_v1(row) for row in records(found.rows)]
    return success(laravel_page(rows, total=found.total, page=page, per_page=total_per_page))


@router.get("/v2/admin/pickup/monitoring")
def monitoring_v2(
    actor: Staff,
    connection: Analytics,
    settings: CurrentSettings,
    limits: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    search: Text = "",
    filter_shipping: Text = "",
) -> dict[str, Any]:
    """Airway bills of some couriers, overdue first. `total` stands beside data, which is a list."""
    couriers = tuple(code.strip().upper() for code in filter_shipping.split(",") if code.strip())
    wanted = PickupFilter(couriers=couriers, search=search)
    found = pickups.monitoring_page(connection, wanted, None, Page(limits, offset), settings.now())
    return success([schemas.row_v2(row) for row in records(found.rows)], total=found.total)
