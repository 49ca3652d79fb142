"""The analytics operations over a small warehouse: values, paging, roles and bad input."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from etl import marts
from queries.engine import Warehouse
from queries.schema import (
    dim_partners,
    dim_shipments,
    fct_orders,
    fct_pickups,
    fct_tickets,
    mart_partners,
)
from tests.api.served import Served
from tests.queries.conftest import complete

SignIn = Callable[[str], dict[str, str]]
DUE = datetime(2022, 11, 14, 7)  # 14.00 WIB
MONITORING = ("/api/v1/admin/pickup/monitoring", "/api/v2/admin/pickup/monitoring")
READS = (
    "/api/v1/admin/partnerGrowth",
    "/api/v1/admin/partner/growth/juragan",
    *MONITORING,
    "/api/v1/admin/ticket/total?start_date=2022-11-01&end_date=2022-11-02",
    "/api/v1/admin/metric/reliability?start_date=2022-11-01&end_date=2022-11-02",
    "/api/v1/admin/metric/withdrawal",
)


@pytest.fixture(scope="module")
def landed() -> Iterator[Warehouse]:
    """A small warehouse, which every test reads."""
    partner = {"partner_id": 1, "full_name": "Rendy", "phone": "081382261347", "joined_at": datetime(2022, 9, 1)}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (dim_partners, partner),
        (
            mart_partners,
            {
                **partner,
                "search_text": "rendy\nr@x.test\n081382261347",
                "join_date": date(2022, 9, 1),
                "first_pickup": date(2022, 11, 14),
                "last_pickup": date(2022, 11, 14),
                "last_note": "mantap",
            },
        ),
        (mart_partners, {"partner_id": 2, "full_name": "Ayu", "search_text": "ayu", "join_date": date(2022, 11, 1)}),
        (dim_shipments, {"shipment_id": 1, "courier": "JNE"}),
        (dim_shipments, {"shipment_id": 2, "courier": "IDEXPRESS"}),
        (
            fct_orders,
            {
                "order_id": 1,
                "partner_id": 1,
                "courier": "IDEXPRESS",
                "payment_method": "COD",
                "state": "Dikirim",
                "qty": 1,
                "created_at": datetime(2022, 11, 13),
                "shipped_at": datetime(2022, 11, 14, 12),
            },
        ),
        (fct_pickups, _pickup(1, handed_at=datetime(2022, 11, 14, 12))),
        (fct_pickups, _pickup(2, handed_at=None)),
        (fct_tickets, {"ticket_id": 1, "courier": "JNE", "created_at": datetime(2022, 11, 1, 17)}),
    ]
    warehouse = Warehouse(":memory:")
    warehouse.create_tables()
    with warehouse.write() as connection:
        for table, row in rows:
            connection.execute(insert(table), [complete(table, row)])
        marts.rebuild(connection, date(2022, 11, 15))
    yield warehouse
    warehouse.close()


@pytest.fixture(autouse=True)
def _served(served: Served, landed: Warehouse) -> None:
    served.warehouse = landed


def _pickup(key: int, handed_at: datetime | None) -> dict[str, Any]:
    return {
        "pickup_order_id": key,
        "order_id": 1,
        "partner_id": 1,
        "courier": "IDEXPRESS" if key == 1 else "JNE",
        "airway_bill": f"IDE00{key}",
        "qty": 1,
        "requested_at": datetime(2022, 11, 13),
        "due_at": DUE,
        "due_date": date(2022, 11, 14),
        "pickup_date": date(2022, 11, 14),
        "pickup_time": 50400,
        "handed_at": handed_at,
        "address_id": 21226,
        "city": "JAKARTA TIMUR",
    }


def data(client: TestClient, headers: dict[str, str], path: str, **query: Any) -> Any:
    answer = client.get(path, headers=headers, params=query or None)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_growth_filters_sorts_and_pages(client: TestClient, sign_in: SignIn) -> None:
    headers = sign_in("growth")
    page = data(client, headers, READS[0], limits=1, order_by="last_pickup", sort_by="DESC")
    assert (page["total"], page["last_page"], page["data"][0]["full_name"]) == ("2", 2, "Rendy")
    assert page["data"][0]["last_pickup"] == "2022-11-14"
    assert page["data"][0]["first_product"] is None
    by_name = data(client, headers, READS[0], order_by="full_name", sort_by="asc", start_date="", filter="")
    assert [row["full_name"] for row in by_name["data"]] == ["Ayu", "Rendy"]
    joined = data(client, headers, READS[0], start_date="2022-11-01", end_date="2022-11-01")
    assert [row["full_name"] for row in joined["data"]] == ["Ayu"]
    picked = data(client, headers, READS[0], start_date_pickup="2022-11-14", end_date_pickup="2022-11-14")
    assert [row["full_name"] for row in picked["data"]] == ["Rendy"]


def test_juragan_month(client: TestClient, sign_in: SignIn) -> None:
    rows = data(client, sign_in("admin"), READS[1], pickup_date="2022-11", limits=10, offset=0, search="081382261347")
    assert len(rows) == 1
    row = rows[0]
    assert row["transaction"] == {"total": 1, "expeditions": {"idexpress": 100, "jne": 0}}
    assert (row["retur_ratio"], row["problem_ratio"], row["notes"]) == (0, 0, "mantap")
    assert len(row["pickup_activities"]) == 30
    assert [at for at, day in enumerate(row["pickup_activities"], 1) if day["indicator"]] == [14]


def test_monitoring_first_version(client: TestClient, sign_in: SignIn) -> None:
    page = data(client, sign_in("admin"), MONITORING[0])
    waiting, late = page["data"]
    assert (waiting["no_resi"], waiting["delay"]) == ("IDE002", "20 jam")
    assert (late["no_resi"], late["delay"]) == ("IDE001", "5 jam")
    assert waiting["pickup_request_date"] == "2022-11-14 14:00:00"
    assert waiting["pickup_detail"][0]["pickup_time"] == 50400
    assert waiting["pickup_detail"][0]["id"] == 21226
    only = data(client, sign_in("admin"), MONITORING[0], filter_status="Belum Dipickup")
    assert [row["no_resi"] for row in only["data"]] == ["IDE002"]
    for name in ("Search", "search"):
        found = data(client, sign_in("admin"), MONITORING[0], **{name: "ide001"})
        assert [row["no_resi"] for row in found["data"]] == ["IDE001"]


def test_monitoring_second_version(client: TestClient, sign_in: SignIn) -> None:
    rows = data(client, sign_in("finance"), MONITORING[1], filter_shipping="IDEXPRESS, JNE")
    assert [(row["delay_status"], row["pickup_detail"]["city"]) for row in rows] == [
        ("Terlewati", "JAKARTA TIMUR"),
        ("Terlambat", "JAKARTA TIMUR"),
    ]
    assert [row["no_resi"] for row in data(client, sign_in("finance"), MONITORING[1], filter_shipping="JNE")] == [
        "IDE002"
    ]


def test_ticket_days_begin_at_midnight_wib(client: TestClient, sign_in: SignIn) -> None:
    headers = sign_in("admin")
    span = {"start_date": "2022-11-01", "end_date": "2022-11-02"}
    path = "/api/v1/admin/ticket/total"
    assert data(client, headers, path, **span) == [
        {"date": "2022-11-01", "IDEXPRESS": 0, "JNE": 0},
        {"date": "2022-11-02", "IDEXPRESS": 0, "JNE": 1},
    ]
    assert data(client, headers, path, **span, expedition="jne")[1] == {"date": "2022-11-02", "JNE": 1}


def test_reliability_rows(client: TestClient, sign_in: SignIn) -> None:
    rows = data(client, sign_in("admin"), READS[5])
    assert [(row["id"], row["date"], row["total_ticket_jne"]) for row in rows] == [
        (3, "2022-11-01", 0),
        (4, "2022-11-02", 1),
    ]


def test_withdrawal_metric_without_any(client: TestClient, sign_in: SignIn) -> None:
    answer = client.get(READS[6], headers=sign_in("admin")).json()
    assert answer["message"] == "Success fetch data."
    assert answer["data"] == {
        "waiting_status": 0,
        "avg_req_last_month": 0,
        "avg_approval_time": {"day": None, "hour": None, "minute": None},
    }


@pytest.mark.parametrize("path", READS)
def test_only_staff_reads(client: TestClient, sign_in: SignIn, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.get(path, headers=sign_in("partner")).status_code == 403
    assert client.get(path, headers=sign_in("growth")).status_code == 200


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/api/v1/admin/partnerGrowth?start_date=2022-02-30", "start_date"),
        ("/api/v1/admin/partnerGrowth?start_date=2022-11-02&end_date=2022-11-01", "end_date"),
        ("/api/v1/admin/partnerGrowth?limits=0", "limits"),
        ("/api/v1/admin/partnerGrowth?limits=-1", "limits"),
        ("/api/v1/admin/partnerGrowth?limits=1000000000", "limits"),
        ("/api/v1/admin/partnerGrowth?order_by=city", "order_by"),
        ("/api/v1/admin/partnerGrowth?sort_by=sideways", "sort_by"),
        ("/api/v1/admin/partner/growth/juragan?pickup_date=2022-13", "pickup_date"),
        ("/api/v1/admin/partner/growth/juragan?offset=-1", "offset"),
        ("/api/v1/admin/pickup/monitoring?filter_status=Hilang", "filter_status"),
        ("/api/v1/admin/pickup/monitoring?total_per_page=0", "total_per_page"),
        ("/api/v2/admin/pickup/monitoring?filter_shipping=JNE,GOSEND", "GOSEND"),
        ("/api/v1/admin/ticket/total?start_date=2022-11-01&end_date=2022-10-01", "end_date"),
        ("/api/v1/admin/ticket/total?start_date=2022-11-01", "end_date"),
        ("/api/v1/admin/ticket/total?start_date=1970-01-01&end_date=2022-10-01", "span"),
        ("/api/v1/admin/ticket/total?start_date=2022-11-01&end_date=2022-11-02&expedition=GOSEND", "expedition"),
        ("/api/v1/admin/metric/reliability?start_date=x&end_date=2022-10-01", "start_date"),
    ],
)
def test_bad_input_is_named(client: TestClient, sign_in: SignIn, path: str, named: str) -> None:
    answer = client.get(path, headers=sign_in("admin"))
    assert answer.status_code == 422
    assert answer.json()["status"] == "failed"
    assert named in answer.json()["message"]


def test_what_clients_send_is_understood(client: TestClient, sign_in: SignIn) -> None:
    """Days with a time, lists repeated or with commas, other names, any case, blank and unknown queries."""
    headers = sign_in("admin")
    timed = {"start_date": "2022-11-01T00:00:00Z", "end_date": "2022-11-01T23:59:59Z", "partner_id": 2}
    named = {"search": "ayu", "ordered_by": "full_name", "sort_by": "asc", "order_by": "", "filter": "", "limits": ""}
    assert [row["full_name"] for row in data(client, headers, READS[0], **timed, **named)["data"]] == ["Ayu"]
    for couriers in ("JNE,IDEXPRESS", ["JNE", "IDEXPRESS"], " jne , idexpress "):
        assert len(data(client, headers, MONITORING[1], filter_shipping=couriers)) == 2
    day = {"start_date": "2022-11-02T00:00:00+07:00", "end_date": "2022-11-02"}
    (tickets,) = data(client, headers, "/api/v1/admin/ticket/total", **day, expedition="")
    assert tickets == {"date": "2022-11-02", "IDEXPRESS": 0, "JNE": 1}
    first = data(client, headers, MONITORING[0], sort="ASC", filter_status="", total_per_page="", page="1")
    assert (first["per_page"], first["total"]) == (50, 2)
    assert data(client, headers, MONITORING[0])["per_page"] == 10_000
    assert data(client, headers, READS[0])["per_page"] == 50


def test_sql_in_search_is_text(client: TestClient, sign_in: SignIn) -> None:
    text = "'; DROP TABLE mart_partners; --"
    assert data(client, sign_in("admin"), READS[0], filter=text)["data"] == []
    assert data(client, sign_in("admin"), READS[0])["total"] == "2"


def test_without_a_warehouse_it_says_so(client: TestClient, served: Served, sign_in: SignIn) -> None:
    served.warehouse = None
    answer = client.get(READS[0], headers=sign_in("admin"))
    assert answer.status_code == 503
    assert "warehouse" in answer.json()["message"]
