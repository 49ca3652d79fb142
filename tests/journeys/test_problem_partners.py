"""An admin puts a partner on hold, which stops its waiting withdrawal at once, and lets it go again."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter, Server
from tests.journeys.waiting import rerun, settled


def approval(server: Server, withdrawal_id: int, key: str) -> int:
    path = f"v2/admin/withdrawal/approval/{withdrawal_id}"
    headers = {"Idempotency-Key": f"{withdrawal_id}-{key}"}
    return server.call("finance2", "POST", path, headers=headers, json={"comment": ""}).status_code


def decide(page: Page, button: str, reason: str, mark: str) -> None:
    with rerun(page):
        page.get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 withdrawal yang menunggu")).to_be_visible()
    with rerun(page):
        dialog.get_by_label("Alasan (wajib)").fill(reason)
        page.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("rowheader", name=re.compile(f"→ {mark}$")).first).to_be_visible()


def test_a_hold_stops_the_withdrawals_of_a_partner_until_it_is_let_go(server: Server, enter: Enter) -> None:
    waiting = server.waiting_withdrawals()
    partners = [row["partner_id"] for row in waiting]
    row = next(row for row in reversed(waiting) if partners.count(row["partner_id"]) == 1)
    page = enter("admin", f"/partner?id={row['partner_id']}&bagian=tanda")
    settled(page)
    decide(page, "Tahan", "alamat tidak ditemukan", "Ditahan")
    assert approval(server, row["withdrawal_id"], "held") == 409
    page.goto(f"{server.url}/bermasalah?cakupan=ditandai")
    settled(page)
    with rerun(page):
        page.locator("tbody tr").filter(has_text=row["partner_name"]).get_by_text("Ditahan").click()
    expect(page.get_by_role("cell", name="alamat tidak ditemukan")).to_be_visible()
    decide(page, "Lepas", "sudah dibenarkan", "Dilepas")
    assert approval(server, row["withdrawal_id"], "free") == 200
