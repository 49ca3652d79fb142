"""The document that a browser loads first."""

import html
import json
import re

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.first_page import FirstPage, document
from response_headers import page_policy


@pytest.fixture
def browser() -> TestClient:
    streamlit = Starlette(
        routes=[
            Route("/media/{name}", lambda _request: HTMLResponse("<p>a file</p>")),
            Route("/missing", lambda _request: HTMLResponse("<p>missing</p>", 404)),
            Route("/robots.txt", lambda _request: PlainTextResponse("none")),
            Route("/{path:path}", lambda _request: HTMLResponse("<html>Streamlit's</html>", headers={"ETag": '"1"'})),
        ]
    )
    return TestClient(FirstPage(streamlit))


@pytest.mark.parametrize(
    ("address", "cookie", "language"),
    [
        ("/tiket", None, "id"),
        ("/tiket", "en", "en"),
        ("/tiket?lang=en", "id", "en"),
        ("/tiket?lang=id&kurir=JNE", "en", "id"),
        ("/", "xx", "id"),
        ("/?lang=%3Cscript%3E", "en", "id"),
    ],
)
def test_it_is_in_the_readers_language(browser: TestClient, address: str, cookie: str | None, language: str) -> None:
    if cookie:
        browser.cookies.set("komship_language", cookie)
    answer = browser.get(address, headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.text) == (200, document(language))
    assert f'<html lang="{language}">' in answer.text
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert "ETag" not in answer.headers
    assert browser.head(address).content == b""


@pytest.mark.parametrize(
    ("address", "text"), [("/media/a.html", "<p>a file</p>"), ("/missing", "<p>missing</p>"), ("/robots.txt", "none")]
)
def test_other_answers_stay(browser: TestClient, address: str, text: str) -> None:
    assert browser.get(address).text == text


def test_its_own_parts_are_in_it_and_allowed() -> None:
    page = document("id")
    assert "<title>Komship</title>" in page
    assert "SourceSans" not in page
    assert re.search(r'modulepreload" crossorigin href="\./static/js/BidiComponent\.\S+\.js"', page)
    assert page.index('[data-testid="stMainBlockContainer"]') > page.index("<body")
    assert page_policy(page).count("sha256-") == len(re.findall(r"<script>", page)) == 7


@pytest.mark.parametrize(("language", "label"), [("id", "Cari di mana saja"), ("en", "Search everywhere")])
def test_it_has_the_texts_of_the_search(language: str, label: str) -> None:
    texts = re.search(r'<body data-find-texts="([^"]*)">', document(language))
    assert texts is not None
    said = json.loads(html.unescape(texts[1]))
    assert (said["language"], said["label"]) == (language, label)
