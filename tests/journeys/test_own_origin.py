"""No page makes the browser ask another server for anything: fonts, icons, scripts and pictures are our own."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import Enter, Server, form, sign_in
from tests.journeys.test_journeys import PAGES
from tests.journeys.waiting import settled

ADDRESSES = (*PAGES, "/partner?id=1", "/reliabilitas?sudut=kohort", "/batch?tampilan=terbuka")
IN_THE_BROWSER = ("data", "blob", "about")


def recorded(context: BrowserContext) -> list[str]:
    """A list that grows with every address that the browser asks for, sockets included."""
    addresses: list[str] = []
    context.on("request", lambda request: addresses.append(request.url))

    def follow(page: Page) -> None:
        page.on("websocket", lambda socket: addresses.append(socket.url))

    context.on("page", follow)
    return addresses


def test_every_request_stays_on_our_host(server: Server, browser: Browser) -> None:
    with browser.new_context() as fresh:  # which asks for everything anew
        addresses = recorded(fresh)
        page = form(server, fresh)
        sign_in(page, "admin")
        for path in ADDRESSES:
            page.goto(server.url + path)
            page.wait_for_selector("[data-testid=stAppViewContainer] h1")
            settled(page)
            page.wait_for_load_state("networkidle")  # fonts and charts are fetched after the script has ended
    own = urlsplit(server.url).netloc
    elsewhere = {
        address
        for address in addresses
        if urlsplit(address).scheme not in IN_THE_BROWSER and urlsplit(address).netloc != own
    }
    assert not elsewhere
    assert any(urlsplit(address).scheme == "ws" for address in addresses)
    assert any("/login" in address for address in addresses)
    assert any(address.endswith(".woff2") for address in addresses)


def test_the_icon_of_the_tab_is_our_own_picture(enter: Enter) -> None:
    page = enter("admin")
    settled(page)
    icon = page.locator("link[rel~=icon]").first.get_attribute("href") or ""
    assert "svg" in icon
