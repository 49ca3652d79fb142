import json
import re
from collections.abc import Iterator
from itertools import count
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard import cookies, guard
from dashboard.guard import SessionGuard
from dashboard.login import ROUTES
from dashboard.runtime import Runtime, configure
from dashboard.session import sessions
from queries.engine import Warehouse
from settings import Settings
from tests.dashboard.test_local_path import HOSTILE, stays

RIGHT = "right"
FORM = "application/x-www-form-urlencoded"


class FakeApi:
    """Sessions as the API keeps them: each sign-in opens one more for its user, whose name is also the role."""

    def __init__(self) -> None:
        self.live: set[str] = set()
        self.opened = count(1)
        self.address: str | None = None

    def sign_in(self, name: str) -> str:
        token = f"{name}.{next(self.opened)}"
        self.live.add(token)
        return token

    def __call__(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        name = token.split(".")[0]
        if request.url.path.endswith("/login"):
            self.address = request.headers.get("X-Forwarded-For")
            name = request.read().decode().split('"username_email":"')[1].split('"')[0]
            if name == "locked":
                return self.answer(429, {"retry_after": 40}, "too many failed attempts")
            if name == "disabled":
                return self.answer(400, {"state": "disabled"}, "Akun ini dinonaktifkan.")
            if '"password":"right"' not in request.read().decode():
                return self.answer(400, None, "wrong")
            return self.answer(200, {"access_token": self.sign_in(name)})
        if token not in self.live:
            return self.answer(401, None, "no session")
        if request.url.path.endswith("/logout"):
            self.live = {each for each in self.live if each.split(".")[0] != name}
            return self.answer(200, None)
        if request.method == "DELETE" and request.url.path.endswith("/v1/session"):
            self.live.discard(token)
            return self.answer(200, None)
        return self.answer(200, {"user_id": 1, "user_fullname": name, "user_email": f"{name}@x", "role": name})

    @staticmethod
    def answer(status: int, data: object, message: str = "ok") -> httpx.Response:
        return httpx.Response(status, json={"status": "x", "code": status, "data": data, "message": message})


@pytest.fixture
def fake_api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def browser(fake_api: FakeApi) -> Iterator[TestClient]:
    warehouse = Warehouse(":memory:")
    client = httpx.Client(base_url="http://api/api", transport=httpx.MockTransport(fake_api))
    settings = Settings()
    configure(Runtime(settings, warehouse, client, settings.now))
    sessions.forget()

    async def page(_request: object) -> PlainTextResponse:
        return PlainTextResponse("page")

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        async for text in websocket.iter_text():
            await websocket.send_text(text)

    inner = Starlette(routes=[WebSocketRoute("/_stcore/stream", socket), Route("/{rest:path}", page)])
    app = Starlette(routes=[*ROUTES, Mount("/", app=SessionGuard(inner))])
    with TestClient(app, follow_redirects=False) as test_client:
        yield test_client
    warehouse.close()


def enter(browser: TestClient, name: str, password: str = RIGHT, wanted: str = "/pickup?q=budi") -> httpx.Response:
    return browser.post("/login", data={"username": name, "password": password, "next": wanted})


def test_a_deep_link_survives_signing_in(browser: TestClient) -> None:
    first = browser.get("/pickup?q=budi")
    assert (first.status_code, first.headers["location"]) == (303, "/login?next=%2Fpickup%3Fq%3Dbudi")
    entered = enter(browser, "admin")
    assert (entered.status_code, entered.headers["location"]) == (303, "/pickup?q=budi")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert browser.get("/pickup?q=budi").text == "page"


@pytest.mark.parametrize(
    ("name", "password", "status", "text"),
    [
        ("admin", "nope", 400, "Nama pengguna atau kata sandi salah"),
        ("locked", "right", 429, "Coba lagi dalam 40 detik"),
        ("disabled", "right", 400, "Minta admin untuk mengaktifkannya"),
        ("partner", "right", 403, "tidak punya akses"),
        ("mitra", "right", 403, "tidak punya akses"),
    ],
)
def test_a_refused_sign_in_says_why(browser: TestClient, name: str, password: str, status: int, text: str) -> None:
    refused = enter(browser, name, password)
    assert refused.status_code == status
    assert text in refused.text
    assert "set-cookie" not in refused.headers


def test_the_sign_in_page_speaks_english(browser: TestClient) -> None:
    browser.cookies.set("komship_language", "en")
    assert "Wrong username or password" in enter(browser, "admin", "nope").text


def test_a_form_from_another_site_is_refused(browser: TestClient) -> None:
    body = {"username": "admin", "password": "right"}
    assert browser.post("/login", data=body, headers={"origin": "https://evil.test"}).status_code == 403
    assert browser.post("/logout", headers={"origin": "https://evil.test"}).status_code == 403


def test_the_websocket_needs_a_session_and_its_own_origin(browser: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream"):
        pass
    enter(browser, "admin")
    token = browser.cookies[cookies.SESSION]
    with (
        pytest.raises(WebSocketDisconnect),
        browser.websocket_connect("/_stcore/stream", headers={"origin": "https://e.test"}),
    ):
        pass
    cookie = {"cookie": f"{cookies.SESSION}={token}", "origin": "http://testserver"}
    with browser.websocket_connect("/_stcore/stream", headers=cookie) as socket:
        assert socket.receive_text() == "hello"


def test_an_open_page_of_an_ended_session_is_cut_off_after_it_could_show_that(
    browser: TestClient, fake_api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(browser, "admin")
    cookie = {"cookie": f"{cookies.SESSION}={browser.cookies[cookies.SESSION]}"}
    with browser.websocket_connect("/_stcore/stream", headers=cookie) as socket:
        assert socket.receive_text() == "hello"
        fake_api.live.clear()
        sessions.forget()
        socket.send_text("what does the page show now?")
        assert socket.receive_text() == "what does the page show now?"
        monkeypatch.setattr(guard, "GRACE_SECONDS", -1.0)
        socket.send_text("and now?")
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
    assert ended.value.code == 4401


def test_an_open_page_learns_that_its_session_has_ended(browser: TestClient, fake_api: FakeApi) -> None:
    assert browser.get("/login/state").status_code == 401
    enter(browser, "admin")
    assert browser.get("/login/state").status_code == 204
    fake_api.live.clear()
    sessions.forget()
    assert browser.get("/login/state").status_code == 401


def test_signing_out_ends_the_session_everywhere(browser: TestClient, fake_api: FakeApi) -> None:
    elsewhere = fake_api.sign_in("admin")
    enter(browser, "admin")
    assert browser.post("/logout").headers["location"] == "/login"
    assert fake_api.live == set()
    browser.cookies.set(cookies.SESSION, elsewhere)
    assert browser.get("/pickup").status_code == 303
    assert browser.get("/media/x.csv").status_code == 401


@pytest.mark.parametrize("role", ["mitra", "partner"])
def test_turning_somebody_away_ends_only_the_session_that_was_just_opened(
    browser: TestClient, fake_api: FakeApi, role: str
) -> None:
    at_work = fake_api.sign_in(role)
    assert enter(browser, role).status_code == 403
    assert fake_api.live == {at_work}


@pytest.mark.parametrize("value", ["\xe9", "a b", '"a;b"', "a" * 5000, "%00", ""])
def test_a_cookie_that_is_no_token_is_no_session(browser: TestClient, value: str) -> None:
    header = [(b"cookie", f"{cookies.SESSION}={value}".encode("latin-1"))]
    assert browser.get("/pickup", headers=header).headers["location"].startswith("/login?next=%2Fpickup")
    assert browser.get("/language/en?next=/pickup", headers=header).headers["location"] == "/login?next=%2Fpickup"
    assert browser.post("/logout", headers=header).headers["location"] == "/login"


@pytest.mark.parametrize("origin", ["null", "http://[", "https://testserver.evil.test", "http://testserver@evil.test"])
def test_an_origin_that_is_not_this_site_is_refused(browser: TestClient, origin: str) -> None:
    body = {"username": "admin", "password": RIGHT}
    assert browser.post("/login", data=body, headers={"origin": origin}).status_code == 403
    enter(browser, "admin")
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream", headers={"origin": origin}):
        pass


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"username=admin&password=" + b"x" * 100_000, FORM, 413),
        (b"username=admin", "text/plain", 415),
        (
            b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nadmin\r\n--x--\r\n',
            "multipart/form-data; boundary=x; charset=no-such-charset",
            415,
        ),
        (b"username=%ED%A0%80&password=%00", FORM, 400),
        (b"", FORM, 400),
    ],
)
def test_a_form_that_no_browser_of_ours_sends_is_refused(
    browser: TestClient, content: bytes, kind: str, status: int
) -> None:
    assert browser.post("/login", content=content, headers={"content-type": kind}).status_code == status


def test_a_session_that_ended_leads_back_to_the_same_address(browser: TestClient, fake_api: FakeApi) -> None:
    enter(browser, "admin")
    fake_api.live.clear()
    sessions.forget()
    refused = browser.get("/partner?id=7&bagian=catatan")
    assert refused.headers["location"] == "/login?next=%2Fpartner%3Fid%3D7%26bagian%3Dcatatan&ended=1"
    assert "Sesi berakhir" in browser.get(refused.headers["location"]).text
    entered = enter(browser, "admin", wanted="/partner?id=7&bagian=catatan")
    assert entered.headers["location"] == "/partner?id=7&bagian=catatan"


@pytest.mark.parametrize("way", HOSTILE)
def test_no_redirect_leaves_this_site(browser: TestClient, way: str) -> None:
    sent = quote(way, safe="", errors="surrogatepass")
    form = {"content": f"username=admin&password={RIGHT}&next={sent}", "headers": {"content-type": FORM}}
    for answer in (
        browser.post("/login", **form),
        browser.get(f"/language/en?next={sent}"),
        browser.get(f"/theme/dark?next={sent}"),
    ):
        target = answer.headers.get("location") or re.findall(r'location\.replace\((".*?")\)', answer.text)[0]
        assert stays(json.loads(target) if target.startswith('"') else target), target


@pytest.mark.parametrize(
    "path", ["//evil.test", "//evil.test/%2e%2e", "/%2F/evil.test", "/%5Cevil.test", "/\\evil.test"]
)
def test_the_way_back_of_a_hostile_address_is_the_start(browser: TestClient, path: str) -> None:
    location = browser.get(httpx.URL(f"http://testserver{path}")).headers["location"]
    assert stays(location)
    page = browser.get(location).text
    assert 'name="next" value="/"' in page


def test_the_api_learns_which_browser_signs_in(browser: TestClient, fake_api: FakeApi) -> None:
    enter(browser, "admin")
    assert fake_api.address == "testclient"
