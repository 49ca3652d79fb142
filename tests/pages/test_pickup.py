"""Monitoring Pickup against plain recounts of its rows."""

from collections import Counter
from urllib.parse import unquote

import pandas as pd
import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from dashboard import format as fmt
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables, tables

pytestmark = pytest.mark.xdist_group("pages")
TODAY = "DATE '2022-11-15'"
OVERDUE = "handed_at IS NULL AND canceled_at IS NULL AND due_at < :now"


def rows_of(product: Product, statement: str) -> pd.DataFrame:
    """The rows of a statement, whose :now is the product's."""
    now = product.settings.now().replace(tzinfo=None)
    with product.warehouse.read() as connection:
        found = connection.execute(text(statement), {"now": now} if ":now" in statement else {})
        return pd.DataFrame(found.fetchall(), columns=list(found.keys()))


def table_with(page: AppTest, column: str) -> pd.DataFrame:
    assert not page.exception, page.exception[0].message
    return next(frame for frame in tables(page) if column in frame.columns)


@pytest.fixture(scope="module")
def due_now(filled: Product) -> Product:
    """The product, with some overdue airway bills at least."""
    assert len(rows_of(filled, f"SELECT 1 FROM fct_pickups WHERE {OVERDUE}")) > 3
    return filled


def test_overdue_work_is_grouped_by_partner_and_comes_first(run_page: RunPage, due_now: Product) -> None:
    page = run_page(due_now, "pickup_monitoring")
    bills = rows_of(due_now, f"SELECT partner_id, due_at, airway_bill FROM fct_pickups WHERE {OVERDUE}")
    given = given_to_tables(page)[0]
    assert given["label"] == "Terlewati per partner"
    assert given["rows"], "the first table of the page is the work"
    counts = Counter(int(partner) for partner in bills["partner_id"])
    oldest = bills.groupby("partner_id")["due_at"].min().sort_values(kind="stable")
    shown = tables(page)[0]
    keys = [int(row["key"]) for row in given["rows"]]
    assert len(keys) == min(len(counts), 20)
    assert [oldest[key] for key in keys] == list(oldest.head(20))
    assert list(shown["overdue"]) == [fmt.number(counts[key]) for key in keys]
    now = pd.Timestamp(due_now.settings.now().replace(tzinfo=None))
    assert list(shown["worst_seconds"]) == [fmt.duration(int((now - oldest[key]).total_seconds())) for key in keys]


def test_the_message_to_a_partner_names_its_airway_bills(run_page: RunPage, due_now: Product) -> None:
    page = run_page(due_now, "pickup_monitoring", lang="en")
    given = given_to_tables(page)[0]
    send = [column["name"] for column in given["columns"]].index("send")
    for row in given["rows"]:
        mine = rows_of(due_now, f"SELECT airway_bill FROM fct_pickups WHERE {OVERDUE} AND partner_id = {row['key']}")
        address = row["cells"][send]["href"]
        assert address.startswith("https://wa.me/62")
        message = unquote(address.split("?text=")[1])
        assert message.startswith("Halo ")  # to the partner, whatever the reader's language
        assert all(bill in message for bill in mine["airway_bill"].head(20))
        assert f"{len(mine)} paket Anda" in message


def test_the_open_partner_is_the_marked_row(run_page: RunPage, due_now: Product) -> None:
    first = given_to_tables(run_page(due_now, "pickup_monitoring"))[0]
    assert first["opened"] == first["rows"][0]["key"]
    second = first["rows"][1]["key"]
    page = run_page(due_now, "pickup_monitoring", partner=second)
    assert given_to_tables(page)[0]["opened"] == second
    mine = rows_of(
        due_now, f"SELECT airway_bill FROM fct_pickups WHERE {OVERDUE} AND partner_id = {second} ORDER BY due_at"
    )
    assert sorted(table_with(page, "airway_bill")["airway_bill"]) == sorted(mine["airway_bill"])


@pytest.mark.parametrize("address", ["x", "999999", "-1"])
def test_a_partner_that_is_not_in_the_list_opens_the_first(run_page: RunPage, due_now: Product, address: str) -> None:
    given = given_to_tables(run_page(due_now, "pickup_monitoring", partner=address))[0]
    assert given["opened"] == given["rows"][0]["key"]


def test_couriers_are_ranked_by_their_share_of_late_ones(run_page: RunPage, due_now: Product) -> None:
    shown = table_with(run_page(due_now, "pickup_monitoring", periode="30d"), "place_text")
    counted = rows_of(
        due_now,
        "SELECT courier, count(*) AS handed, count(*) FILTER (handed_at > due_at) AS late FROM fct_pickups "
        f"WHERE handed_at IS NOT NULL AND due_date BETWEEN {TODAY} - 29 AND {TODAY} GROUP BY courier",
    )
    assert dict(zip(shown["courier"], shown["handed"], strict=True)) == {
        row.courier: fmt.number(row.handed) for row in counted.itertuples()
    }
    small = {row.courier for row in counted.itertuples() if row.handed < 20}
    assert small  # the demo has such a courier
    assert set(shown[shown["place_text"] == "n kecil"]["courier"]) == small
    ranked = [each for each in shown["courier"] if each not in small]
    shares = {row.courier: row.late / row.handed for row in counted.itertuples()}
    assert ranked == sorted(ranked, key=lambda courier: (-shares[courier], courier))


def test_overdue_pickups_are_those_past_their_schedule(run_page: RunPage, due_now: Product) -> None:
    page = run_page(due_now, "pickup_monitoring")
    number = next(metric.value for metric in page.metric if metric.label == "Terlewati")
    bills = rows_of(due_now, f"SELECT airway_bill FROM fct_pickups WHERE {OVERDUE}")
    assert number.removesuffix(" ○") == fmt.number(len(bills))


def test_the_list_of_all_pickups_obeys_the_period(run_page: RunPage, due_now: Product) -> None:
    page = run_page(due_now, "pickup_monitoring", tampil="semua", periode="yesterday")
    due = rows_of(due_now, f"SELECT airway_bill FROM fct_pickups WHERE due_date = {TODAY} - 1")
    assert len(table_with(page, "no_resi")) == min(len(due), 50) > 0
