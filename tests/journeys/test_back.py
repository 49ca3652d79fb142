"""Back and reload restore every step: filters, sort, page of a table, open row, view."""

import json
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import BrowserContext, Page, TimeoutError, expect

from tests.journeys.conftest import Enter, Server
from tests.journeys.waiting import settled

Step = Callable[[Page], None]
# what a reader sees of the steps: title, controls, chips, and of each table its sort, place, first and open row
SHOWN = """
() => {
  const main = document.querySelector("[data-testid=stMainBlockContainer]");
  const texts = (root, selector) => [...root.querySelectorAll(selector)].map((each) => each.textContent);
  const tables = [...main.querySelectorAll("[data-testid^=stBidiComponent]")].map((each) => each.shadowRoot);
  return JSON.stringify({
    title: texts(main, "h1"),
    controls: [...main.querySelectorAll(".st-key-filter-bar input")].map((each) => each.value + each.checked),
    chips: texts(main, ".st-key-filter-chips button"),
    tables: tables.filter(Boolean).map((root) => ({
      sort: texts(root, "[aria-sort]").concat([...root.querySelectorAll("[aria-sort]")].map((each) => each.ariaSort)),
      place: texts(root, ".count"),
      first: texts(root, "tbody tr:first-child th"),
      open: texts(root, "tr[aria-selected=true] th"),
    })),
  });
}
"""


def choose(label: str, option: str) -> Step:
    def step(page: Page) -> None:
        page.get_by_label(label, exact=True).first.click()
        page.get_by_role("option", name=option, exact=True).click()

    return step


def month_before_last(page: Page) -> None:
    page.get_by_label("Bulan", exact=True).first.click()
    page.get_by_role("option").nth(2).click()


def search(words: str) -> Step:
    def step(page: Page) -> None:
        page.get_by_label("Cari", exact=True).fill(words)
        page.keyboard.press("Enter")

    return step


def press(name: str) -> Step:
    return lambda page: page.get_by_role("button", name=name).first.click()


def sort(column: str) -> Step:
    return lambda page: page.locator("thead").get_by_role("button", name=column).first.click()


def chip(text: str) -> Step:
    return lambda page: page.locator("[class*=st-key-choices-]").get_by_text(text).first.click()


def row(at: int) -> Step:
    return lambda page: page.locator("tr.opens").nth(at).locator("td").nth(1).click()


def view(name: str) -> Step:
    return lambda page: page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()


WALKS: dict[str, Sequence[Step]] = {
    "/partner-growth": [
        chip("JNE"),
        sort("Pickup terakhir"),
        choose("Pickup terakhir", "Pilih sendiri"),
        search("a"),
        view("Juragan"),
        month_before_last,
    ],
    "/pickup": [choose("Tampilkan", "Semua tanggal"), press("Halaman 2"), sort("Resi"), choose("Periode", "Bulan ini")],
    "/audit": [row(1), choose("Periode", "7 hari"), row(2), choose("Periode", "Pilih sendiri"), search("e")],
    "/withdrawal": [row(2), choose("Status", "Semua"), sort("Nominal"), row(1), view("Dibayar")],
    "/reliabilitas": [view("Per kohort"), choose("Periode", "7 hari"), sort("Hari"), sort("Hari")],
}


def look(page: Page) -> str:
    """What is shown, once tables are drawn and it has come to rest."""
    settled(page)
    expect(page.locator("[data-drawn]").first).to_be_attached()
    page.evaluate("window.before = null")
    rests = (
        f"() => {{ const now = ({SHOWN})(); const rests = now === window.before; window.before = now; return rests; }}"
    )
    page.wait_for_function(rests, polling=400)
    return str(page.evaluate(SHOWN))


def walk(page: Page, steps: Sequence[Step]) -> list[tuple[str, str]]:
    """Address and look at the start and after each step, each of which changes the address once."""
    seen = [(page.url, look(page))]
    for at, step in enumerate(steps):
        entries = page.evaluate("history.length")
        step(page)
        page.wait_for_function("before => location.href !== before", arg=seen[-1][0])
        seen.append((page.url, look(page)))
        assert page.evaluate("history.length") == entries + 1, f"step {at}"
    return seen


def holds(page: Page, url: str, shown: str) -> None:
    expect(page).to_have_url(url)
    try:
        page.wait_for_function(f"shown => ({SHOWN})() === shown", arg=shown)
    except TimeoutError:
        assert json.loads(page.evaluate(SHOWN)) == json.loads(shown)  # says what differs


@pytest.mark.parametrize("path", WALKS)
def test_back_and_reload_restore_every_step(server: Server, enter: Enter, path: str) -> None:
    for user in ("admin", "finance", "finance2", "growth"):
        server.token(user)  # each has signed in today, so that the audit page has rows
    page = enter("finance" if path == "/withdrawal" else "admin", path)
    seen = walk(page, WALKS[path])
    page.reload()
    holds(page, *seen[-1])
    for url, shown in reversed(seen[:-1]):
        page.go_back()
        holds(page, url, shown)


def test_signed_out_in_one_tab_the_other_says_so(server: Server, enter: Enter, context: BrowserContext) -> None:
    first = enter("admin", "/tiket")
    second = context.new_page()
    second.goto(f"{server.url}/audit")
    settled(second)
    second.get_by_text("Keluar", exact=True).click()
    second.wait_for_url("**/login*")
    expect(first).to_have_url(f"{server.url}/login?next=%2Ftiket")
