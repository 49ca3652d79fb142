"""What is being typed survives a reload and a new sign-in, and is gone once it was sent."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PASSWORD, Enter, Server
from tests.journeys.test_journeys import button, settled

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
TYPED = 'telepon lagi Senin; minta diskon 10 % & "gratis" retur'
RESTORED = "Draf Anda dipulihkan; belum terkirim."


def sign_in_again(page: Page, user: str) -> None:
    page.fill("input[name=username]", f"{user}@demo.komship.test")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")


def note_dialog(page: Page) -> Locator:
    settled(page)
    button(page, "Tulis catatan")
    return page.get_by_role("dialog")


def test_a_note_being_typed_survives_reload_and_sign_in_until_it_is_sent(server: Server, enter: Enter) -> None:
    partner = server.call("growth", "GET", "v1/admin/partner/growth/juragan?limits=2").json()["data"][1]["partner_id"]
    page = enter("growth", f"/partner?id={partner}&bagian=catatan")
    note_dialog(page).locator("textarea").type(TYPED)
    page.reload()
    dialog = note_dialog(page)
    expect(dialog.locator("textarea")).to_have_value(TYPED)
    assert (
        page.evaluate("() => getComputedStyle(document.querySelector('[data-restored]'), '::after').content")
        == f'"{RESTORED}"'
    )
    server.call("growth", "POST", "v1/logout")
    expect(page.get_by_text("Sesi berakhir. Silakan masuk lagi.")).to_be_visible()
    sign_in_again(page, "growth")
    dialog = note_dialog(page)
    expect(dialog.locator("textarea")).to_have_value(TYPED)
    settled(page)
    dialog.get_by_role("button", name="Simpan").click()
    expect(dialog).to_have_count(0)
    settled(page)
    page.reload()
    dialog = note_dialog(page)
    expect(dialog.get_by_text(TYPED)).to_be_visible()  # the history
    expect(dialog.locator("textarea")).to_have_value("")


def test_a_reason_is_a_draft_of_its_action_and_its_person_alone(server: Server, enter: Enter) -> None:
    request = server.waiting_withdrawals()[-1]["withdrawal_id"]
    page = enter("finance", f"/withdrawal?id={request}")
    settled(page)
    button(page, "Tolak")
    page.get_by_role("dialog").locator("input").type("rekening salah")
    page.get_by_role("dialog").get_by_role("button", name="Batal").click()
    settled(page)
    button(page, "Tinjau")
    expect(page.get_by_role("dialog").locator("input")).to_have_value("")
    page.reload()
    settled(page)
    button(page, "Tolak")
    expect(page.get_by_role("dialog").locator("input")).to_have_value("rekening salah")
    page.goto(server.url)
    settled(page)
    page.get_by_text("Keluar", exact=True).click()
    page.wait_for_url("**/login*")
    sign_in_again(page, "finance2")
    page.wait_for_selector("[data-testid=stAppViewContainer] h1")
    page.goto(f"{server.url}/withdrawal?id={request}")
    settled(page)
    button(page, "Tolak")
    expect(page.get_by_role("dialog").locator("input")).to_have_value("")
    assert server.status_of(request) == "requested"
