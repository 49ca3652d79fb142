"""What can be wrong at a start is one sentence on standard error and exit code 2, whatever part is started."""

import ctypes
import fcntl
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests import forks
from tests.start.conftest import LONGEST_START, ROOT, environment_of

SECRET = "geheim-4711"
SERVERS = ("serve", "api", "dashboard")
STORES = ("serve", "api", "api verify-ledger", "etl demo", "etl run")
MAKERS = ("serve", "api", "api verify-ledger", "etl demo")
WAREHOUSES = ("serve", "etl run", "etl status", "dashboard")
ALL = ("serve", "api", "api verify-ledger", "etl demo", "etl run", "etl status", "dashboard")
DROP_CAPABILITY, DAC_OVERRIDE, DAC_READ_SEARCH = 24, 1, 2
CAPABILITIES_VERSION = 0x20080522

Start = Callable[[str, dict[str, str]], "subprocess.CompletedProcess[str]"]
Fault = Callable[[Path, dict[str, str]], Iterator[None]]
FAULTS: dict[str, tuple[Callable[..., object], tuple[str, ...], str]] = {}


def fault(*entries: str, says: str) -> Callable[[Fault], Fault]:
    """Register a way to break a start, the parts that notice it, and words of the sentence."""

    def register(function: Fault) -> Fault:
        FAULTS[function.__name__] = (contextmanager(function), entries, says)
        return function

    return register


@fault(*SERVERS, says="is in use: stop the program that holds it")
def port_in_use(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        yield


@fault(*SERVERS, says="KOMSHIP_HOST")
def foreign_host(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment |= {"KOMSHIP_HOST": "198.51.100.7", "KOMSHIP_DEMO_PUBLIC": "true"}
    yield


@fault(*ALL, says="PORT: Input should be a valid integer")
def port_that_is_no_number(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["PORT"] = "abc"
    yield


@fault(*ALL, says="KOMSHIP_DATABASE_URL: write sqlite:///PATH or postgresql+psycopg://")
def store_of_an_unknown_kind(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["KOMSHIP_DATABASE_URL"] = f"oracle://scott:{SECRET}@127.0.0.1/store"
    yield


@fault(*ALL, says="KOMSHIP_WAREHOUSE_URL: write duckdb:///PATH")
def warehouse_of_an_unknown_kind(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["KOMSHIP_WAREHOUSE_URL"] = "postgresql://127.0.0.1/warehouse"
    yield


@fault("dashboard", says="KOMSHIP_API_URL: write where the API is")
def no_api_url(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["KOMSHIP_API_URL"] = ""
    yield


@fault("serve", "api", says="KOMSHIP_SECRET_KEY: set it")
def no_key_and_no_demo(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment |= {"KOMSHIP_DEMO_ORDERS": "0", "KOMSHIP_SECRET_KEY": ""}
    yield


@fault("serve", "api", says="the policy")
def policy_that_is_not_there(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["KOMSHIP_POLICY"] = str(folder / "no" / "policy.yaml")
    yield


@fault("serve", "api", says="bank profiles")
def folder_of_profiles_that_is_not_there(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["KOMSHIP_BANK_PROFILES"] = str(folder / "no")
    yield


@fault("serve", "api", says="KOMSHIP_PROOF_URL")
def proofs_at_an_unknown_place(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["KOMSHIP_PROOF_URL"] = "nowhere://bucket"
    yield


@fault(*STORES, says="postgresql+psycopg://komship:***@127.0.0.1:9/store cannot be used")
def server_that_does_not_answer(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["KOMSHIP_DATABASE_URL"] = f"postgresql://komship:{SECRET}@127.0.0.1:9/store"
    yield


@fault(*STORES, says="cannot be used")
def password_in_the_query(_folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["KOMSHIP_DATABASE_URL"] = f"postgresql://127.0.0.1:9/store?user=komship&password={SECRET}"
    yield


@fault(*MAKERS, says="does not exist: make it, or correct the URL")
def store_in_a_folder_that_is_not_there(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    environment["KOMSHIP_DATABASE_URL"] = f"sqlite:///{folder / 'no' / 'store.sqlite'}"
    yield


@fault("serve", says="is missing or empty, and the warehouse")
def store_that_was_taken_away(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    (folder / "store.sqlite").unlink()
    yield
    assert not (folder / "store.sqlite").exists()


@fault("serve", says="was filled from another store than")
def another_store(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    with sqlite3.connect(folder / "store.sqlite") as store:
        store.execute("UPDATE store_identity SET uuid = 'another'")
    yield


@fault(*STORES, says="is damaged (it is not an SQLite database)")
def store_of_other_bytes(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    (folder / "store.sqlite").write_bytes(b"not a database" * 500)
    yield


@fault(*STORES, says="bytes are missing")
def store_cut_short(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    os.truncate(folder / "store.sqlite", (folder / "store.sqlite").stat().st_size // 2)
    yield


@fault(*STORES, says="is damaged")
def store_with_a_damaged_schema(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    with (folder / "store.sqlite").open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3_000)
    yield


@fault(*MAKERS, says="was made by a newer version")
def store_of_a_newer_version(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    with sqlite3.connect(folder / "store.sqlite") as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    yield


@fault(*WAREHOUSES, says="cannot be read")
def warehouse_of_other_bytes(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    (folder / "warehouse.duckdb").write_bytes(b"not a database" * 500)
    yield


@fault(*WAREHOUSES, says="the warehouse")
def warehouse_cut_short(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    os.truncate(folder / "warehouse.duckdb", (folder / "warehouse.duckdb").stat().st_size // 3)
    yield


@fault(*WAREHOUSES, says="is in use by another process")
def warehouse_in_use(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holder, str(folder / "warehouse.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        assert process.stdin is not None
        process.stdin.close()


@fault("dashboard", says="there is no warehouse at")
def warehouse_that_is_not_there(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    (folder / "warehouse.duckdb").unlink()
    yield


@fault("etl run", says="there is no store at")
def store_that_is_not_there(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    (folder / "store.sqlite").unlink()
    yield
    assert not (folder / "store.sqlite").exists()


@fault(*MAKERS, says="is setting up the data folder")
def folder_that_another_start_sets_up(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    with (folder / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@fault(*MAKERS, says="cannot be written to (not a directory)")
def folder_below_a_file(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    (folder / "file").write_text("")
    environment["KOMSHIP_DATA_DIR"] = str(folder / "file" / "data")
    yield


@fault("serve", "api", "api verify-ledger", "etl demo", "etl run", says="cannot be written to")
def disk_that_is_only_read(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    yield
    folder.chmod(0o755)


@fault("serve", "api", "api verify-ledger", "etl demo", says="cannot be written to")
def store_file_that_is_only_read(folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    (folder / "store.sqlite").chmod(0o444)
    yield


@fault("etl demo", says="the store has accounts, and demo data needs an empty one")
def demo_data_twice(_folder: Path, _environment: dict[str, str]) -> Iterator[None]:
    yield


def as_an_ordinary_user() -> None:
    """Root may write everywhere; without these rights it is bound by the modes of files as everybody is.

    They go from this process, and from what it may have again when it executes another program.
    """
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        header, rights = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0), (ctypes.c_uint32 * 6)()
        for capability in (DAC_OVERRIDE, DAC_READ_SEARCH):
            assert libc.prctl(DROP_CAPABILITY, capability, 0, 0, 0) == 0
        assert libc.capget(header, rights) == 0
        for effective_or_permitted in (0, 1):
            rights[effective_or_permitted] &= ~(1 << DAC_OVERRIDE | 1 << DAC_READ_SEARCH)
        assert libc.capset(header, rights) == 0


def forked(entry: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """`python -m entry`, run to its end as an ordinary user, in a fork of a process that imported it."""
    return forks.run(entry.split(), environment, LONGEST_START, as_an_ordinary_user)


def started(entry: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """`python -m entry`, run to its end as an ordinary user."""
    return subprocess.run(
        [sys.executable, "-m", *entry.split()],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_START,
        check=False,
        preexec_fn=as_an_ordinary_user,
    )


CASES = [
    pytest.param(name, entry, id=f"{name}-{entry}") for name, (_, entries, _says) in FAULTS.items() for entry in entries
]
# in every run each fault once, at another part than its neighbour; `make test-long` crosses them, each in a new Python
EACH_ONCE = [
    pytest.param(name, entries[number % len(entries)], id=name)
    for number, (name, (_, entries, _says)) in enumerate(FAULTS.items())
]


@pytest.mark.parametrize(("name", "entry"), EACH_ONCE)
def test_a_fault_at_a_start_is_one_sentence(name: str, entry: str, folder: Path) -> None:
    check(name, entry, folder, forked)


@pytest.mark.long
@pytest.mark.parametrize(("name", "entry"), CASES)
def test_every_part_says_every_fault_in_one_sentence(name: str, entry: str, folder: Path) -> None:
    check(name, entry, folder, started)


def check(name: str, entry: str, folder: Path, start: Start) -> None:
    broken, _entries, says = FAULTS[name]
    environment = environment_of(folder)
    with broken(folder, environment):
        ended = start(entry, environment)
    told = ended.stderr.strip()
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert says in told
    assert len(told.splitlines()) == 1, told
    assert SECRET not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout


def test_the_second_of_two_first_starts_says_so(tmp_path: Path, spawn: Callable[..., subprocess.Popen[str]]) -> None:
    data = tmp_path / "new"
    first = spawn(environment_of(data, KOMSHIP_DEMO_ORDERS="20000"), "serve")
    while not (data / "start.lock").exists() or not (data / "start.lock").read_text():
        assert first.poll() is None
    second = spawn(environment_of(data), "serve")
    _out, told = second.communicate(timeout=LONGEST_START)
    assert second.returncode == 2
    assert f"another process (id {first.pid}) is setting up the data folder {data}" in told


def test_a_port_in_use_is_found_before_a_store_is_made(tmp_path: Path) -> None:
    environment = environment_of(tmp_path / "new")
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        ended = forked("serve", environment)
    assert ended.returncode == 2
    assert not (tmp_path / "new").exists()


def test_what_does_not_sign_needs_no_key(folder: Path) -> None:
    environment = environment_of(folder, KOMSHIP_DEMO_ORDERS="0", KOMSHIP_SECRET_KEY="", KOMSHIP_POLICY="")
    for entry in ("etl run", "etl status", "etl verify", "api verify-ledger", "api verify-audit"):
        ended = forked(entry, environment)
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_ledger_is_not_called_sound_over_damaged_pages(folder: Path) -> None:
    store = folder / "store.sqlite"
    page = 4096
    half = store.stat().st_size // page // 2 * page
    with store.open("r+b") as file:
        file.seek(half)
        file.write(b"\0" * page)
    ended = forked("api verify-ledger", environment_of(folder))
    assert ended.returncode == 1
    assert "broken: the database:" in ended.stdout
    assert "sound" not in ended.stdout


def test_a_warehouse_is_whole_after_the_faults(folder: Path) -> None:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as warehouse:
        assert warehouse.execute("SELECT count(*) FROM fct_orders").fetchall() == [(300,)]
