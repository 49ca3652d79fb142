"""Both signals end a server in order: what is under way is finished, write-ahead logs are folded in, exit code 0."""

import http.client
import json
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.start.conftest import LONGEST_START, environment_of

BODY = json.dumps({"username_email": "finance@demo.komship.test", "password": "komship-demo"}).encode()


def wait_until_ready(url: str, process: "subprocess.Popen[str]") -> None:
    while process.poll() is None:
        try:
            if httpx.get(f"{url}/api/health/live").status_code == 200:
                return
        except httpx.TransportError:
            continue
    raise AssertionError(process.communicate())


def wait_until_refused(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except (ConnectionResetError, TimeoutError):
            continue
        except ConnectionRefusedError:
            return


def begin_sign_in(port: int) -> http.client.HTTPConnection:
    """A request whose body is half sent."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_START)
    connection.putrequest("POST", "/api/v1/login")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(BODY)))
    connection.endheaders(BODY[:20])
    return connection


@pytest.mark.parametrize(
    ("entry", "number"),
    [
        ("serve", signal.SIGTERM),
        ("api", signal.SIGINT),
        pytest.param("serve", signal.SIGINT, marks=pytest.mark.long),
        pytest.param("api", signal.SIGTERM, marks=pytest.mark.long),
    ],
)
def test_a_signal_lets_requests_finish_and_folds_the_logs_in(
    entry: str, number: signal.Signals, folder: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    environment = environment_of(folder)
    port = int(environment["PORT"])
    process = spawn(environment, entry)
    wait_until_ready(f"http://127.0.0.1:{port}", process)
    under_way = begin_sign_in(port)
    assert (
        httpx.get(f"http://127.0.0.1:{port}/api/health/live").status_code == 200
    )  # the half request has arrived by now
    process.send_signal(number)
    wait_until_refused(port)
    under_way.send(BODY[20:])
    answer = under_way.getresponse()
    assert answer.status == 200
    assert json.loads(answer.read())["data"]["access_token"]
    under_way.close()
    _out, reply = process.communicate(timeout=LONGEST_START)
    assert (process.returncode, reply) == (0, "")
    for log in ("store.sqlite-wal", "warehouse.duckdb.wal"):
        assert not (folder / log).exists() or (folder / log).stat().st_size == 0


def test_a_signal_before_the_first_answer_ends_in_order_too(
    tmp_path: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    data = tmp_path / "new"
    process = spawn(environment_of(data, KOMSHIP_DEMO_ORDERS="20000"), "serve")
    while not (data / "store.sqlite").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    _out, reply = process.communicate(timeout=LONGEST_START)
    assert (process.returncode, "Traceback" in reply) == (0, False)
