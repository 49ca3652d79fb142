"""The table on real pages: sorted in the database, found again by its address, with one mark that is the open row."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter, Server
from tests.journeys.waiting import button, rerun, settled


def column(page: Page, label: str) -> list[str]:
    """The texts of a column, without what stands below them."""
    values = page.locator(f'tbody [data-label="{label}"] .value')
    expect(values.first).to_be_visible()  # a part that waits for the one over it has no text yet
    texts: list[str] = values.all_inner_texts()
    return texts


def test_a_header_sorts_all_partners_and_the_address_keeps_it(enter: Enter) -> None:
    page = enter("growth", "/partner-growth?growth_baris=20")
    button(page, "Pickup 30 hari")
    page.wait_for_url("**growth_urut=handed*")
    expect(page.get_by_role("columnheader", name="Pickup 30 hari")).to_have_attribute("aria-sort", "descending")
    shown = [int(text.replace(".", "")) for text in column(page, "Pickup 30 hari")]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == 20
    button(page, "Halaman berikutnya")
    expect(page.get_by_role("status")).to_have_text(re.compile("^21-30 dari 30"))
    below = [int(text.replace(".", "")) for text in column(page, "Pickup 30 hari")]
    assert below[0] <= shown[-1]
    page.reload()
    expect(page.get_by_role("status")).to_have_text(re.compile("^21-30 dari 30"))
    settled(page)
    assert [int(text.replace(".", "")) for text in column(page, "Pickup 30 hari")] == below
    with rerun(page):
        page.get_by_role("button", name="Partner", exact=True).click()  # words begin with A, amounts with the largest
    expect(page.get_by_role("columnheader", name="Partner")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("status")).to_have_text(re.compile("^1-20 dari"))


def test_another_filter_starts_on_the_first_page(enter: Enter) -> None:
    page = enter("growth", "/partner-growth?growth_baris=20&growth_hal=9")
    expect(page.get_by_role("status")).to_have_text("21-30 dari 30")  # the last page there is
    with rerun(page):
        page.get_by_label("Cari").fill("a")
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(re.compile("^1-"))


def test_a_partner_opens_in_the_same_tab_and_back_comes_to_the_same_place(enter: Enter) -> None:
    page = enter("growth", "/partner-growth?growth_baris=20&growth_urut=full_name&growth_turun=false&growth_hal=2")
    expect(page.get_by_role("status")).to_have_text(re.compile("^21-30 dari 30"))
    settled(page)
    names = column(page, "Partner")
    page.locator('tbody [data-label="Partner"] a').nth(3).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(names[3])
    page.go_back()
    expect(page.get_by_role("status")).to_have_text(re.compile("^21-30 dari 30"))
    settled(page)
    assert column(page, "Partner") == names


def test_the_marked_request_is_the_open_one(server: Server, enter: Enter) -> None:
    page = enter("finance", "/withdrawal")
    queue = page.get_by_role("table", name="Antrean withdrawal")
    marked = queue.locator('tr[aria-selected="true"]')
    expect(marked).to_have_count(1)

    def is_open() -> None:
        """The marked row is the request beside it."""
        settled(page)
        expect(marked).to_be_visible()
        nominal = marked.locator('[data-label="Nominal"]').inner_text()
        expect(page.locator(".st-key-request").get_by_role("heading").first).to_contain_text(nominal)

    is_open()  # the first one, although nobody has chosen it
    third = queue.locator("tbody tr").nth(2)
    key = third.get_attribute("data-key")
    with rerun(page):
        third.locator('[data-label="Usia kerja"]').click()
    page.wait_for_url(f"**id={key}*")
    expect(marked).to_have_attribute("data-key", str(key))
    is_open()
    with rerun(page):
        page.keyboard.press("ArrowDown")
    page.wait_for_url(lambda url: f"id={key}" not in url)
    is_open()
    before = page.url
    with rerun(page):
        page.keyboard.press("j")
    page.wait_for_url(lambda url: url != before)
    is_open()


def test_ticked_requests_become_a_batch_and_the_open_one_stays(server: Server, enter: Enter) -> None:
    page = enter("finance", "/withdrawal?wd_baris=50")
    settled(page)
    queue = page.get_by_role("table", name="Antrean withdrawal")
    marked = queue.locator('tr[aria-selected="true"]').get_attribute("data-key")
    others = [key for key in server.payable_withdrawals() if str(key) != marked]
    for count, key in enumerate(others[:2], 1):
        with rerun(page):
            queue.locator(f'tr[data-key="{key}"] input').check()
        expect(page.locator(".st-key-chosen-bar")).to_contain_text(f"{count} dipilih")
    assert queue.locator('tr[aria-selected="true"]').get_attribute("data-key") == marked
    page.locator(".st-key-chosen-bar").get_by_role("link", name="Buat batch").click()
    expect(page.get_by_text(re.compile("Uji coba: 2 baris"))).to_be_visible()
    with rerun(page):
        page.locator("tbody input:checked").first.uncheck()
    expect(page.get_by_text(re.compile("Uji coba: 1 baris"))).to_be_visible()


def test_ticks_and_an_open_row_that_follow_each_other_at_once_all_arrive(server: Server, enter: Enter) -> None:
    page = enter("finance", "/withdrawal?wd_baris=50")
    settled(page)
    queue = page.get_by_role("table", name="Antrean withdrawal")
    keys = server.payable_withdrawals()[:5]
    script = """(table, keys) => {
      for (const key of keys) table.querySelector(`tr[data-key="${key}"] input`).click();
      table.querySelector(`tr[data-key="${keys[3]}"]`).click();
    }"""
    with rerun(page):
        queue.evaluate(script, keys)
    page.wait_for_url(f"**id={keys[3]}*")
    expect(page.locator(".st-key-chosen-bar")).to_contain_text("5 dipilih")
    expect(queue.locator("tbody input:checked")).to_have_count(5)
