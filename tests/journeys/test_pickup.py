"""Overdue pickups in the browser: a partner is marked as contacted, others see it, and the mark is taken back."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import Enter, Server
from tests.journeys.waiting import rerun, settled

PATH = "v1/admin/pickup/contact"


def overdue(page: Page) -> Locator:
    return page.get_by_role("table", name="Terlewati per partner")


def test_a_mark_of_contact_is_seen_by_others_and_taken_back(server: Server, enter: Enter, browser: Browser) -> None:
    page = enter("growth", "/pickup")
    settled(page)
    names = overdue(page).locator("tbody th a")
    expect(names.nth(1)).to_be_visible()  # a part that waits for the one over it has no text yet
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()
    with rerun(page):
        page.get_by_role("button", name="Tandai dihubungi", exact=True).click()
    expect(page.get_by_text("1 partner ditandai dihubungi.")).to_be_visible()
    expect(overdue(page).locator("tr[aria-selected=true] th a")).to_have_text(second)
    with browser.new_context(viewport={"width": 1440, "height": 1000}, locale="id-ID") as other:
        colleague = enter("finance", "/pickup", within=other)
        settled(colleague)
        row = overdue(colleague).locator("tbody tr").filter(has_text=first).first
        expect(row).to_contain_text(re.compile(r"\d\d\.\d\d WIB · "))
        expect(colleague.get_by_role("button", name="Tandai dihubungi")).to_have_count(0)
    with rerun(page):
        page.get_by_role("button", name="Batalkan", exact=True).click()
    expect(page.get_by_text("1 partner ditandai dihubungi.")).to_have_count(0)
    expect(names.nth(0)).to_have_text(first)
    marks = server.call("finance", "GET", PATH).json()["data"]
    assert [mark["contact_id"] for mark in marks] == [None]


def test_a_cell_of_the_heat_map_filters_and_its_chip_ends_it(enter: Enter) -> None:
    page = enter("admin", "/pickup?periode=30d")
    settled(page)
    heat = page.get_by_role("table", name="Keterlambatan per ekspedisi dan jam jadwal")
    cell = heat.get_by_role("row").filter(has_text="JNE").get_by_role("button").first
    cell.focus()
    with rerun(page):
        page.keyboard.press("Enter")
    chip = page.locator(".st-key-filter-chips").get_by_role("button", name="Jadwal: JNE")
    expect(chip).to_be_visible()
    expect(cell).to_have_attribute("aria-pressed", "true")
    couriers = page.get_by_role("table", name="Daftar pickup").locator("td[data-label=Ekspedisi]")
    expect(couriers.filter(has_not_text="JNE")).to_have_count(0)
    expect(couriers.first).to_have_text("JNE")
    page.reload()
    settled(page)
    expect(chip).to_be_visible()
    with rerun(page):
        chip.click()
    expect(chip).to_have_count(0)
    expect(cell).to_have_attribute("aria-pressed", "false")
    page.wait_for_function("() => !location.search.includes('sel=')")
