"""Many at once, bodies that stall, and wrong sign-ins, against the API in a process of its own.

`python -m tests.bench.storm` prints each figure beside its limit, and ends with 1 when one is missed:

- decisions: 50 and 500 people decide one withdrawal at the same moment;
- stalls: 60 senders stop in the middle of a body, on every route that takes one, while others write;
- sign-ins: 20 wrong sign-ins a second while others decide.
"""

import argparse
import asyncio
import io
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.domains.withdrawals.service import request_withdrawal
from tests.bench.served import PATIENCE, PEOPLE, Server, picture, prepare, store_url

NOMINAL = 1000
STALLED, STALL_LIMIT = 60, 40.0  # senders; seconds until the last of them is answered
ANSWERED_IN = {50: 3.0, 500: 20.0}  # seconds until the last answer, by decisions at once
SIGN_INS_A_SECOND = 20
BESIDE_STALLS, BESIDE_SIGN_INS = 0.2, 0.15  # p95 of decisions meanwhile, seconds
PACE = 0.1  # seconds between two decisions of the one who goes on working


@dataclass(frozen=True)
class Answer:
    """What came back, after how many seconds; status 0: nothing."""

    status: int
    seconds: float
    may_try_again: bool = False


@dataclass(frozen=True)
class Figure:
    """One measured line of the table."""

    what: str
    found: str
    limit: str
    is_held: bool


@dataclass
class Place:
    """A running API with people, and withdrawals that wait for a decision."""

    server: Server
    engine: Engine
    accounts: list[tuple[int, int]]
    tokens: dict[str, str] = field(default_factory=dict)

    def request_withdrawals(self, count: int) -> list[int]:
        """So many new ones, straight into the store."""
        with Session(self.engine) as session, session.begin():
            now = datetime.now(UTC)
            chosen = islice(cycle(self.accounts), count)
            return [request_withdrawal(session, *each, NOMINAL, now).id for each in chosen]


@contextmanager
def running(database: str, folder: Path) -> Iterator[Place]:
    """An API over a new store; it is ended afterwards, whatever happens."""
    with store_url(database, folder) as url:
        engine, accounts = prepare(url)
        place = Place(Server(url, folder), engine, accounts)
        try:
            place.server.start()
            place.tokens.update({name: place.server.token(name) for name in PEOPLE})
            yield place
        finally:
            place.server.kill()
            engine.dispose()


async def answer_to(call: Callable[[], Awaitable[httpx.Response]]) -> Answer:
    """Send it and wait."""
    begin = time.perf_counter()
    try:
        answer = await call()
    except httpx.TransportError:
        return Answer(0, time.perf_counter() - begin)
    return Answer(answer.status_code, time.perf_counter() - begin, "Retry-After" in answer.headers)


@asynccontextmanager
async def client_of(place: Place) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a limit on connections."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    async with httpx.AsyncClient(base_url=place.server.address, limits=limits, timeout=PATIENCE * 2) as client:
        yield client


def decision(client: httpx.AsyncClient, place: Place, withdrawal_id: int, number: int) -> Awaitable[Answer]:
    """Pay it with a proof of its own, or reject it: every second one."""
    status = "completed" if number % 2 else "rejected"
    headers = {
        "Authorization": f"Bearer {place.tokens[PEOPLE[number % len(PEOPLE)]]}",
        "Idempotency-Key": uuid4().hex,
    }
    proof = {"transfer_proof": ("bukti.png", io.BytesIO(picture(number)), "image/png")}
    return answer_to(
        lambda: client.put(
            f"/v2/admin/withdrawal/update/{withdrawal_id}?status={status}",
            headers=headers,
            data={"notes": f"keputusan {number}"},
            files=proof if status == "completed" else None,
        )
    )


async def decide_at_once(place: Place, count: int) -> list[Answer]:
    """So many decisions on one withdrawal at the same moment."""
    (withdrawal_id,) = place.request_withdrawals(1)
    async with client_of(place) as client:
        return list(await asyncio.gather(*(decision(client, place, withdrawal_id, n) for n in range(count))))


async def go_on_deciding(place: Place, withdrawals: list[int], until: asyncio.Event) -> list[Answer]:
    """Reject one after the other, as a person does, until there are none or it is over."""
    answers = []
    async with client_of(place) as client:
        for withdrawal_id in withdrawals:
            if until.is_set():
                break
            answers.append(await decision(client, place, withdrawal_id, 0))
            await asyncio.sleep(PACE)
    return answers


@dataclass(frozen=True)
class Route:
    """A route that takes a body."""

    method: str
    path: str
    content_type: str


async def routes_with_a_body(place: Place) -> list[Route]:
    """Every one that the API describes, with 1 for each id in its path."""
    async with client_of(place) as client:
        paths: dict[str, dict[str, Any]] = (await client.get("/openapi.json")).raise_for_status().json()["paths"]
    return [
        Route(method.upper(), "/".join("1" if part.startswith("{") else part for part in path.split("/")), kind)
        for path, operations in sorted(paths.items())
        for method, operation in operations.items()
        for kind in list(operation.get("requestBody", {}).get("content", {}))[:1]
    ]


async def stall(place: Place, route: Route, patience: float = PATIENCE) -> Answer:
    """Send the head of a request and a part of its body, then nothing."""
    begin = time.perf_counter()
    kind = f"{route.content_type}; boundary=x" if route.content_type.startswith("multipart") else route.content_type
    headers = {
        "Host": "127.0.0.1",
        "Authorization": f"Bearer {place.tokens['finance']}",
        "Idempotency-Key": uuid4().hex,
        "Content-Type": kind,
        "Content-Length": "4096",
    }
    lines = [f"{route.method} {route.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    reader, writer = await asyncio.open_connection("127.0.0.1", place.server.port)
    try:
        writer.write("\r\n".join(lines).encode() + b'--x\r\nContent-Disposition: form-data; name="notes"\r\n\r\nse')
        await writer.drain()
        async with asyncio.timeout(patience):
            line = (await reader.readline()).decode()
    except (TimeoutError, ConnectionError):
        line = ""
    finally:
        writer.close()
    return Answer(int(line.split()[1]) if line else 0, time.perf_counter() - begin)


async def stall_everywhere(place: Place, count: int, patience: float = PATIENCE) -> list[Answer]:
    """So many stalled bodies, spread over the routes; each route has one at least."""
    routes = await routes_with_a_body(place)
    chosen = islice(cycle(routes), max(count, len(routes)))
    return list(await asyncio.gather(*(stall(place, route, patience) for route in chosen)))


async def sign_in_wrongly(place: Place, a_second: float, until: asyncio.Event) -> list[Answer]:
    """So many sign-ins a second with names that do not exist, whether or not the last ones were answered."""
    async with client_of(place) as client, asyncio.TaskGroup() as group:
        tasks = []
        while not until.is_set():
            body = {"username_email": f"orang-{uuid4().hex}", "password": "salah-sekali"}
            tasks.append(group.create_task(answer_to(lambda body=body: client.post("/v1/login", json=body))))
            await asyncio.sleep(1 / a_second)
    return [task.result() for task in tasks]


async def beside(place: Place, withdrawals: list[int], storm: Awaitable[list[Answer]]) -> tuple[list[Answer], ...]:
    """What the storm was answered, and the decisions that went on meanwhile."""
    is_over = asyncio.Event()
    deciding = asyncio.create_task(go_on_deciding(place, withdrawals, is_over))
    found = await storm
    is_over.set()
    return found, await deciding


def p95(answers: list[Answer]) -> float:
    """Seconds within which 95 of 100 were answered."""
    return statistics.quantiles([each.seconds for each in answers], n=20)[-1]


def counted(answers: list[Answer]) -> str:
    """How many of each status."""
    return ", ".join(f"{count} x {status}" for status, count in sorted(Counter(a.status for a in answers).items()))


def figures_of_decisions(answers: list[Answer]) -> list[Figure]:
    """One wins, the others are refused, and nobody waits long."""
    count, last = len(answers), max(each.seconds for each in answers)
    limit = ANSWERED_IN.get(count, max(ANSWERED_IN.values()))
    is_one = Counter(each.status for each in answers) == {200: 1, 409: count - 1}
    return [
        Figure(f"{count} decisions at once", counted(answers), "one 200, others 409", is_one),
        Figure(f"{count} decisions: last answer", f"{last:.2f} s", f"{limit:.0f} s", last <= limit),
    ]


def figure_of_those_beside(what: str, limit: float, calm: list[Answer], stormy: list[Answer]) -> Figure:
    """Who decides meanwhile is quick enough, and never refused."""
    is_held = p95(stormy) <= limit and all(each.status == 200 for each in stormy)
    found = f"p95 {p95(stormy) * 1000:.0f} ms, {counted(stormy)}"
    return Figure(what, found, f"{limit * 1000:.0f} ms (p95 before: {p95(calm) * 1000:.0f})", is_held)


async def calm_decisions(place: Place) -> list[Answer]:
    """What a decision takes without a storm."""
    return await go_on_deciding(place, place.request_withdrawals(50), asyncio.Event())


async def measure_stalls(place: Place) -> list[Figure]:
    calm = await calm_decisions(place)
    many = place.request_withdrawals(round(PATIENCE / PACE))
    stalled, decided = await beside(place, many, stall_everywhere(place, STALLED))
    last = max(each.seconds for each in stalled)
    is_refused = all(each.status == 408 for each in stalled)
    return [
        figure_of_those_beside("decisions beside stalled bodies", BESIDE_STALLS, calm, decided),
        Figure(f"{len(stalled)} stalled bodies", counted(stalled), "408", is_refused),
        Figure("stalled bodies: last answer", f"{last:.1f} s", f"{STALL_LIMIT:.0f} s", last <= STALL_LIMIT),
    ]


async def measure_sign_ins(place: Place, seconds: float) -> list[Figure]:
    calm = await calm_decisions(place)
    is_over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, is_over.set)
    many = place.request_withdrawals(round(seconds / PACE))
    signed_in, decided = await beside(place, many, sign_in_wrongly(place, SIGN_INS_A_SECOND, is_over))
    is_refused = all(400 <= each.status < 500 or each.may_try_again for each in signed_in)
    return [
        figure_of_those_beside("decisions beside wrong sign-ins", BESIDE_SIGN_INS, calm, decided),
        Figure(f"{len(signed_in)} wrong sign-ins", counted(signed_in), "4xx, or 503 with Retry-After", is_refused),
    ]


async def measure(place: Place, parts: list[str], seconds: float) -> list[Figure]:
    """The figures of the parts, on one server."""
    found: list[Figure] = []
    if "decisions" in parts:
        for count in ANSWERED_IN:
            found += figures_of_decisions(await decide_at_once(place, count))
    if "stalls" in parts:
        found += await measure_stalls(place)
    if "sign-ins" in parts:
        found += await measure_sign_ins(place, seconds)
    return found


def main() -> int:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--part", choices=("decisions", "stalls", "sign-ins"), action="append")
    parser.add_argument("--seconds", type=float, default=60, help="of wrong sign-ins")
    given = parser.parse_args()
    table = Table("store", "what", "found", "limit", "")
    is_held = True
    for database in given.store or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder, running(database, Path(folder)) as place:
            parts = given.part or ["decisions", "stalls", "sign-ins"]
            for figure in asyncio.run(measure(place, parts, given.seconds)):
                table.add_row(database, figure.what, figure.found, figure.limit, "held" if figure.is_held else "MISSED")
                is_held &= figure.is_held
    Console(width=140).print(table)
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main())
