"""Kill -9 of the server under a payout load, many times: nothing acknowledged is lost, nothing is paid twice.

`python -m tests.bench.crash --kills 100 --store postgresql` (or sqlite). Every request carries an idempotency key, and
one that got no answer is sent again after the restart, as a client does.
"""

import argparse
import hashlib
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.domains.withdrawals.verify import problems
from api.kernel.audit import first_break
from api.kernel.idempotency import IdempotencyKey
from api.models import Withdrawal
from tests.bench.served import PATIENCE, PEOPLE, Server, picture, prepare, store_url

THREADS = 4


@dataclass
class Load:
    """What the clients did: acknowledged writes by withdrawal, and the requests that had to be repeated."""

    server: Server
    engine: Engine
    tokens: dict[str, str]
    accounts: list[tuple[int, int]]
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[int, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    repeated: int = 0
    committed_before: int = 0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, http: httpx.Client, who: str, method: str, path: str, **body: Any) -> httpx.Response | None:
        """One write with one key, until there is an answer."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": uuid4().hex}
        again = False
        while not self.stop.is_set() or again:
            self.server.up.wait(PATIENCE)
            if again:
                with Session(self.engine) as session:
                    done = session.scalar(
                        select(IdempotencyKey.key).where(IdempotencyKey.key == headers["Idempotency-Key"])
                    )
                with self.lock:
                    self.repeated += 1
                    self.committed_before += done is not None
            try:
                answer = http.request(method, f"{self.server.address}/{path}", headers=headers, timeout=30, **body)
            except httpx.TransportError:
                again = True
                continue
            with self.lock:
                self.answers[answer.status_code] += 1
                if answer.status_code >= 500 or (again and answer.status_code >= 400):
                    self.wrong.append(f"{answer.status_code} of {path}: {answer.text[:200]}")
            return answer
        return None

    def known(self, withdrawal_id: int, status: str, answer: httpx.Response | None) -> bool:
        """Remember what was acknowledged."""
        if answer is None or answer.status_code != 200:
            return False
        with self.lock:
            self.acknowledged[withdrawal_id] = status
        return True

    def run(self, seed: int) -> None:
        """One client."""
        chance = random.Random(seed)
        with httpx.Client() as http:
            while not self.stop.is_set():
                made = [each for each in (self.ask(http, chance) for _turn in range(2)) if each]
                if len(made) == 2 and chance.random() < 0.25:
                    self.pay_batch(http, made)
                    continue
                for withdrawal_id in made:
                    self.decide(http, chance, withdrawal_id)

    def ask(self, http: httpx.Client, chance: random.Random) -> int | None:
        partner, account = chance.choice(self.accounts)
        body = {"partner_id": partner, "bank_account_id": account, "nominal": chance.randint(1000, 90_000)}
        answer = self.send(http, "finance", "POST", "v2/withdrawal/request", json=body)
        if answer is None or answer.status_code != 200:
            return None
        withdrawal_id: int = answer.json()["data"]["withdrawal_id"]
        self.known(withdrawal_id, "requested", answer)
        return withdrawal_id

    def decide(self, http: httpx.Client, chance: random.Random, withdrawal_id: int) -> None:
        if chance.random() < 0.3:
            answer = self.send(
                http, "finance3", "POST", f"v2/admin/withdrawal/approval/{withdrawal_id}", json={"comment": "cek"}
            )
            self.known(withdrawal_id, "on_review", answer)
        status = "completed" if chance.random() < 0.8 else "rejected"
        answer = self.send(
            http,
            "finance2",
            "PUT",
            f"v2/admin/withdrawal/update/{withdrawal_id}?status={status}",
            data={"notes": "diputuskan"},
            files={"transfer_proof": ("bukti.png", picture(withdrawal_id), "image/png")},
        )
        self.known(withdrawal_id, status, answer)

    def pay_batch(self, http: httpx.Client, made: list[int]) -> None:
        rows = [{"withdrawal_id": key} for key in made]
        tried = self.send(http, "finance2", "POST", "v2/admin/payout/dry-run", json={"rows": rows})
        if tried is None or tried.status_code != 200:
            return
        rows = [{name: row[name] for name in ("withdrawal_id", "version")} for row in tried.json()["data"]["rows"]]
        total = {"row_count": 2, "total": tried.json()["data"]["total"]}
        made_batch = self.send(http, "finance2", "POST", "v2/admin/payout/batch", json={"rows": rows, **total})
        if made_batch is None or made_batch.status_code != 200:
            return
        batch = made_batch.json()["data"]
        path = f"v2/admin/payout/batch/{batch['id']}"
        approved = self.send(http, "finance3", "POST", f"{path}/approval", json=total)
        if approved is None or approved.status_code != 200:
            return
        nominals = [row["nominal"] for row in tried.json()["data"]["rows"]]
        lines = [f"{batch['reference']}-{at:04d};{nominal};Berhasil" for at, nominal in enumerate(nominals, 1)]
        content = "\n".join(["Referensi;Nominal;Status", *lines]).encode()
        answer = self.send(http, "finance2", "POST", f"{path}/result", files={"result": ("hasil.csv", content)})
        for withdrawal_id in made:
            self.known(withdrawal_id, "completed", answer)


def violations(load: Load) -> list[str]:
    """What must not be, in the store as it is."""
    found = list(load.wrong)
    with load.lock:
        known = dict(load.acknowledged)
    with Session(load.engine) as session:
        found += [f"ledger: {problem}" for problem in problems(session)]
        if broken := first_break(session):
            found.append(f"audit: {broken}")
        withdrawals = {each.id: each for each in session.scalars(select(Withdrawal))}
        for key, status in known.items():
            now = withdrawals.get(key)
            is_ended = status in ("completed", "rejected")
            if now is None or (now.status != status if is_ended else now.status == "requested" != status):
                found.append(f"withdrawal {key} was acknowledged {status} and is {now.status if now else 'gone'}")
        for each in withdrawals.values():
            if each.status == "completed" and not _is_kept(load.server.folder, each.proof_sha256):
                found.append(f"withdrawal {each.id} is completed without its proof")
    return found


def _is_kept(folder: Path, sha256: str | None) -> bool:
    file = folder / "proofs" / str(sha256)
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def crash(url: str, folder: Path, kills: int, seed: int = 1) -> tuple[Load, list[str]]:
    """Kill the server so many times under load; the load and what was wrong."""
    engine, accounts = prepare(url)
    server = Server(url, folder)
    server.start()
    tokens = {name: server.token(name) for name in PEOPLE}
    load = Load(server, engine, tokens, accounts)
    clients = [threading.Thread(target=load.run, args=(seed * 100 + n,), daemon=True) for n in range(THREADS)]
    for client in clients:
        client.start()
    chance, found = random.Random(seed), []
    try:
        for number in range(1, kills + 1):
            time.sleep(chance.uniform(0.05, 2.0))
            server.kill()
            if number % 10 == 0:
                found += violations(load)
            server.start()
        time.sleep(0.5)
        load.stop.set()
        for client in clients:
            client.join(PATIENCE)
        found += violations(load)
    finally:
        server.kill()
        engine.dispose()
    return load, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, store_url(given.store, Path(name)) as url:
        load, found = crash(url, Path(name), given.kills, given.seed)
    print(
        f"{given.store}: {given.kills} kills, {load.answers[200]} writes acknowledged, {load.repeated} sent again, "
        f"{load.committed_before} of those had been committed, {len(found)} violations"
    )
    for line in dict.fromkeys(found):
        print(f"  {line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
