"""admin_chart.* and admin_finance.income: numbers, what is optional, nothing, bad input, and who may see money."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from queries.engine import Warehouse
from queries.income import IncomeFilter
from queries.wib import Period
from tests.api.served import Served
from tests.queries.test_income import PERIODS, counted, delivered, filled
from vocabulary import PaymentMethod

SignIn = Callable[[str], dict[str, str]]
DASHBOARD = "/api/v1/admin/dashboard"
INCOME = "/api/v1/admin/finance/income"
NOVEMBER = Period(PERIODS[1].start, PERIODS[2].end)  # up to now: nothing was delivered after it


@pytest.fixture(scope="module")
def landed() -> Iterator[Warehouse]:
    with filled() as warehouse:
        yield warehouse


@pytest.fixture(autouse=True)
def _served(served: Served, landed: Warehouse) -> None:
    served.warehouse = landed


def data(client: TestClient, headers: dict[str, str], path: str, **query: Any) -> Any:
    answer = client.get(path, headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def profit(period: Period, *narrowing: Any) -> int:
    return counted(delivered(IncomeFilter(period, *narrowing)))["profit"]


def test_a_month_has_every_day_of_it(client: TestClient, sign_in: SignIn) -> None:
    headers = sign_in("finance")
    of_courier = data(client, headers, f"{DASHBOARD}/performance/shipping", month="10", shipper="sap")
    assert of_courier["categories"] == [f"2022-10-{day:02d}" for day in range(1, 32)]
    for name, method in (("cod", PaymentMethod.COD), ("non_cod", PaymentMethod.BANK_TRANSFER)):
        days = [PERIODS[0].start + timedelta(days=at) for at in range(31)]
        assert of_courier[name] == [profit(Period(day, day), ("SAP",), method) for day in days]
    of_all = data(client, headers, f"{DASHBOARD}/performance/partner", month="10")
    assert sum(of_all["cod"]) + sum(of_all["non_cod"]) == profit(PERIODS[0])


def test_nothing_is_an_empty_list(client: TestClient, sign_in: SignIn) -> None:
    headers = sign_in("admin")
    assert data(client, headers, f"{DASHBOARD}/performance/shipping", month="11", shipper="POS") == []
    assert data(client, headers, f"{DASHBOARD}/performance/partner", month="12") == []
    answer = data(client, headers, INCOME, shipping="POS")
    assert answer == {
        "profit": {"total_shipping_profit": 0, "total_cod_profit": 0, "profit_cod": 0},
        "incomes": [],
        "income": [],
    }


@pytest.mark.parametrize("path", ["shipping", "partner"])
def test_the_highest_profit_of_this_month_comes_first(client: TestClient, sign_in: SignIn, path: str) -> None:
    found = data(client, sign_in("finance"), f"{DASHBOARD}/top/{path}")
    for name, method in (("cod", PaymentMethod.COD), ("non_cod", PaymentMethod.BANK_TRANSFER)):
        profits = [row["profit"] for row in found[name]]
        assert profits == sorted(profits, reverse=True)
        assert sum(profits) == profit(NOVEMBER, (), method)


def test_income_of_partners(client: TestClient, sign_in: SignIn) -> None:
    headers = sign_in("finance")
    october = {"start_date": "2022-10-01", "end_date": "2022-10-31T23:59:59Z"}
    answer = data(client, headers, INCOME, **october, shipping="", payment_method="non cod", sort="desc")
    wanted = IncomeFilter(PERIODS[0], (), PaymentMethod.BANK_TRANSFER)
    whole = counted(delivered(wanted))
    assert answer["profit"]["total_shipping_profit"] == whole["shipping_margin"]
    assert answer["profit"]["profit_cod"] == answer["profit"]["total_cod_profit"] == whole["service_fee"]
    rows = answer["incomes"]
    assert answer["income"]["data"] == rows
    assert [row["shipping_profit"] for row in rows] == sorted((row["shipping_profit"] for row in rows), reverse=True)
    for key, of_contract in (("grand_total", "grandtotal"), ("net_profit",) * 2, ("shipping_cost",) * 2):
        assert sum(row[of_contract] for row in rows) == whole[key]
    second = data(client, headers, INCOME, page="2", total_per_page="1")
    assert (second["income"]["total"], second["income"]["current_page"]) == (3, 2)
    assert [row["partner_name"] for row in second["incomes"]] == ["Budi"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"{DASHBOARD}/performance/partner", {"month": "13"}),
        (f"{DASHBOARD}/performance/partner", {"month": ""}),
        (f"{DASHBOARD}/performance/shipping", {"month": "10", "shipper": "DHL"}),
        (f"{DASHBOARD}/performance/shipping", {"month": "10", "shipper": ""}),
        (INCOME, {"shipping": "JNE,DHL"}),
        (INCOME, {"payment_method": "cash"}),
        (INCOME, {"start_date": "2022-10-02", "end_date": "2022-10-01"}),
        (INCOME, {"sort": "up"}),
    ],
)
def test_bad_input_is_named(client: TestClient, sign_in: SignIn, path: str, query: dict[str, str]) -> None:
    answer = client.get(path, headers=sign_in("admin"), params=query)
    assert answer.status_code == 422
    assert any(name in answer.json()["message"] for name in query), answer.text


@pytest.mark.parametrize("role", ["growth", "partner", "mitra"])
def test_others_see_no_money(client: TestClient, sign_in: SignIn, role: str) -> None:
    assert client.get(INCOME, headers=sign_in(role)).status_code == 403
