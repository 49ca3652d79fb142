"""Search everywhere in a real browser: one field and one key, from any page, and back to the same place."""

import httpx
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter, Server
from tests.journeys.waiting import settled

FIELD = "dialog.find input"


def is_ready(page: Page) -> None:
    """The search is there once the menu's field is, and the page has come to rest."""
    expect(page.locator("[data-find-open]").first).to_be_attached()
    settled(page)


def typed(page: Page, text: str) -> None:
    is_ready(page)
    page.keyboard.press("/")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.insert_text(text)


def test_an_order_by_its_number_is_one_field_and_one_key_and_back_keeps_the_place(enter: Enter) -> None:
    page = enter("growth", "/tiket?periode=30d&kurir=JNE")
    place = page.url
    typed(page, "kom 000000777")
    page.keyboard.press("Enter")  # also before the hits are there
    page.wait_for_url("**/pesanan?id=777")
    expect(page.locator(".object-timeline")).to_be_visible()
    expect(page).to_have_title("Pesanan KOM-000000777 - Komship")
    page.go_back()
    expect(page).to_have_url(place)
    expect(page).not_to_have_title("Pesanan KOM-000000777 - Komship")


def test_a_phone_in_five_writings_by_mouse_and_by_keys(enter: Enter, server: Server) -> None:
    rows = server.call("admin", "GET", "v1/admin/partnerGrowth?limits=1").json()["data"]["data"]
    partner, national = rows[0]["partner_id"], rows[0]["no_hp"][1:]
    page = enter("finance", "/pickup")
    is_ready(page)
    for written in (f"0{national}", f"62{national}", f"+62{national}", f"+62 {national[:3]}-{national[3:]}",
                    f"(0{national[:3]}) {national[3:6]} {national[6:]}"):  # fmt: skip
        page.keyboard.press("Control+k")
        page.locator(FIELD).fill(written)
        expect(page.locator("dialog.find li a").first).to_have_attribute("href", f"/partner?id={partner}")
        page.keyboard.press("Escape")
        expect(page.locator(FIELD)).not_to_be_visible()
    page.locator("[data-find-open]").first.click()
    page.locator(FIELD).fill("partner")
    expect(page.locator("dialog.find li")).to_have_count(6)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("dialog.find li a").nth(5)).to_have_attribute("aria-selected", "true")
    address = page.locator("dialog.find li a").nth(5).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


def test_an_order_that_there_is_not_has_a_way_back_and_the_search(enter: Enter, server: Server) -> None:
    page = enter("admin", "/audit")
    page.goto(f"{server.url}/pesanan?id=abc")
    expect(page.get_by_text("Alamat ini tidak menyebut nomor pesanan.")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Cari di mana saja").last.click()
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.press("Escape")
    settled(page)
    page.get_by_role("button", name="Kembali").click()
    page.wait_for_url("**/audit")
    assert httpx.get(f"{server.url}/find?q=KOM").status_code == 401
