"""Behind a real nginx with the sample of docs/deployment.md: sign-in, websocket, Secure cookie, forgotten headers."""

import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.start.conftest import LONGEST_START, ROOT, environment_of, free_port
from tests.start.test_signals import wait_until_ready

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
FORM = {"username": "finance@demo.komship.test", "password": "komship-demo", "next": "/batch"}
WHOLE = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{sites}
}}
"""


def nginx() -> str:
    """The path of nginx, installed with apt where it is missing and that can be done."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        for words in (["update"], ["install", "-y", "nginx-light"]):
            subprocess.run(["apt-get", "-q", *words], check=False, capture_output=True, timeout=500)
        found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        pytest.skip("nginx is not installed, and apt cannot install it here: put nginx on PATH")
    return found


def sample(port: int, product: str, folder: Path) -> str:
    """The site of docs/deployment.md, with the places of this test."""
    found = re.search(r"```nginx\n(.*?)```", (ROOT / "docs/deployment.md").read_text(), re.DOTALL)
    assert found is not None
    site = found[1].replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    site = site.replace("/etc/ssl/komship.pem", str(folder / "cert.pem"))
    return site.replace("/etc/ssl/komship.key", str(folder / "key.pem")).replace("http://127.0.0.1:8501", product)


@dataclass(frozen=True)
class Site:
    """The product behind nginx, and ways to reach it. `trust`: TLS that takes the certificate of the test."""

    port: int
    trust: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"


@pytest.fixture
def behind(
    folder: Path, tmp_path: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> Iterator[Callable[[Callable[[str], str]], Site]]:
    """behind(change) -> the product behind nginx, whose sample `change` has gone over."""
    program = nginx()
    certificate = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*request, *names, *certificate], check=True, capture_output=True)
    environment = environment_of(folder)
    product = f"http://127.0.0.1:{environment['PORT']}"
    wait_until_ready(product, spawn(environment, "serve"))
    running: list[subprocess.Popen[bytes]] = []

    def start(change: Callable[[str], str]) -> Site:
        site = Site(free_port(), ssl.create_default_context(cafile=str(tmp_path / "cert.pem")))
        config = tmp_path / "nginx.conf"
        config.write_text(WHOLE.format(folder=tmp_path, sites=change(sample(site.port, product, tmp_path))))
        running.append(subprocess.Popen([program, "-c", str(config), "-p", str(tmp_path), "-g", "daemon off;"]))
        while running[-1].poll() is None:
            try:
                httpx.get(f"{site.url}/api/health/live", verify=site.trust, timeout=LONGEST_START)
                return site
            except httpx.TransportError:
                continue
        raise AssertionError((tmp_path / "error.log").read_text())

    yield start
    for process in running:
        process.terminate()
        process.wait()


def browser_of(site: Site) -> httpx.Client:
    return httpx.Client(base_url=site.url, verify=site.trust, timeout=LONGEST_START, headers={"Origin": site.url})


def stream(site: Site, cookie: str) -> str:
    """The websocket of the pages: "open", or how it was refused."""
    address = f"wss://localhost:{site.port}/_stcore/stream"
    headers = {"Cookie": cookie}
    try:
        with connect(address, ssl=site.trust, origin=site.url, additional_headers=headers, subprotocols=["streamlit"]):
            return "open"
    except ConnectionClosed as closed:
        return str(closed)
    except Exception as refused:  # noqa: BLE001 - any way in which the handshake ends
        return str(refused)


def test_people_work_through_the_sample(behind: Callable[..., Site]) -> None:
    site = behind(lambda text: text)
    with browser_of(site) as browser:
        redirected = browser.get("/batch")
        assert (redirected.status_code, redirected.headers["location"]) == (303, "/login?next=%2Fbatch")
        entered = browser.post("/login", data=FORM)
        assert (entered.status_code, entered.headers["location"]) == (303, "/batch")
        assert "; secure" in entered.headers["set-cookie"].lower()
        assert browser.get("/batch").status_code == 200
        assert browser.get("/api/metrics").status_code == 403
        cookie = entered.headers["set-cookie"].partition(";")[0]
        assert stream(site, cookie) == "open"
        assert stream(site, "") != "open"


def test_a_proxy_that_hides_the_host_is_told_which_header_is_wrong(behind: Callable[..., Site]) -> None:
    site = behind(lambda text: text.replace("proxy_set_header Host $http_host;", ""))
    with browser_of(site) as browser:
        refused = browser.post("/login", data=FORM)
    assert refused.status_code == 403
    assert f"the header Origin names localhost:{site.port}, the header Host names 127.0.0.1:" in refused.text


def test_a_proxy_that_sends_the_host_under_its_other_name_is_enough(behind: Callable[..., Site]) -> None:
    other = "proxy_set_header X-Forwarded-Host $http_host;"
    site = behind(lambda text: text.replace("proxy_set_header Host $http_host;", other))
    with browser_of(site) as browser:
        assert browser.post("/login", data=FORM).status_code == 303


def test_a_proxy_that_forgets_the_upgrade_is_told_so(behind: Callable[..., Site]) -> None:
    site = behind(lambda text: text.replace("proxy_set_header Upgrade $http_upgrade;", ""))
    with browser_of(site) as browser:
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
        answer = browser.get("/_stcore/stream", headers=upgrade)
    assert answer.status_code == 426
    assert "Upgrade and Connection are missing" in answer.text


def test_a_proxy_that_forgets_the_scheme_still_gives_a_secure_cookie(behind: Callable[..., Site]) -> None:
    site = behind(lambda text: text.replace("proxy_set_header X-Forwarded-Proto $scheme;", ""))
    with browser_of(site) as browser:
        assert "; secure" in browser.post("/login", data=FORM).headers["set-cookie"].lower()
