"""What a browser is sent: nothing that the policy of the pages stops, nothing of other hosts, and little of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.journeys.conftest import Enter, Server
from tests.journeys.test_journeys import PAGES
from tests.journeys.waiting import count_runs, settled

FIRST_VISIT, SECOND_VISIT = 3_000_000, 200_000  # bytes on the wire
_REFUSED = ("Content Security Policy", "Refused to")


@contextmanager
def watched(page: Page, url: str) -> Iterator[list[str]]:
    """What the browser refuses to do, and the addresses of other hosts that it asks, while the block runs."""
    found: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if any(word in message.text for word in _REFUSED):
            found.append(message.text)

    page.on("console", listen)
    page.on(
        "request",
        lambda request: None if request.url.startswith((url, "data:", "blob:")) else found.append(request.url),
    )
    yield found


def test_the_policy_of_the_pages_stops_nothing_of_them(server: Server, enter: Enter) -> None:
    page = enter("admin", "/pickup")
    with watched(page, server.url) as refused:
        for path in PAGES:
            page.goto(server.url + path)
            page.wait_for_selector("[data-testid=stAppViewContainer] h1")
            settled(page)
        for path in ("/theme/dark?next=/pickup", "/language/en?next=/tiket", "/theme/light?next=/tiket"):
            page.goto(server.url + path)
            page.wait_for_selector("[data-testid=stAppViewContainer] h1")
            settled(page)
        page.goto(f"{server.url}/api/docs")
        page.wait_for_selector(".swagger-ui .opblock")
        assert not refused


def test_the_policy_stops_what_is_not_of_the_page(server: Server, enter: Enter) -> None:
    page = enter("admin", "/pickup")
    with watched(page, server.url) as refused:
        page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
        assert page.evaluate("window.ran") is None
    assert refused


def moved(context: BrowserContext, server: Server, path: str) -> int:
    """Bytes of a visit on the wire, headers included, as Chromium counts them."""
    page = context.new_page()
    count_runs(page)
    wire = context.new_cdp_session(page)
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    wire.on("Network.webSocketFrameReceived", lambda event: sizes.append(len(event["response"]["payloadData"])))
    wire.send("Network.enable")
    page.goto(server.url + path)
    page.wait_for_selector("[data-testid=stAppViewContainer] h1")
    settled(page)
    page.wait_for_load_state("networkidle")
    page.close()
    return sum(sizes)


def test_a_visit_moves_little_and_a_second_almost_nothing(
    server: Server, enter: Enter, context: BrowserContext
) -> None:
    first_of_all = enter("admin", "/pickup")
    cookies = context.cookies()
    first_of_all.close()
    assert context.browser is not None
    with context.browser.new_context(locale="id-ID") as fresh:
        fresh.add_cookies(cookies)  # type: ignore[arg-type]
        first, second = moved(fresh, server, "/tiket"), moved(fresh, server, "/tiket")
    print(f"a first visit moves {first:,} bytes, a second {second:,}")
    assert first <= FIRST_VISIT
    assert second <= SECOND_VISIT


def test_a_page_without_a_chart_does_not_load_the_code_of_charts(server: Server, enter: Enter) -> None:
    page = enter("admin", "/audit")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path, has_chart in (("/pickup", False), ("/tiket", True)):
        page.goto(server.url + path)
        page.wait_for_selector("[data-testid=stAppViewContainer] h1")
        settled(page)
        if has_chart:
            page.wait_for_selector(".js-plotly-plot")
        assert any("PlotlyChart" in url for url in asked) is has_chart
