"""Every page as a browser draws it: complete, readable, and without a fault that axe-core knows."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Enter, Server
from tests.journeys.inspection import Inspection
from tests.journeys.screens import SIZES
from tests.journeys.test_journeys import PAGES, no_error
from tests.journeys.waiting import settled

OTHERS = pytest.mark.long


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [
        (390, "light", "id"),
        (1440, "dark", "en"),
        pytest.param(390, "dark", "en", marks=OTHERS),
        pytest.param(1440, "light", "id", marks=OTHERS),
    ],
)
def test_nothing_is_wrong_with_any_page(
    server: Server, enter: Enter, browser: Browser, width: int, theme: str, language: str
) -> None:
    size = {"width": width, "height": SIZES[width]}
    with browser.new_context(viewport=size, color_scheme=theme, locale="id-ID") as context:  # type: ignore[arg-type]
        page = enter("admin", within=context)
        page.goto(f"{server.url}/language/{language}?next=/tiket")
        settled(page)
        inspection = Inspection(page)
        found = {}
        for path, titles in PAGES.items():
            page.goto(server.url + path)
            expect(page.locator("h1").first).to_have_text(titles[language == "en"])
            settled(page)
            no_error(page)
            expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
            assert page.title().endswith(" - Komship")
            found[path] = [*inspection.findings(), *inspection.shifts()]
        assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_phone_closes_the_menu_after_a_choice(enter: Enter, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="id-ID") as phone:
        page = enter("admin", "/tiket", within=phone)
        settled(page)
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_role("link", name="Metrik Reliabilitas").click()
        expect(page.locator("h1").first).to_have_text("Metrik Reliabilitas")
        expect(page.get_by_role("link", name="Metrik Reliabilitas")).not_to_be_in_viewport()


def test_an_unknown_address_is_said_in_the_readers_language(server: Server, enter: Enter) -> None:
    page = enter("admin", "/tidak-ada")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Halaman tidak ditemukan")
    expect(dialog).to_contain_text("Alamat ini tidak ada.")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Buka halaman awal").click()
    expect(page.locator("h1").first).to_have_text("Ringkasan")
    page.goto(f"{server.url}/language/en?next=/tidak-ada")
    expect(dialog).to_contain_text("Page not found")
    expect(page.locator("h1").first).to_have_text("Page not found")
