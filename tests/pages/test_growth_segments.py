"""The chips of Perkembangan Partner: what they count, against a recount in plain Python, and what they choose."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables

TODAY = date(2022, 11, 15)
DAY = timedelta(days=1)


def facts(product: Product) -> list[dict[str, Any]]:
    """Every partner with its days and couriers, read from the facts."""
    with product.warehouse.read() as connection:
        days, products, couriers = defaultdict(set), set(), defaultdict(set)
        for partner, day in connection.execute(text("SELECT partner_id, handed_date FROM fct_pickups")):
            if day:
                days[partner].add(day)
        for partner, courier in connection.execute(
            text("SELECT partner_id, courier FROM fct_orders WHERE shipped_at IS NOT NULL")
        ):
            couriers[partner].add(courier)
        notes = text("SELECT partner_id, next_follow_up FROM fct_partner_notes ORDER BY created_at, note_id")
        follow_ups = {row.partner_id: row.next_follow_up for row in connection.execute(notes)}
        products = set(connection.scalars(text("SELECT partner_id FROM dim_products")))
        partners = connection.execute(text("SELECT partner_id, full_name, join_date, city FROM dim_partners"))
        return [
            {
                "id": row.partner_id,
                "joined": row.join_date,
                "city": row.city,
                "follow_up": follow_ups.get(row.partner_id),
                "product": row.partner_id in products,
                "days": sorted(days[row.partner_id]),
                "couriers": couriers[row.partner_id],
            }
            for row in partners
        ]


def is_slowing(partner: dict[str, Any]) -> bool:
    recent = [day for day in partner["days"] if day > partner["days"][-1] - 180 * DAY]
    gaps = [(after - before).days for before, after in pairwise(recent)]
    if len(gaps) < 4:
        return False
    gap = (TODAY - recent[-1]).days
    return 14 < gap < 30 and gap > 2.5 * median(gaps)


SEGMENTS = {
    "due": lambda partner: partner["follow_up"] is not None and partner["follow_up"] <= TODAY,
    "no-product": lambda partner: not partner["product"],
    "no-pickup": lambda partner: partner["product"] and not partner["days"],
    "unstarted": lambda partner: (
        (partner["joined"].year, partner["joined"].month) == (2022, 10) and not partner["days"]
    ),
    "slowing": is_slowing,
    "lost": lambda partner: bool(partner["days"]) and TODAY - 59 * DAY <= partner["days"][-1] <= TODAY - 30 * DAY,
    "new": lambda partner: (partner["joined"].year, partner["joined"].month) == (2022, 11),
}


def counts(page: AppTest, key: str) -> dict[str, int]:
    """What each chip of a row says: its name and its count."""
    (chips,) = [each for each in page.get("button_group") if each.key == f"{key}-chips"]
    texts = [option.content for option in chips.proto.options]
    return {name: int(count.replace(".", "")) for name, _dot, count in (each.rpartition(" · ") for each in texts)}


def total(page: AppTest) -> int:
    """How many partners the table has."""
    tables = given_to_tables(page)
    return int(tables[0]["pager"]["text"].rpartition(" ")[2].replace(".", "")) if tables else 0


def test_every_chip_counts_its_partners(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "partner_growth")
    partners = facts(filled)
    assert list(counts(page, "segmen").values()) == [sum(map(test, partners)) for test in SEGMENTS.values()]
    cities = Counter(partner["city"] for partner in partners)
    assert counts(page, "kota") == dict(sorted(cities.items(), key=lambda pair: (-pair[1], pair[0].lower()))[:6])
    used = Counter(courier for partner in partners for courier in partner["couriers"])
    assert {name: count for name, count in counts(page, "kurir").items() if count} == dict(used)


@pytest.mark.parametrize("segment", SEGMENTS)
def test_a_segment_shows_its_partners_and_the_others_are_counted_beside_it(
    run_page: RunPage, filled: Product, segment: str
) -> None:
    page = run_page(filled, "partner_growth", segmen=segment)
    found = [partner for partner in facts(filled) if SEGMENTS[segment](partner)]
    assert total(page) == len(found)
    assert list(counts(page, "segmen").values()) == [sum(map(test, facts(filled))) for test in SEGMENTS.values()]
    cities = Counter(partner["city"] for partner in found)
    assert all(count == cities[name] for name, count in counts(page, "kota").items())


def test_cities_and_couriers_narrow_the_segments(run_page: RunPage, filled: Product) -> None:
    partners = facts(filled)
    city = Counter(partner["city"] for partner in partners).most_common(1)[0][0]
    page = run_page(filled, "partner_growth", kota=city.lower(), kurir=["JNE", "SAP"])
    found = [partner for partner in partners if partner["city"] == city and partner["couriers"] & {"JNE", "SAP"}]
    assert total(page) == len(found) > 0
    assert list(counts(page, "segmen").values()) == [sum(map(test, found)) for test in SEGMENTS.values()]


@pytest.mark.parametrize("role", ["admin", "growth", "finance"])
def test_a_click_on_a_chip_is_in_the_address_and_again_takes_it_away(
    run_page: RunPage, filled: Product, role: str
) -> None:
    page = run_page(filled, "partner_growth", role=role)
    everybody = total(page)
    (chips,) = [each for each in page.get("button_group") if each.key == "segmen-chips"]
    chips.set_value("lost").run()
    assert page.query_params["segmen"] == "lost"
    assert total(page) < everybody
    next(button for button in page.button if button.key == "filter-reset").click().run()
    assert "segmen" not in page.query_params
    assert total(page) == everybody


@pytest.mark.parametrize(
    "query", [{"segmen": "x" * 200}, {"segmen": "no_product"}, {"kota": "‮ atlantis"}, {"kurir": "9"}]
)
def test_an_unknown_value_in_the_address_is_named_and_narrows_nothing(
    run_page: RunPage, filled: Product, query: dict[str, str]
) -> None:
    page = run_page(filled, "partner_growth", **query)
    assert not page.exception
    assert len(page.warning) == 1
    assert total(page) == len(facts(filled))


def test_without_data_there_are_chips_of_nobody(run_page: RunPage, empty: Product) -> None:
    page = run_page(empty, "partner_growth", segmen="lost")
    assert not page.exception
    assert set(counts(page, "segmen").values()) == {0}
