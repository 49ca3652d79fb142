"""Monitoring Pickup against plain recounts of its rows."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

import pandas as pd
import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from api.models import PickupContact
from dashboard import format as fmt
from dashboard.actions import pickups as actions
from dashboard.client import ApiRefused
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_components, given_to_tables, tables

TODAY = "DATE '2022-11-15'"
DAY = pd.Timedelta(days=1)
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


@pytest.fixture
def unmarked(due_now: Product) -> Iterator[Product]:
    """The product; marks of the test are taken out of the store after it."""
    yield due_now
    with Session(due_now.engine) as session, session.begin():
        session.execute(delete(PickupContact))


def overdue_rows(page: AppTest) -> dict[str, dict[str, str]]:
    """By partner: what its row says."""
    assert not page.exception, page.exception[0].message
    keys = [row["key"] for row in given_to_tables(page)[0]["rows"]]
    return dict(zip(keys, tables(page)[0].to_dict("records"), strict=True))


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def test_a_mark_is_shown_to_the_others_with_who_and_when_and_goes_below(run_page: RunPage, unmarked: Product) -> None:
    page = run_page(unmarked, "pickup_monitoring", "growth")
    first, second = list(overdue_rows(page))[:2]
    page = press(page, "Tandai dihubungi")
    assert given_to_tables(page)[0]["opened"] == second
    other = overdue_rows(run_page(unmarked, "pickup_monitoring", "finance"))
    assert next(iter(other)) == second
    with Session(unmarked.engine) as session:
        (mark,) = session.scalars(select(PickupContact))
    assert str(mark.partner_id) == first
    if first in other:  # else it is on a later page
        assert other[first]["contacted"].startswith(fmt.clock(unmarked.settings.now()))
    page = press(run_page(unmarked, "pickup_monitoring", "admin"), "Tandai dihubungi")
    assert len(overdue_rows(page)) > 2
    again = overdue_rows(press(page, "Batalkan"))
    assert next(iter(again)) == second
    assert again[second]["contacted"] == "-"


def test_who_is_called_again_for_what_came_after_the_mark_stays_on_top(run_page: RunPage, unmarked: Product) -> None:
    first = next(iter(overdue_rows(run_page(unmarked, "pickup_monitoring"))))
    newest = rows_of(unmarked, f"SELECT max(due_at) AS due FROM fct_pickups WHERE {OVERDUE} AND partner_id = {first}")[
        "due"
    ][0]
    with Session(unmarked.engine) as session, session.begin():
        session.add(PickupContact(partner_id=int(first), author_id=1, created_at=newest.tz_localize("UTC") - DAY))
    page = run_page(unmarked, "pickup_monitoring")
    assert next(iter(overdue_rows(page))) == first
    cell = given_to_tables(page)[0]["rows"][0]["cells"][4]
    assert cell["below"] == "ada yang baru sejak itu"


def test_finance_sees_marks_but_sets_none(run_page: RunPage, unmarked: Product) -> None:
    page = run_page(unmarked, "pickup_monitoring", "finance")
    assert not [button for button in page.button if "dihubungi" in button.label]
    assert given_to_tables(page)[0]["ticked"] is None


@pytest.mark.parametrize("broken", ["contacts", "mark_contacted"])
def test_an_api_that_does_not_answer_leaves_the_list(
    run_page: RunPage, unmarked: Product, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise ApiRefused(503, "the service is busy", None, None, "abcdef")

    monkeypatch.setattr(actions, broken, refuse)
    page = run_page(unmarked, "pickup_monitoring", "growth")
    if broken == "mark_contacted":
        page = press(page, "Tandai dihubungi")
        said = "Layanan tidak menjawab. Coba lagi: tanda tidak akan tercatat dua kali."
        assert page.error[0].body == f"{said}\n\nKode untuk dilaporkan: `abcdef`"
        assert not page.exception
    else:
        assert "Tanda dihubungi tidak dapat dibaca" in page.warning[0].value
    assert overdue_rows(page)


CELL = "courier = 'JNE' AND date_part('hour', due_at + INTERVAL 7 HOUR) = 17"
LAST_WEEK = f"due_date BETWEEN {TODAY} - 6 AND {TODAY}"


def metric(page: AppTest, label: str) -> str:
    return next(each.value for each in page.metric if each.label == label).removesuffix(" ○")


def test_a_cell_narrows_every_number_and_list(run_page: RunPage, due_now: Product) -> None:
    page = run_page(due_now, "pickup_monitoring", sel="JNE-17", tampil="semua")
    waiting = rows_of(
        due_now, f"SELECT due_at < :now AS overdue FROM fct_pickups WHERE {OVERDUE.split(' AND due')[0]} AND {CELL}"
    )
    assert metric(page, "Menunggu") == fmt.number(len(waiting))
    assert metric(page, "Terlewati") == fmt.number(int(waiting["overdue"].sum()))
    handed = rows_of(
        due_now,
        f"SELECT handed_at > due_at AS late FROM fct_pickups WHERE handed_at IS NOT NULL AND {CELL} AND {LAST_WEEK}",
    )
    assert metric(page, "Tepat waktu") == fmt.percent(int((~handed["late"]).sum()), len(handed))
    bills = rows_of(due_now, f"SELECT airway_bill FROM fct_pickups WHERE {CELL} AND {LAST_WEEK}")
    assert sorted(table_with(page, "no_resi")["no_resi"]) == sorted(bills["airway_bill"])[:50]
    assert any(button.label == "Jadwal: JNE 17.00" for button in page.button)
    (heat,) = (given for given in given_to_components(page) if given.get("kind") == "heat")
    assert [cell["code"] for row in heat["rows"] for cell in row["cells"] if cell and cell["pressed"]] == ["JNE-17"]


def test_the_chip_of_a_cell_ends_it(run_page: RunPage, due_now: Product) -> None:
    page = press(run_page(due_now, "pickup_monitoring", sel="JNE-17"), "Jadwal: JNE 17.00")
    assert "sel" not in page.query_params
    bills = rows_of(due_now, f"SELECT airway_bill FROM fct_pickups WHERE {OVERDUE}")
    assert metric(page, "Terlewati") == fmt.number(len(bills))


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"sel": "JNE"}, "JNE"),
        ({"sel": "JNE-24"}, "JNE-24"),
        ({"sel": "JNE--1"}, "JNE--1"),
        ({"sel": "<b>-9"}, "<b>-9"),
        ({"sel": "\u202eJNE-1"}, "JNE-1"),
        ({"sel": "SAP-17", "kurir": "JNE"}, "kurirnya tidak dipilih"),
    ],
)
def test_a_cell_that_means_nothing_is_named(
    run_page: RunPage, due_now: Product, query: dict[str, str], problem: str
) -> None:
    page = run_page(due_now, "pickup_monitoring", **query)
    assert not page.exception
    assert any(problem in warning.value for warning in page.warning)
    assert not any(button.label.startswith("Jadwal:") for button in page.button)


def test_a_delivered_airway_bill_is_found_whatever_is_shown(run_page: RunPage, due_now: Product) -> None:
    handed = rows_of(due_now, "SELECT airway_bill FROM fct_pickups WHERE handed_at IS NOT NULL ORDER BY due_at LIMIT 1")
    bill = handed["airway_bill"][0]
    page = run_page(due_now, "pickup_monitoring", q=bill, kurir="JNE", sel="JNE-17")
    assert not any("no_resi" in frame.columns for frame in tables(page))
    assert any(block.value.startswith("1 lagi di luar saringan") for block in page.markdown)
    page = press(page, "Tampilkan semua")
    assert list(table_with(page, "no_resi")["no_resi"]) == [bill]
    assert not any("di luar saringan" in block.value for block in page.markdown)
    assert "no_resi" in tables(page)[0].columns  # what is searched for stands first


@pytest.mark.parametrize("text", ["x" * 100, "%", "\u202e", "😀", "' OR 1=1 --"])
def test_a_search_that_finds_nothing_says_so(run_page: RunPage, due_now: Product, text: str) -> None:
    page = run_page(due_now, "pickup_monitoring", q=text)
    assert not page.exception
    assert any("Tidak ada pickup yang cocok" in block.value for block in page.markdown)
