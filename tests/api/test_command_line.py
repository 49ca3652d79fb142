"""`python -m api create-user`, and the API alone in a process of its own."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from api.__main__ import app
from settings import load_settings

ROOT = Path(__file__).parents[2]
ACCOUNT = ("create-user", "rina", "--email", "Rina@komship.test", "--name", "Rina", "--password", "kata-sandi-1")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KOMSHIP_")}
    return kept | {
        "KOMSHIP_DATA_DIR": str(tmp_path),
        "KOMSHIP_DEMO_ORDERS": "0",
        "KOMSHIP_SECRET_KEY": "s" * 40,
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }


@dataclass(frozen=True)
class Ended:
    """What a command left."""

    returncode: int
    stdout: str
    stderr: str


def run(environment: dict[str, str], *words: str) -> Ended:
    """`python -m api`, in this process: importing the product takes longer than any of its commands."""
    gone: dict[str, str | None] = {name: None for name in os.environ if name.startswith("KOMSHIP_")}
    load_settings.cache_clear()
    try:
        result = CliRunner().invoke(app, list(words), env=gone | environment)
    finally:
        load_settings.cache_clear()
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)


def test_the_first_account_signs_in_at_the_api_alone(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "api", *ACCOUNT, "--role", "admin"]
    made = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    again = run(environment, *ACCOUNT, "--role", "admin")
    assert again.returncode == 1
    assert "taken" in again.stdout
    url = f"http://127.0.0.1:{environment['PORT']}/api"
    with subprocess.Popen([sys.executable, "-m", "api"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as api:
        try:
            assert _answers(f"{url}/health/live")
            body = {"username_email": "rina@komship.test", "password": "kata-sandi-1"}
            token = httpx.post(f"{url}/v1/login", json=body).json()["data"]["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            assert httpx.post(f"{url}/v1/my-profile", headers=headers).json()["data"]["role"] == "admin"
            analytics = httpx.get(f"{url}/v1/admin/partnerGrowth", headers=headers)
            assert analytics.status_code == 503
            assert "warehouse" in analytics.json()["message"]
        finally:
            api.terminate()


def _answers(url: str) -> bool:
    give_up = time.monotonic() + 120  # beside other tests, on few cores
    while time.monotonic() < give_up:
        try:
            return httpx.get(url).status_code == 200
        except httpx.TransportError:
            time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((*ACCOUNT, "--role", "boss"), "role must be one of"),
        ((*ACCOUNT[:-1], "pendek", "--role", "admin"), "at least 8 characters"),
        (
            ("create-user", "x", "--email", "tanpa-at", "--name", "X", "--password", "kata-sandi-1", "--role", "admin"),
            "e-mail",
        ),
    ],
)
def test_a_wrong_account_is_refused(environment: dict[str, str], words: tuple[str, ...], reason: str) -> None:
    refused = run(environment, *words)
    assert refused.returncode == 1
    assert reason in refused.stdout


def test_a_wrong_setting_is_named(environment: dict[str, str]) -> None:
    refused = run(environment | {"KOMSHIP_SECRET_KEY": "short"})
    assert refused.returncode == 2
    assert "KOMSHIP_SECRET_KEY" in refused.stderr


def test_a_sound_ledger_is_told_and_a_damaged_one_ends_with_one(environment: dict[str, str]) -> None:
    sound = run(environment, "verify-ledger")
    assert sound.returncode == 0, sound.stderr
    assert "the ledger is sound" in sound.stdout
    with sqlite3.connect(Path(environment["KOMSHIP_DATA_DIR"]) / "store.sqlite") as store:
        store.execute("INSERT INTO ledger_accounts (kind, balance) VALUES ('cash', 5)")
    damaged = run(environment, "verify-ledger")
    assert damaged.returncode == 1
    assert "broken: an account's balance is the sum of its entries: 1 (first: 1)" in damaged.stdout


def test_the_right_to_approve_alone_is_given_taken_and_audited(environment: dict[str, str], tmp_path: Path) -> None:
    assert run(environment, *ACCOUNT, "--role", "finance").returncode == 0
    for option in ("--allow", "--revoke"):
        assert run(environment, "self-approval", "rina", option).returncode == 0
        with sqlite3.connect(tmp_path / "store.sqlite") as store:
            (may,) = store.execute("SELECT may_self_approve FROM users").fetchone()
        assert bool(may) == (option == "--allow")
    unknown = run(environment, "self-approval", "siapa", "--allow")
    assert (unknown.returncode, "nobody is called" in unknown.stdout) == (1, True)
    with sqlite3.connect(tmp_path / "store.sqlite") as store:
        (count,) = store.execute("SELECT count(*) FROM audit_entries WHERE action = 'user.self_approval'").fetchone()
    assert count == 2


def test_users_are_administered_on_the_command_line(environment: dict[str, str], tmp_path: Path) -> None:
    def audited(action: str) -> int:
        with sqlite3.connect(tmp_path / "store.sqlite") as store:
            (count,) = store.execute("SELECT count(*) FROM audit_entries WHERE action = ?", (action,)).fetchone()
        return int(count)

    assert run(environment, *ACCOUNT, "--role", "admin").returncode == 0
    last = run(environment, "user", "disable", "rina")
    assert (last.returncode, "last admin" in last.stdout) == (1, True)
    second = ("create-user", "sari", "--email", "sari@komship.test", "--name", "Sari", "--password", ACCOUNT[-1])
    assert run(environment, *second, "--role", "admin").returncode == 0
    assert run(environment, "user", "disable", "Rina@komship.test").returncode == 0
    assert "disabled" in run(environment, "user", "list").stdout
    assert run(environment, "user", "enable", "rina").returncode == 0
    reset = run(environment, "user", "reset-password", "rina")
    assert (reset.returncode, len(reset.stdout.strip().rpartition(" ")[2])) == (0, 16)
    assert run(environment, "user", "reset-password", "rina", "--password", "pendek").returncode == 1
    assert "0 sessions ended" in run(environment, "user", "end-sessions", "rina").stdout
    assert "0 sessions ended" in run(environment, "user", "end-sessions", "--all").stdout
    assert run(environment, "user", "end-sessions").returncode == 2
    assert run(environment, "user", "enable", "siapa").returncode == 1
    actions = ("disable", "enable", "reset_password", "end_sessions", "end_all_sessions")
    assert [audited(f"user.{action}") for action in actions] == [1, 1, 1, 1, 1]
