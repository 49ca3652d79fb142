"""Finance follows a profit down to the orders that make it, and back."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Enter
from tests.journeys.waiting import settled


def test_a_courier_s_profit_leads_to_its_orders_and_back(enter: Enter) -> None:
    page = enter("finance", "/pendapatan?metode=cod")
    settled(page)
    row = page.locator("tbody tr").first
    expect(row).to_be_visible()  # a part that waits for the one over it has no text yet
    courier = row.locator("th, td").first.inner_text().strip()
    profit = row.locator("a[href*='per=pesanan']")
    amount = profit.inner_text().strip()
    profit.click()
    page.wait_for_url(re.compile(rf"/pendapatan\?.*kurir={courier}.*per=pesanan"))
    settled(page)
    sums = page.locator("tfoot tr")
    expect(sums).to_contain_text(amount)  # the orders add up to the number that was clicked
    assert "metode=cod" in page.url
    expect(page.locator(".st-key-filter-chips")).to_contain_text(courier)
    place = page.url
    order = page.locator("tbody tr a[href^='/pesanan?id=']").first
    expect(order).to_be_visible()
    number = order.inner_text().strip()
    order.click()
    page.wait_for_url("**/pesanan?id=*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    page.go_back()
    expect(page).to_have_url(place)
    settled(page)
    expect(page.locator("tfoot tr")).to_contain_text(amount)
