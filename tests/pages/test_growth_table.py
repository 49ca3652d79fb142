"""The partners of Perkembangan Partner: their numbers against a recount, what calls them, and who may write."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import text, update
from streamlit.testing.v1 import AppTest

from dashboard.client import ApiUnreachable
from dashboard.exports.formats import csv_pieces
from dashboard.state import PARTNERS_CHOSEN
from pages.partner_growth import follow_up
from pages.partner_growth.message import ready_message
from pages.partner_growth.trend import trend_image, trend_text
from queries.schema import mart_partners
from queries.segments import Segment
from tests.factories.exports import offered
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables, tables

TODAY = date(2022, 11, 15)
DEFAULTS = (
    *("full_name", "phone", "city", "last_pickup", "handed", "trend", "owner_name", "next_follow_up", "last_note"),
)


def by_sql(product: Product, statement: str, **values: Any) -> list[Any]:
    with product.warehouse.read() as connection:
        return list(connection.execute(text(statement), values))


def cell(page: AppTest, row: int, name: str) -> Any:
    (given,) = given_to_tables(page)
    at = [column["name"] for column in given["columns"]].index(name)
    return given["rows"][row]["cells"][at]


def test_nine_columns_are_shown_and_the_others_by_choice(run_page: RunPage, filled: Product) -> None:
    (given,) = given_to_tables(run_page(filled, "partner_growth"))
    shown = [column["name"] for column in given["columns"] if not column.get("extra")]
    assert tuple(shown) == DEFAULTS
    assert all(column.get("sort") for column in given["columns"] if column["name"] != "trend")


def test_rows_and_sums_are_what_a_recount_finds(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "partner_growth", growth_urut="handed", growth_turun="true", growth_baris="100")
    (rows,) = tables(page)
    handed = dict(
        by_sql(
            filled,
            "SELECT partner_id, count(*) FROM fct_pickups WHERE handed_date BETWEEN :start AND :today GROUP BY 1",
            start=TODAY - timedelta(days=29),
            today=TODAY,
        )
    )
    assert {int(row.partner_id): int(row.handed) for row in rows.itertuples() if int(row.handed)} == handed
    assert list(rows["handed"].astype(int)) == sorted(rows["handed"].astype(int), reverse=True)
    (given,) = given_to_tables(page)
    sums = dict(by_sql(filled, "SELECT 'orders_shipped', count(shipped_at) FROM fct_orders"))
    assert given["sums"]["handed"].replace(".", "") == str(sum(handed.values()))
    assert given["sums"]["orders_shipped"].replace(".", "") == str(sums["orders_shipped"])
    weeks = by_sql(
        filled,
        "SELECT (date_diff('day', handed_date, :today) // 7), count(*) FROM fct_pickups "
        "WHERE partner_id = :partner AND handed_date > :first AND handed_date <= :today GROUP BY 1",
        today=TODAY,
        first=TODAY - timedelta(days=84),
        partner=int(rows["partner_id"][0]),
    )
    counted = dict(weeks)
    assert rows["trend"][0] == " ".join(str(counted.get(age, 0)) for age in range(11, -1, -1))


def test_the_sums_are_of_all_that_match_not_of_the_page(run_page: RunPage, filled: Product) -> None:
    whole = given_to_tables(run_page(filled, "partner_growth", growth_baris="100"))[0]["sums"]
    page = given_to_tables(run_page(filled, "partner_growth", growth_baris="20"))[0]
    assert len(page["rows"]) == 20
    assert page["sums"] == whole


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_number_that_can_be_reached_opens_a_message_that_names_the_partner(
    run_page: RunPage, filled: Product, language: str
) -> None:
    page = run_page(filled, "partner_growth", growth_urut="partner_id", growth_turun="false", lang=language)
    (name, phone) = by_sql(filled, "SELECT full_name, phone FROM dim_partners ORDER BY partner_id LIMIT 1")[0]
    given = cell(page, 0, "phone")
    assert given["text"] == phone
    address, _mark, message = given["href"].partition("?text=")
    assert address == f"https://wa.me/62{phone.lstrip('0')}"
    assert unquote(message).startswith(f"Halo {name}, kami dari Komship.")


def test_a_number_that_nobody_has_is_no_link(run_page: RunPage, filled: Product) -> None:
    wrong = update(mart_partners).where(mart_partners.c.partner_id == 1)
    before = by_sql(filled, "SELECT phone FROM mart_partners WHERE partner_id = 1")[0].phone
    with filled.warehouse.write() as connection:
        connection.execute(wrong.values(phone="0812"))
    try:
        page = run_page(filled, "partner_growth", growth_urut="partner_id", growth_turun="false")
        assert not cell(page, 0, "phone").get("href")
    finally:
        with filled.warehouse.write() as connection:
            connection.execute(wrong.values(phone=before))


def test_every_segment_has_words_of_its_own() -> None:
    messages = {ready_message("Ibu Sari", segment) for segment in (*Segment, None)}
    assert len(messages) == len(Segment)  # due and none are a talk that goes on
    assert all("Ibu Sari" in message for message in messages)


def test_the_export_calls_the_segment_in_the_order_of_the_screen(run_page: RunPage, filled: Product) -> None:
    page = run_page(
        filled, "partner_growth", segmen="no-pickup", growth_urut="full_name", growth_turun="false", growth_baris="100"
    )
    export = offered(page, "partner")
    rows = list(csv.reader(io.StringIO(b"".join(csv_pieces(export)).decode("utf-8-sig"))))
    head, body = rows[0], rows[1:]
    shown = tables(page)[0]
    assert [row[head.index("ID")] for row in body] == list(shown["partner_id"])
    assert [row[head.index("E-mail")] for row in body] == list(shown["email"])
    assert {row[head.index("Segmen")] for row in body} == {"Ada produk, belum pickup"}
    for row, phone in zip(body, shown["phone"], strict=True):
        assert row[head.index("Telepon")] == f'="{phone}"'  # a spreadsheet keeps the zero
        assert row[head.index("Nomor WhatsApp")] == f'="62{phone.lstrip("0")}"'
    assert {"PIC", "Tindak lanjut", "Catatan", "Kota", "Tren 12 minggu"} <= set(head)


@pytest.mark.parametrize(("role", "may_write"), [("admin", True), ("growth", True), ("finance", False)])
def test_only_who_may_write_notes_can_tick(run_page: RunPage, filled: Product, role: str, may_write: bool) -> None:
    page = run_page(filled, "partner_growth", role=role)
    assert (given_to_tables(page)[0]["ticked"] == []) is may_write
    assert [button.disabled for button in page.button if button.key == "partners-note"] == [True] * may_write


def test_the_list_stays_when_nobody_answers_who_may_look_after_partners(
    run_page: RunPage, filled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_client: object) -> None:
        raise ApiUnreachable("r" * 32)

    monkeypatch.setattr(follow_up, "owners", refuse)
    page = run_page(filled, "partner_growth")
    page.session_state[PARTNERS_CHOSEN.name] = {1: "Satu", 2: "Dua"}
    page.run()
    assert any("2 partner dicentang" in block.value for block in page.markdown)
    next(button for button in page.button if button.key == "partners-note").click().run()
    assert not page.exception
    assert len(page.error) == 1
    assert tables(page)


@pytest.mark.parametrize(
    "query", [{"growth_urut": "1; DROP TABLE"}, {"growth_hal": "9" * 15}, {"pic": "abc"}, {"pic": "-1"}]
)
def test_a_wrong_address_shows_everybody(run_page: RunPage, filled: Product, query: dict[str, str]) -> None:
    page = run_page(filled, "partner_growth", **query)
    assert not page.exception
    count = by_sql(filled, "SELECT count(*) FROM dim_partners")[0][0]
    assert given_to_tables(page)[0]["pager"]["text"].endswith(f" dari {count}")


def test_an_owner_and_nobody_filter_the_list(run_page: RunPage, filled: Product) -> None:
    owned = by_sql(filled, "SELECT owner_id, count(*) FROM mart_partners GROUP BY 1")
    for owner, count in owned:
        page = run_page(filled, "partner_growth", pic=str(owner or 0))
        assert given_to_tables(page)[0]["pager"]["text"].endswith(f" dari {count}")
    assert len(owned) > 1


def test_a_trend_draws_each_week_and_nothing_where_nothing_was_handed_over() -> None:
    assert trend_image([0] * 12) is None
    assert trend_text([0, 3, 12]) == "0 3 12"
    assert trend_image([0, 3, 12]) is not None


def test_juragan_is_summed_up_as_a_whole_and_days_to_come_are_no_zeros(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "partner_growth", tampilan="juragan", juragan_baris="20")
    (given,) = given_to_tables(page)
    handed = by_sql(filled, "SELECT count(*) FROM fct_orders WHERE shipped_at >= timestamp '2022-10-31 17:00:00'")
    assert given["sums"]["total"].replace(".", "") == str(handed[0][0])
    days = cell(page, 0, "activities")["days"]
    assert days[15:] == [None] * 15
    assert None not in days[:15]
