"""Waiting for the runs of a page's script: the one that an act causes has ended before the next act."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page

PATIENCE_MS = 60_000  # beside other tests, on few cores
POLL_MS = 50  # looking at each frame costs more than the page does
COUNTER = Path(__file__).with_name("runs.js")
_AT_REST = """asked => {
  const runs = window.runsOfTheScript;
  const state = document.querySelector("[data-test-script-state]")?.dataset.testScriptState;
  return runs.begun > 0 && runs.ended === runs.begun && state === "notRunning"
    && (asked === null || (runs.asked > asked && runs.begun > runs.begunWhenAsked));
}"""


def count_runs(of: Page | BrowserContext) -> None:
    """Count the runs of every document that is opened in it from now on; `settled` and `rerun` need that."""
    of.add_init_script(path=COUNTER)


def settled(page: Page) -> None:
    """Wait until the script has run to its end. After an act use `rerun`: the run that it causes may not have begun."""
    page.wait_for_function(_AT_REST, arg=None, polling=POLL_MS, timeout=PATIENCE_MS)


@contextmanager
def rerun(page: Page) -> Iterator[None]:
    """The block causes a run of the script in this document: wait until what is there has come to rest, and at the end
    for that run."""
    settled(page)
    asked = page.evaluate("runsOfTheScript.asked")
    yield
    page.wait_for_function(_AT_REST, arg=asked, polling=POLL_MS, timeout=PATIENCE_MS)


def button(within: Page | Locator, name: str) -> None:
    """Click the first button whose name holds this, and wait for the run that it causes."""
    page = within if isinstance(within, Page) else within.page
    with rerun(page):
        within.get_by_role("button", name=name, exact=False).first.click()


def write(page: Page, box: Locator, text: str) -> None:
    """Type and leave the box, as a person does before the next one; the text is another one than before."""
    with rerun(page):
        box.fill(text)
        box.press("Tab")
