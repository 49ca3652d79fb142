"""Fifty decisions on one withdrawal at the same moment, from eight processes against PostgreSQL."""

import threading
from collections import Counter
from datetime import datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.withdrawals.verify import problems
from api.kernel import audit
from api.kernel.db import make_engine
from api.main import create_app
from api.models import AuditEntry, EntryKind, LedgerTransaction, Withdrawal
from settings import Settings
from tests import forks
from tests.api.conftest import PASSWORD, Case
from tests.api.test_withdrawals import PROOF

PROCESSES, DECISIONS = 8, 50
PATIENCE = 90.0


def _decide(url: str, folder: Path, now: datetime, withdrawal_id: int, count: int, gate: Barrier, codes: Queue) -> None:
    """One process with an API of its own: `count` decisions, as different as they can be, once all are ready."""
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=url,
        demo_orders=0,
        secret_key=SecretStr("s" * 32),
        today=now,
        log_level="ERROR",
    )
    engine = make_engine(url)
    client = TestClient(create_app(settings=settings, engine=engine, warehouse=None), raise_server_exceptions=False)
    answer = client.post("/api/v1/login", json={"username_email": "finance", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {answer.json()['data']['access_token']}"}
    ready = threading.Barrier(count)
    gate.wait(PATIENCE)

    def once(number: int) -> None:
        ready.wait(PATIENCE)
        status = ("completed", "rejected", "canceled")[number % 3]
        sent = client.put(
            f"/api/v2/admin/withdrawal/update/{withdrawal_id}",
            params={"status": status},
            data={"notes": "ya"},
            files={"transfer_proof": PROOF},
            headers=headers,
        )
        codes.put(sent.status_code)

    threads = [threading.Thread(target=once, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_of_fifty_decisions_from_eight_processes_one_wins(
    store_url: str, store_engine: Engine, case: Case, tmp_path: Path, now: datetime
) -> None:
    fresh = forks.context()
    gate, codes = fresh.Barrier(PROCESSES), fresh.Queue()
    shares = [DECISIONS // PROCESSES + (number < DECISIONS % PROCESSES) for number in range(PROCESSES)]
    processes = [
        fresh.Process(target=_decide, args=(store_url, tmp_path, now, case.withdrawal_id, share, gate, codes))
        for share in shares
    ]
    for process in processes:
        forks.start(process)
    found = Counter(codes.get(timeout=PATIENCE) for _decision in range(DECISIONS))
    for process in processes:
        process.join(PATIENCE)
    assert found == {200: 1, 409: DECISIONS - 1}
    with Session(store_engine) as session:
        assert session.get_one(Withdrawal, case.withdrawal_id).version == 2
        moved = select(func.count()).where(
            LedgerTransaction.withdrawal_id == case.withdrawal_id,
            LedgerTransaction.kind != EntryKind.WITHDRAWAL_RESERVE,
        )
        assert session.scalar(moved) == 1
        decided = select(func.count()).where(AuditEntry.subject == "withdrawal")
        assert session.scalar(decided) == 1
        assert problems(session) == []
        assert audit.first_break(session) is None
