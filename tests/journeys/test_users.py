"""An admin makes an account, which signs in, and disables it; an account of finance waits for a second admin."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter, Server
from tests.journeys.waiting import button, rerun, settled, write


def ask_for(page: Page, username: str, role: str) -> None:
    button(page, "Pengguna baru")
    dialog = page.get_by_role("dialog")
    write(page, dialog.get_by_label("Nama pengguna"), username)
    write(page, dialog.get_by_label("E-mail"), f"{username}@komship.test")
    write(page, dialog.get_by_label("Nama lengkap"), f"Orang {username}")
    if role != "Tim growth":
        dialog.get_by_label("Peran").click()
        with rerun(page):
            page.get_by_role("option", name=role).click()
    with rerun(page):
        page.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)


def test_accounts_are_made_by_one_admin_or_by_two(server: Server, enter: Enter) -> None:
    page = enter("admin", "/pengguna")
    settled(page)
    ask_for(page, "tumbuh", "Tim growth")
    password = page.locator(".st-key-generated-password code").inner_text().strip()
    body = {"username_email": "tumbuh", "password": password}
    assert server.call("growth", "POST", "v1/login", json=body).status_code == 200
    button(page, "Sudah saya catat")
    expect(page.locator(".st-key-generated-password")).to_have_count(0)
    with rerun(page):
        page.locator("tbody tr").filter(has_text="tumbuh@komship.test").get_by_text("Aktif").click()
    button(page, "Nonaktifkan")
    expect(page.get_by_role("dialog").get_by_text("Semua sesinya berakhir sekarang")).to_be_visible()
    with rerun(page):
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Aktifkan", exact=True)).to_be_visible()
    assert server.call("growth", "POST", "v1/login", json=body).status_code == 400
    ask_for(page, "kasir", "Tim keuangan")
    expect(page.get_by_text("Akun baru Orang kasir (kasir) sebagai Tim keuangan")).to_be_visible()
    expect(page.get_by_role("button", name="Setujui")).to_have_count(0)
    with rerun(page):
        page.get_by_role("button", name="Tarik", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    with rerun(page):
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Akun baru Orang kasir")).to_have_count(0)
