"""Ringkasan in the browser: the start of a role, the way to its work and back, and a target that an admin sets."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Enter, Server
from tests.journeys.waiting import button, settled, write


def test_a_reader_starts_at_the_summary_and_comes_back_from_the_work(enter: Enter) -> None:
    page = enter("growth", "/")
    page.wait_for_url("**/ringkasan*")
    settled(page)
    work = page.get_by_role("link").filter(has_text=re.compile(r"^[\d.]+$")).first
    work.click()
    page.wait_for_url("**/partner-growth?segmen=*")
    settled(page)
    page.go_back()
    page.wait_for_url("**/ringkasan*")
    expect(page.get_by_role("heading", name="Menunggu Anda")).to_be_visible()


def test_an_admin_sets_a_target_that_all_see(server: Server, enter: Enter) -> None:
    page = enter("admin", "/ringkasan")
    button(page, "Atur target")
    write(page, page.get_by_role("spinbutton", name="Target (rupiah per 30 hari)"), "123000000")
    button(page.get_by_role("dialog"), "Simpan")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text(re.compile(r"% dari target Rp123 jt"))).to_be_visible()
    rows = server.call("finance", "GET", "v1/admin/growth/target").json()["data"]
    assert [(row["number"], row["value"]) for row in rows] == [("total_transaction_cod", 123_000_000)]
