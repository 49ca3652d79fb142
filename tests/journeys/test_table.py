"""The table alone, in a real Chromium: what it draws, what it sends, and how keys move through it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

FOLDER = Path(__file__).resolve().parents[2] / "dashboard" / "components" / "table"
PAGE = """<!doctype html><meta name="viewport" content="width=device-width"><style>%s</style>
<div id="root" style="--st-border-color:#ccc;--st-background-color:#fff;--st-secondary-background-color:#eee;
--st-primary-color:#15f;--st-text-color:#111"><div class="table"></div></div>
<script type="module">%s
window.sent = [];
window.show = (data) => draw({data, parentElement: document.querySelector("#root"),
  setTriggerValue: (name, value) => window.sent.push([name, value]),
  setStateValue: (name, value) => window.sent.push([name, value])});
window.ready = true;</script>"""
TEXTS = {
    "columns": "Kolom", "copied": "Tersalin", "copy": "Salin {text}", "next": "Berikutnya", "page": "Halaman {number}",
    "previous": "Sebelumnya", "rows": "Baris per halaman", "sort": "Urut menurut", "sum": "Jumlah",
    "tick": "Centang {text}", "tickAll": "Centang semua", "ascending": "menaik", "descending": "menurun",
}  # fmt: skip
COLUMNS = [
    {"name": "name", "label": "Partner", "kind": "text", "align": "left", "sort": "full_name"},
    {"name": "nominal", "label": "Nominal", "kind": "money", "align": "right", "sort": "nominal"},
    {"name": "note", "label": "Catatan", "kind": "text", "align": "left"},
    {"name": "city", "label": "Kota", "kind": "text", "align": "left", "extra": True},
]
ROWS = [
    {
        "key": str(at),
        "cells": [
            {"text": f"Toko {at}", "href": f"/partner?id={at}", "below": f"08{at}"},
            {"text": f"Rp{at}.000", "copy": f"{at}000"},
            "<b>tebal</b>",
            "Bandung",
        ],
    }
    for at in range(1, 6)
]
DATA: dict[str, Any] = {
    "key": "t", "label": "Daftar partner", "columns": COLUMNS, "rows": ROWS,
    "sort": {"by": "nominal", "descending": True, "oneWay": False}, "opens": False, "opened": None, "ticked": None,
    "lastTick": 0,
    "sums": {"nominal": "Rp15.000"},
    "pager": {"text": "1-5 dari 12", "number": 1, "last": 3, "size": 5, "sizes": [5, 50], "cookie": "rows_of_a_test"},
    "texts": TEXTS,
}  # fmt: skip
Show = Callable[..., Page]


@pytest.fixture
def show(browser: Browser) -> Iterator[Show]:
    """show(opens=True) -> a page with the table of DATA and what differs from it; show again and it is redrawn."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, permissions=["clipboard-write"])
    page = context.new_page()
    # an address of its own: localStorage and cookies need one
    script = (FOLDER / "table.js").read_text().replace("export default function", "function")
    html = PAGE % ((FOLDER / "table.css").read_text(), script)
    page.route("http://127.0.0.1/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("http://127.0.0.1/")
    page.wait_for_function("() => window.ready")

    def draw(**others: Any) -> Page:
        page.evaluate("data => window.show(data)", DATA | others)
        return page

    yield draw
    context.close()


def sent(page: Page) -> list[list[Any]]:
    found: list[list[Any]] = page.evaluate("() => window.sent")
    return found


def waits_for(page: Page, event: list[Any]) -> None:
    page.wait_for_function("event => window.sent.some(each => JSON.stringify(each) === event)", arg=compact(event))


def compact(event: list[Any]) -> str:
    return json.dumps(event, separators=(",", ":"))


def test_it_is_a_table_to_a_screen_reader(show: Show) -> None:
    page = show()
    table = page.get_by_role("table", name="Daftar partner")
    expect(table.get_by_role("columnheader")).to_have_text(["Partner", "Nominal", "Catatan"])
    expect(table.get_by_role("rowheader").first).to_contain_text("Toko 1")
    expect(page.get_by_role("status")).to_have_text("1-5 dari 12")
    assert table.get_by_role("row").count() == 1 + 5 + 1
    expect(table.get_by_role("row").last).to_contain_text("Rp15.000")


def test_texts_are_never_read_as_html(show: Show) -> None:
    page = show()
    expect(page.get_by_text("<b>tebal</b>").first).to_be_visible()
    assert page.locator("tbody b").count() == 0


def test_a_header_asks_for_a_sort_and_says_which_there_is(show: Show) -> None:
    page = show()
    expect(page.get_by_role("columnheader", name="Nominal")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Partner", exact=True).click()
    assert sent(page) == [["sort", "full_name"]]
    show(sort={"by": "full_name", "descending": False, "oneWay": False})
    expect(page.get_by_role("columnheader", name="Partner")).to_have_attribute("aria-sort", "ascending")
    assert page.evaluate("() => document.activeElement.textContent") == "Partner"  # the focus stays where it was
    assert page.get_by_role("columnheader", name="Catatan").get_by_role("button").count() == 0


def test_pages_and_their_size_are_asked_for(show: Show) -> None:
    page = show()
    expect(page.get_by_role("button", name="Halaman 1")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("button", name="Sebelumnya")).to_be_disabled()
    page.get_by_role("button", name="Berikutnya").click()
    page.get_by_role("button", name="Halaman 3").click()
    page.get_by_label("Baris per halaman").select_option("50")
    assert sent(page) == [["turn", 2], ["turn", 3], ["resize", 50]]
    assert {each["name"]: each["value"] for each in page.context.cookies()} == {"rows_of_a_test": "50"}


def test_click_and_keys_move_one_mark(show: Show) -> None:
    page = show(opens=True, opened="2")
    marked = page.locator('tr[aria-selected="true"]')
    expect(marked).to_have_attribute("data-key", "2")
    page.get_by_text("Rp4.000").click()
    waits_for(page, ["open", "4"])
    show(opens=True, opened="4")
    page.keyboard.press("ArrowUp")
    waits_for(page, ["open", "3"])
    expect(marked).to_have_count(1)
    expect(marked).to_have_attribute("data-key", "3")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    waits_for(page, ["open", "5"])
    expect(marked).to_have_attribute("data-key", "5")
    assert sent(page) == [["open", "4"], ["open", "3"], ["open", "5"]]  # a row that keys only pass does not open


def test_enter_follows_the_link_of_a_row_that_does_not_open(show: Show) -> None:
    page = show()
    page.route("**/partner?id=2", lambda route: route.fulfill(body="Toko 2", content_type="text/html"))
    page.locator('tr[data-key="1"]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/partner?id=2")
    assert len(page.context.pages) == 1  # in the same tab


def test_ticks_choose_and_open_nothing(show: Show) -> None:
    page = show(opens=True, opened="1", ticked=["2"])
    expect(page.get_by_label("Centang Toko 2")).to_be_checked()
    page.get_by_label("Centang Toko 3").check()
    page.locator('tr[data-key="2"]').focus()
    page.keyboard.press(" ")
    page.get_by_label("Centang semua").click()
    third, second, all_of_them = (
        {"number": 1, "keys": ["3"], "on": True},
        {"number": 2, "keys": ["2"], "on": False},
        {"number": 3, "keys": ["1", "2", "3", "4", "5"], "on": True},
    )
    assert sent(page) == [["ticks", [third]], ["ticks", [third, second]], ["ticks", [third, second, all_of_them]]]


def test_a_tick_is_sent_again_until_it_is_confirmed(show: Show) -> None:
    page = show(ticked=[])
    page.get_by_label("Centang Toko 1").check()
    page.get_by_label("Centang Toko 2").check()
    show(ticked=["1"], lastTick=1)  # drawn while the second one is on its way
    expect(page.get_by_label("Centang Toko 2")).to_be_checked()
    page.get_by_label("Centang Toko 3").check()
    second, third = {"number": 2, "keys": ["2"], "on": True}, {"number": 3, "keys": ["3"], "on": True}
    assert sent(page)[-1] == ["ticks", [second, third]]
    show(ticked=["1"], lastTick=3)  # refused: what Python says stands
    expect(page.get_by_label("Centang Toko 3")).not_to_be_checked()
    page.get_by_label("Centang Toko 3").check()
    assert sent(page)[-1] == ["ticks", [{"number": 4, "keys": ["3"], "on": True}]]


def test_columns_by_choice_are_kept(show: Show) -> None:
    page = show()
    expect(page.get_by_role("columnheader")).to_have_count(3)
    page.get_by_text("Kolom", exact=True).click()
    page.get_by_label("Kota").check()
    page.get_by_label("Catatan").uncheck()
    expect(page.get_by_role("columnheader")).to_have_text(["Partner", "Nominal", "Kota"])
    page.reload()
    page.wait_for_function("() => window.ready")
    show()
    expect(page.get_by_role("columnheader")).to_have_text(["Partner", "Nominal", "Kota"])


def test_a_copy_button_copies_the_raw_value(show: Show) -> None:
    page = show()
    page.evaluate("() => navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name="Salin 3000").click()
    expect(page.get_by_role("button", name="Tersalin")).to_be_visible()
    assert page.evaluate("() => window.copied") == "3000"


def test_scrolled_sideways_the_first_column_stays_and_no_digit_is_cut(show: Show) -> None:
    wide = [{**COLUMNS[1], "name": f"n{at}", "label": f"Nominal {at}"} for at in range(12)]
    cells = [ROWS[0]["cells"][0], *["Rp1.234.567.890"] * 12]
    page = show(columns=[COLUMNS[0], *wide], rows=[{"key": "1", "cells": cells}], sums=None)
    cut = "() => [...document.querySelectorAll('td')].filter(cell => cell.scrollWidth > cell.clientWidth).length"
    assert page.evaluate(cut) == 0
    page.evaluate("() => document.querySelector('.scroll').scrollLeft = 10000")
    box = page.get_by_role("rowheader").bounding_box()
    frame = page.locator(".scroll").bounding_box()
    assert box is not None
    assert frame is not None
    assert abs(box["x"] - frame["x"]) <= 2
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_a_row_is_a_card(show: Show) -> None:
    page = show(opens=True, opened="2")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("thead")).to_be_hidden()
    card = page.locator('tr[data-key="1"]').bounding_box()
    assert card is not None
    assert card["width"] > 300
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Urut menurut").select_option("full_name")
    page.get_by_role("button", name="menurun").click()
    assert sent(page) == [["sort", "full_name"], ["sort", "nominal"]]
