"""Pictures of every page, to be looked at: `python -m tests.journeys.screens --url http://127.0.0.1:8501 --out DIR`.

Each page in two widths, light and dark, in both languages, of a server that runs with demo data; with a report of what
is wrong with them (tests/journeys/inspection.py).
"""

import argparse
import itertools
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.chromium import LAUNCH_ARGS, ensure
from tests.journeys.conftest import sign_in as fill_in
from tests.journeys.inspection import Inspection
from tests.journeys.test_journeys import PAGES
from tests.journeys.waiting import count_runs, settled

SIZES = {1440: 1000, 390: 844}


def sign_in(browser: Browser, url: str, *, width: int, theme: str, language: str) -> Page:
    """A page of the admin, in the theme and language."""
    page = browser.new_context(viewport={"width": width, "height": SIZES[width]}, color_scheme=theme).new_page()
    count_runs(page)
    page.goto(f"{url}/login")
    fill_in(page, "admin")
    page.wait_for_selector("[data-testid=stAppViewContainer] h1")
    page.goto(f"{url}/language/{language}?next=/")
    return page


def main() -> int:
    """Take the pictures; exit code 1 when something is wrong with a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8501")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", nargs="*", default=list(PAGES), help="addresses below the URL")
    parser.add_argument("--widths", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--themes", nargs="*", default=["light", "dark"])
    parser.add_argument("--languages", nargs="*", default=["id", "en"])
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    wrong = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure(), args=list(LAUNCH_ARGS))
        for width, theme, language in itertools.product(given.widths, given.themes, given.languages):
            page = sign_in(browser, given.url, width=width, theme=theme, language=language)
            inspection = Inspection(page)
            for path in given.pages:
                page.goto(given.url + path)
                page.wait_for_selector("[data-testid=stAppViewContainer] h1")
                settled(page)
                page.wait_for_timeout(1500)  # charts and tables are drawn after the script has ended
                name = path.strip("/").replace("?", "_").replace("=", "-").replace("&", "_") or "start"
                page.screenshot(path=given.out / f"{name}-{width}-{theme}-{language}.png")
                wrong += [
                    f"{path} {width} {theme} {language}: {each}"
                    for each in (*inspection.findings(), *inspection.shifts())
                ]
            page.context.close()
        browser.close()
    print("\n".join(wrong) or "nothing is wrong with any page")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
