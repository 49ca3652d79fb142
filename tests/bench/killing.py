"""kill -9 at random points of landings: the next run heals, and a verification finds nothing.

    python -m tests.bench.killing --kills 1000

A process lands (first load, increment, backfill, tables made anew, a repair; a store or files) and is forked from one
that has imported the product, so that a kill costs little. It says each step that it begins. Half of the kills fall
while the warehouse is opened, committed to or folded, the others at any instant. Then a new process runs and verifies;
it leaves the write-ahead log to the next one as often as not. Between the kills the source changes.
"""

import argparse
import contextlib
import gc
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pyarrow.dataset  # noqa: F401 - DuckDB imports it with the first rows that it is given
from sqlalchemy import select, text, update

from etl import own_folder
from etl.runner import Runner
from etl.verify import compare, repair
from queries.engine import Warehouse
from queries.schema import dim_partners, due_tables, fct_orders
from tests.bench.killed_places import FilePlace, Place, StorePlace

NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)
MODES = ("first_load", "increment", "backfill", "rebuild", "repair")
DANGEROUS = ("open", "commit", "fold")
LONGEST = 300  # seconds that a landing or a verification may take
PLACES: dict[str, Callable[[Path], Place]] = {"sqlite": StorePlace, "files": FilePlace}
Step = Callable[[str], None]
Mark = tuple[str, int]  # a step, and which one of its name


@dataclass
class Killed:
    """Kills by kind of landing and by step, landings that ended before their kill, and what was wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        critical = {step: self.steps[step] for step in DANGEROUS}
        return (
            f"{self.kills.total()} kills {dict(self.kills)}, of these {critical}; "
            f"{self.ended.total()} landings had ended before, {len(self.wrong)} wrong"
        )


def kill_landings(place: Place, kills: int, seed: int, progress: Callable[[Killed], None]) -> Killed:
    """Kill so many landings; after each, a run heals and a verification finds nothing."""
    done, known = Killed(), dict[str, dict[Mark, float]]()
    gc.collect()
    gc.freeze()  # a fork that collects would copy all that is imported
    turn = 0
    while done.kills.total() < kills:
        turn += 1
        mode = MODES[turn % len(MODES)]
        chance = random.Random(seed * 1_000_003 + turn)
        _prepare(place, mode)
        place.change(seed * 10_000 + turn)
        if mode not in known:  # the first of its kind is not killed: it says what steps such a landing has
            known[mode] = _measured(place, mode)
        else:
            mark = _chosen(chance, known[mode])
            killed = _killed(place, mode, mark, chance.uniform(0, known[mode][mark]))
            (done.kills if killed else done.ended)[mode] += 1
            done.steps[mark[0]] += killed
        _check(place, mode, done, turn, chance.random() < 0.5)
        progress(done)
    return done


def _prepare(place: Place, mode: str) -> None:
    """Bring the warehouse to where a landing of this kind begins."""
    if mode == "first_load":
        for path in (place.warehouse, Path(f"{place.warehouse}.wal")):
            path.unlink(missing_ok=True)
    elif mode == "rebuild":
        with _forked(lambda _step: _drop_a_column(place)) as (child, _steps):
            pass
        if _status(child):
            raise RuntimeError(f"{place.warehouse} could not be made old")


def _drop_a_column(place: Place) -> None:
    warehouse = Warehouse(place.warehouse)
    with warehouse.write() as connection:
        connection.execute(text("ALTER TABLE dim_partners DROP COLUMN city"))
    warehouse.close()


def _land(place: Place, mode: str, step: Step) -> None:
    step("open")
    runner, warehouse = _runner(place, step)
    if mode == "backfill":
        runner.backfill()
    elif mode == "repair":
        with warehouse.write() as connection:
            damaged = update(dim_partners).values(full_name="?").where(dim_partners.c.partner_id % 5 == 0)
            connection.execute(damaged)
            connection.execute(update(fct_orders).values(qty=7))
        repair(runner)
    else:
        runner.run()
    step("fold")
    warehouse.close()


def _runner(place: Place, step: Step) -> tuple[Runner, Warehouse]:
    warehouse = Warehouse(place.warehouse)
    warehouse.create_tables()
    return Runner(warehouse, place.source(), lambda: NOW, step), warehouse


@contextlib.contextmanager
def _forked(work: Callable[[Step], None]) -> Iterator[tuple[int, Iterator[str]]]:
    """A child that does the work and ends: its process id, and the steps that it begins, as it begins them."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            signal.alarm(LONGEST)
            work(lambda name: os.write(writing, f"{name}\n".encode()) and None)
            code = 0
        os._exit(code)
    os.close(writing)
    with open(reading) as steps:
        yield child, iter(steps.readline, "")


def _status(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _measured(place: Place, mode: str) -> dict[Mark, float]:
    """The steps of a landing that is left alone, and how long each takes, in seconds."""
    with _forked(lambda step: _land(place, mode, step)) as (child, steps):
        begun = [(mark, time.monotonic()) for mark in _marks(steps)]
    if _status(child):
        raise RuntimeError(f"a landing that was left alone failed: {mode}")
    ends = [*begun, (("end", 0), time.monotonic())]
    return {mark: after - at for (mark, at), (_next, after) in pairwise(ends)}


def _marks(steps: Iterator[str]) -> Iterator[Mark]:
    seen = Counter[str]()
    for line in steps:
        name = line.strip()
        yield name, seen[name]
        seen[name] += 1


def _chosen(chance: random.Random, took: dict[Mark, float]) -> Mark:
    """One of the dangerous steps, or any, the longer ones more often."""
    if chance.random() < 0.5:
        return chance.choice([mark for mark in took if mark[0] in DANGEROUS])
    return chance.choices(list(took), list(took.values()))[0]


def _killed(place: Place, mode: str, mark: Mark, after: float) -> bool:
    """Kill a landing so many seconds after it begins a step; whether it still ran."""
    with _forked(lambda step: _land(place, mode, step)) as (child, steps):
        for found in _marks(steps):
            if found == mark:
                time.sleep(after)
                os.kill(child, signal.SIGKILL)
                break
        return _status(child) == -signal.SIGKILL


def _check(place: Place, mode: str, done: Killed, turn: int, leave_log: bool) -> None:
    """Run and verify in a new process, and note what is wrong."""
    wrong = place.folder / "wrong"
    with _forked(lambda _step: _heal(place, mode, wrong, leave_log)) as (child, _steps):
        pass
    status = _status(child)
    if status or wrong.exists():
        found = wrong.read_text() if wrong.exists() else f"the next run ended with {status}"
        done.wrong.append(f"turn {turn}, {mode}: {found}")
        shutil.copytree(place.folder, f"{place.folder}-wrong-{turn}")
        wrong.unlink(missing_ok=True)


def _heal(place: Place, mode: str, wrong: Path, leave_log: bool) -> None:
    """What was damaged before a repair began is repaired now; nothing else may differ."""
    try:
        runner, warehouse = _runner(place, lambda _name: None)
        runner.run()
        if mode == "repair":
            first, found = repair(runner)
            own = {each.table for each in first.differences if not each.table.startswith("mart_")}
            others = own - {dim_partners.name, fct_orders.name}
        else:
            found, others = compare(runner), set()
        with warehouse.read() as connection:
            due = connection.execute(select(due_tables)).all()
        left = list(place.folder.glob(f"{own_folder.PREFIX}*"))
        if others or due or left or not found.agrees:
            wrong.write_text(f"{found}; differed before: {others}; due: {due}; left behind: {left}"[:4000])
        if not leave_log:
            warehouse.close()
    except BaseException as error:
        wrong.write_text(repr(error)[:4000])
        raise


def main() -> int:
    """Kill landings of a store and of files; exit code 1 when anything was wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=1000, help="so many of all sources together")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--source", choices=tuple(PLACES), action="append", help="default: all")
    given = options.parse_args()
    sources = given.source or list(PLACES)
    wrong = 0
    for source in sources:
        wrong += len(_report(source, given.kills // len(sources), given.seed).wrong)
    return 1 if wrong else 0


def _report(source: str, kills: int, seed: int) -> Killed:
    folder = Path(tempfile.mkdtemp(prefix=f"killed-{source}-"))
    started, cpu = time.monotonic(), _seconds_of_children()
    told = Counter[str]()

    def progress(done: Killed) -> None:
        for line in done.wrong[told["wrong"] :]:
            print(f"  {line}", flush=True)
        told["wrong"] = len(done.wrong)
        if done.kills.total() >= told["kills"] + 50:
            told["kills"] = done.kills.total()
            print(f"{source}: {done}", flush=True)

    done = kill_landings(PLACES[source](folder), kills, seed, progress)
    each = (_seconds_of_children() - cpu) / kills
    print(
        f"{source}: {done}; {time.monotonic() - started:.0f} s, {each:.1f} s of a processor for each kill", flush=True
    )
    if not done.wrong:
        shutil.rmtree(folder)
    return done


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
