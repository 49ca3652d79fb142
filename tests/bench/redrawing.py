"""How long a reader waits in Chromium: a filter until the page is redrawn, one page to the next by the menu.

`python -m tests.bench.redrawing` fills a folder with 200,000 demo orders, serves it and prints medians; a folder that
holds a store is served as it is (`--dir FOLDER`). Beside the clock stand the seconds of a processor that the server
and the browser take, which other work on the machine changes less.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Locator, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from queries.wib import business_day
from tests.journeys.chromium import LAUNCH_ARGS, ensure
from tests.journeys.conftest import PASSWORD, started

QUIET_MS = 400  # a page that did not change for so long is drawn
PATIENCE_MS = 60_000
TURNED = ("pickup?tampil=semua-tanggal", "tiket", "partner-growth", "withdrawal")
MENU = ("pickup", "tiket", "reliabilitas", "partner-growth", "withdrawal", "batch", "audit", "kesehatan-data")
# the script of the page: the last click, the last change of what is drawn (also inside of components), and whether
# the server's script has run since the click. The badge of freshness changes by itself.
_WATCH = """() => {
  if (window.drawn) return;
  const drawn = window.drawn = {clicked: 0, changed: 0, ran: false, seen: new WeakSet()};
  const ignored = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest?.(".stBadge");
  const look = (root) => {
    if (drawn.seen.has(root)) return;
    drawn.seen.add(root);
    new MutationObserver((records) => {
      const real = records.length > 20 ? records : records.filter((each) => !ignored(each.target));
      if (!real.length) return;
      drawn.changed = performance.now();
      for (const each of real) for (const node of each.addedNodes) inside(node);
    }).observe(root, {childList: true, characterData: true, subtree: true});
  };
  const inside = (node) => {
    if (node.shadowRoot) look(node.shadowRoot);
    for (const each of node.querySelectorAll?.("*") ?? []) if (each.shadowRoot) look(each.shadowRoot);
  };
  const app = document.querySelector("[data-testid=stApp]");
  const main = document.querySelector("[data-testid=stMain]");
  look(main);
  inside(main);
  new MutationObserver(() => {
    if (app.dataset.testScriptState === "running") drawn.ran = true;
  }).observe(app, {attributes: true, attributeFilter: ["data-test-script-state"]});
  document.addEventListener("click", () => Object.assign(drawn, {clicked: performance.now(), ran: false}), true);
}"""
_DRAWN = """([quiet]) => {
  const state = document.querySelector("[data-testid=stApp]").dataset.testScriptState;
  const {clicked, changed, ran} = window.drawn;
  return ran && state === "notRunning" && changed > clicked && performance.now() - changed > quiet;
}"""


@dataclass(frozen=True)
class Filtering:
    """A filter of a page: the address below the URL, the key of its control, and two options to choose in turn."""

    address: str
    key: str
    options: tuple[str, str]


FILTERS = (
    Filtering("pickup", "periode", ("30 hari", "7 hari")),
    Filtering("tiket", "periode", ("7 hari", "30 hari")),
    Filtering("reliabilitas", "periode", ("7 hari", "30 hari")),
    Filtering("partner-growth", "pickup", ("7 hari", "Semua")),
    Filtering("withdrawal", "wd_risiko", ("Rendah", "Semua")),
    Filtering("audit", "periode", ("30 hari", "7 hari")),
)


@dataclass(frozen=True)
class Wait:
    """One wait in milliseconds: of the reader, and of a processor in the server and in the page."""

    reader: float
    server: float
    page: float


def processor_seconds(process_id: int) -> float:
    """What a process has used so far, with its ended threads."""
    return time.clock_gettime((~process_id << 3) | 2)  # the clock that clock_getcpuclockid(3) names


class Reader:
    """A signed-in admin in front of Chromium."""

    def __init__(self, browser: Browser, url: str, server_id: int) -> None:
        self._url, self._server_id = url, server_id
        self._session: CDPSession = browser.new_browser_cdp_session()
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="id-ID")
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self.page.goto(f"{url}/login")
        self.page.fill("input[name=username]", "admin@demo.komship.test")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("[data-testid=stAppViewContainer] h1")

    def open(self, address: str) -> None:
        """Load a page by its address and wait until it stands still."""
        self.page.goto(f"{self._url}/{address}")
        self.page.wait_for_selector("[data-testid=stAppViewContainer] h1")
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
        )
        self.page.evaluate(_WATCH)
        self.page.wait_for_timeout(1500)

    def wait(self, target: Locator) -> Wait:
        """How long it takes from a click on the target until the page is drawn.

        Raises:
            playwright.sync_api.TimeoutError: nothing changed in a minute.
        """
        before = self._used()
        target.click()
        self.page.wait_for_function(_DRAWN, arg=[QUIET_MS], polling=50)  # each frame would cost the page itself
        reader: float = self.page.evaluate("() => window.drawn.changed - window.drawn.clicked")
        after = self._used()
        return Wait(reader, (after[0] - before[0]) * 1000, (after[1] - before[1]) * 1000)

    def _used(self) -> tuple[float, float]:
        found: list[dict[str, Any]] = self._session.send("SystemInfo.getProcessInfo")["processInfo"]
        pages = [each["id"] for each in found if each["type"] == "renderer"]
        return processor_seconds(self._server_id), sum(processor_seconds(each) for each in pages)


def filter_waits(reader: Reader, filtering: Filtering, turns: int) -> list[Wait]:
    """The waits after choosing an option, without the first turn, which loads what the page has not needed so far."""
    reader.open(filtering.address)
    waits = []
    for turn in range(turns + 1):
        reader.page.locator(f".st-key-{filtering.key} input").click()
        option = reader.page.get_by_role("option", name=filtering.options[turn % 2], exact=True)
        waits.append(reader.wait(option))
    return waits[1:]


def turning_waits(reader: Reader, address: str, turns: int) -> list[Wait]:
    """The waits after turning the first table to its next page and back."""
    reader.open(address)
    buttons = [
        reader.page.get_by_role("button", name=name).first for name in ("Halaman berikutnya", "Halaman sebelumnya")
    ]
    return [reader.wait(buttons[turn % 2]) for turn in range(turns + 2)][2:]


def menu_waits(reader: Reader, turns: int) -> dict[str, list[Wait]]:
    """The waits after a click on each page of the menu; the first turn loads parts and is left out."""
    reader.open(MENU[-1])
    waits: dict[str, list[Wait]] = {name: [] for name in MENU}
    for turn in range(turns + 1):
        for name in MENU:
            link = reader.page.locator(f"[data-testid=stSidebarNav] a[href$='/{name}']")
            wait = reader.wait(link)
            if turn:
                waits[name].append(wait)
    return waits


def _table(title: str, measured: dict[str, list[Wait]]) -> Table:
    table = Table("page", "reader ms", "slowest", "server's processor ms", "page's processor ms", title=title)
    for name, waits in measured.items():
        table.add_row(
            name,
            f"{statistics.median(each.reader for each in waits):.0f}",
            f"{max(each.reader for each in waits):.0f}",
            f"{statistics.median(each.server for each in waits):.0f}",
            f"{statistics.median(each.page for each in waits):.0f}",
        )
    everything = [each for waits in measured.values() for each in waits]
    table.add_row(
        "all",
        f"{statistics.median(each.reader for each in everything):.0f}",
        f"{max(each.reader for each in everything):.0f}",
        f"{statistics.median(each.server for each in everything):.0f}",
        f"{statistics.median(each.page for each in everything):.0f}",
    )
    return table


@contextmanager
def _product(given: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """Its address and process: one that runs, or one of its own."""
    if given.url:
        yield given.url, given.process_id
        return
    given.dir.mkdir(parents=True, exist_ok=True)
    with started(given.dir, given.orders) as server:
        yield server.url, server.process_id


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=200_000)
    day = business_day(datetime.now(UTC))  # periods of the demo data end today
    usual = Path(tempfile.gettempdir()) / "komship-bench" / f"redrawing-{day}"
    options.add_argument("--dir", type=Path, default=usual)
    options.add_argument("--url", help="of a product that runs already, with --process-id")
    options.add_argument("--process-id", type=int)
    options.add_argument("--turns", type=int, default=8)
    options.add_argument("--only", nargs="*", default=["filters", "tables", "menu"])
    given = options.parse_args()
    console = Console(width=120)
    with _product(given) as (url, process_id), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure(), args=list(LAUNCH_ARGS))
        reader = Reader(browser, url, process_id)
        if "filters" in given.only:
            found = {each.address: filter_waits(reader, each, given.turns) for each in FILTERS}
            console.print(_table("Filter to redrawn, median", found))
        if "tables" in given.only:
            found = {address: turning_waits(reader, address, given.turns) for address in TURNED}
            console.print(_table("Next page of a table to redrawn, median", found))
        if "menu" in given.only:
            console.print(_table("Page to page, median", menu_waits(reader, given.turns)))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
