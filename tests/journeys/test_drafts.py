"""What is being typed survives a reload and a new sign-in, and is gone once it was sent."""

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.conftest import Enter, Server, form, sign_in
from tests.journeys.waiting import button, settled

TYPED = 'telepon lagi Senin; minta diskon 10 % & "gratis" retur'
# as React does on a slow machine: it misses the first text of a field that it draws, and draws the empty one again
DRAWN_EMPTY_ONCE_MORE = """
const miss = (event) => {
  if (!event.target.matches("textarea")) return;
  removeEventListener("input", miss, true);
  event.stopImmediatePropagation();
  const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
  setTimeout(() => set.call(event.target, ""), 40);
};
addEventListener("input", miss, true);
"""
RESTORED = "Draf Anda dipulihkan; belum terkirim."


def note_dialog(page: Page) -> Locator:
    button(page, "Tulis catatan")
    return page.get_by_role("dialog")


def test_a_note_being_typed_survives_reload_and_sign_in_until_it_is_sent(
    server: Server, context: BrowserContext
) -> None:
    partner = server.call("growth", "GET", "v1/admin/partner/growth/juragan?limits=2").json()["data"][1]["partner_id"]
    page = form(server, context, f"/partner?id={partner}&bagian=catatan")
    sign_in(page, "growth")
    note_dialog(page).locator("textarea").type(TYPED)
    page.add_init_script(DRAWN_EMPTY_ONCE_MORE)
    page.reload()
    dialog = note_dialog(page)
    expect(dialog.locator("textarea")).to_have_value(TYPED)
    assert (
        page.evaluate("() => getComputedStyle(document.querySelector('[data-restored]'), '::after').content")
        == f'"{RESTORED}"'
    )
    server.call("growth", "POST", "v1/logout")
    expect(page.get_by_text("Sesi berakhir. Silakan masuk lagi.")).to_be_visible()
    sign_in(page, "growth")
    dialog = note_dialog(page)
    expect(dialog.locator("textarea")).to_have_value(TYPED)
    button(dialog, "Simpan")
    expect(dialog).to_have_count(0)
    page.reload()
    dialog = note_dialog(page)
    expect(dialog.get_by_text(TYPED)).to_be_visible()  # the history
    expect(dialog.locator("textarea")).to_have_value("")


def test_a_reason_is_a_draft_of_its_action_and_its_person_alone(server: Server, enter: Enter) -> None:
    request = server.waiting_withdrawals()[-1]["withdrawal_id"]
    page = enter("finance", f"/withdrawal?id={request}")
    button(page, "Tolak")
    page.get_by_role("dialog").locator("input").type("rekening salah")
    button(page.get_by_role("dialog"), "Batal")
    button(page, "Tinjau")
    expect(page.get_by_role("dialog").locator("input")).to_have_value("")
    page.reload()
    button(page, "Tolak")
    expect(page.get_by_role("dialog").locator("input")).to_have_value("rekening salah")
    page.goto(server.url)
    settled(page)
    page.get_by_text("Keluar", exact=True).click()
    page.wait_for_url("**/login*")
    sign_in(page, "finance2")
    page.wait_for_selector("[data-testid=stAppViewContainer] h1")
    page.goto(f"{server.url}/withdrawal?id={request}")
    button(page, "Tolak")
    expect(page.get_by_role("dialog").locator("input")).to_have_value("")
    assert server.status_of(request) == "requested"
