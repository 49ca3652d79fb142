"""kill -9 at random points of landings: the next run heals, and a verification finds nothing.

    python -m tests.bench.killing --kills 1000

A process lands (first load, increment, backfill, tables made anew, a repair; a store or files) and is forked from one
that has imported the product, so that a kill costs little. It is killed after a random part of the time that such
landings take; then a new process runs and verifies. Between the kills the source changes.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text, update

from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from etl.runner import Runner
from etl.sources.base import Source
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from etl.sources.sql import SqlSource
from etl.verify import compare, repair
from queries.engine import Warehouse
from queries.schema import fct_orders
from tests.etl import rows

NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)
MODES = ("first_load", "increment", "backfill", "rebuild", "repair")
MAPPING = """
name: toko
inputs: {sellers: {files: ["s*.csv"], columns: [id, name]}}
tables:
  dim_partners:
    - input: sellers
      columns:
        partner_id: {column: id, key_of: partner}
        full_name: {column: name}
        brand_name: {column: name}
        email: {value: ""}
        phone: {value: ""}
        city: {value: ""}
        joined_at: {value: "2022-01-01 00:00:00"}
        problem_status: {value: 0}
        updated_at: {value: "2022-01-01 00:00:00"}
"""


@dataclass
class Killed:
    """What happened: kills by kind of landing, landings that had ended before their kill, and what was wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class StorePlace:
    """A store in a folder, or by the URL of a migrated one, and a warehouse beside it."""

    def __init__(self, folder: Path, url: str = "", orders: int = 400) -> None:
        self.warehouse = folder / "warehouse.duckdb"
        self.url = url or f"sqlite:///{folder / 'store.sqlite'}"
        if not url:
            upgrade(self.url)
        engine = make_engine(self.url)
        with engine.begin() as connection:
            rows.fill(connection, partners=20, orders=orders)
            rows.everything(connection)
        engine.dispose()

    def source(self) -> Source:
        """The source, opened in the process that asks."""
        return SqlSource(make_engine(self.url), self.url)

    def change(self, seed: int) -> None:
        """A few random changes."""
        engine = make_engine(self.url)
        with engine.begin() as connection:
            for step in range(8):
                rows.mutate(connection, 1000 * seed + step)
        engine.dispose()


class FilePlace:
    """A folder of files, and a warehouse beside it."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = folder / "warehouse.duckdb"
        self._folder = folder
        (folder / "m.yaml").write_text(MAPPING)
        self.change(0)

    def source(self) -> Source:
        """The source."""
        return FileSource(load_mapping(self._folder / "m.yaml"), self._folder)

    def change(self, seed: int) -> None:
        """Other names, a row more; now and then one that is set aside."""
        chance = random.Random(seed)
        lines = [f"k{number},Toko {chance.randrange(5)}" for number in range(500 + seed % 7)]
        lines += ["bad,"] if seed % 3 == 0 else []
        (self._folder / "s1.csv").write_text("\n".join(["id,name", *lines]) + "\n")


Place = StorePlace | FilePlace


def _runner(place: Place) -> tuple[Runner, Warehouse]:
    warehouse = Warehouse(place.warehouse)
    warehouse.create_tables()
    return Runner(warehouse, place.source(), lambda: NOW), warehouse


def _damaged(warehouse: Warehouse) -> None:
    with warehouse.write() as connection:
        connection.execute(update(fct_orders).values(qty=fct_orders.c.qty + 1).where(fct_orders.c.order_id % 5 == 0))


def _land(place: Place, mode: str) -> None:
    runner, warehouse = _runner(place)
    if mode == "backfill":
        runner.backfill()
    elif mode == "repair":
        _damaged(warehouse)
        repair(runner)
    else:
        runner.run()
    warehouse.close()


def _heal(place: Place, wrong: Path) -> None:
    """Run and verify; what is wrong is written to a file. A landing that was killed in a repair is repaired first."""
    runner, warehouse = _runner(place)
    runner.run()
    found = compare(runner)
    if not found.agrees:
        wrong.write_text(str(found)[:4000])
    warehouse.close()


def _forked(work: Callable[[], None]) -> int:
    """The process id of a child that does the work and ends."""
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            os.setpgid(0, 0)
            work()
            code = 0
        os._exit(code)
    return child


def _waited(child: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _prepared(place: Place, mode: str, folder: Path) -> None:
    """Bring the warehouse to where a landing of this kind begins."""
    if mode == "first_load":
        for path in (place.warehouse, Path(f"{place.warehouse}.wal")):
            path.unlink(missing_ok=True)
    if mode == "rebuild":
        child = _forked(lambda: _dropped_column(place))
        if not _waited(child):
            raise RuntimeError(f"{place.warehouse} could not be made old, see {folder}")


def _dropped_column(place: Place) -> None:
    warehouse = Warehouse(place.warehouse)
    with warehouse.write() as connection:
        connection.execute(text("ALTER TABLE dim_partners DROP COLUMN city"))
    warehouse.close()


def kill_landings(place: Place, folder: Path, kills: int, seed: int) -> Killed:
    """Kill so many landings; after each, a run heals and a verification finds nothing."""
    chance, done = random.Random(seed), Killed()
    longest: dict[str, float] = {}
    modes = MODES if isinstance(place, StorePlace) else ("first_load", "increment", "backfill")
    wrong = folder / "wrong"
    turn = 0
    while done.kills.total() < kills:
        turn += 1
        mode = modes[turn % len(modes)]
        _prepared(place, mode, folder)
        place.change(seed * 10_000 + turn)
        started = time.monotonic()
        child = _forked(lambda mode=mode: _land(place, mode))  # type: ignore[misc]
        if mode not in longest:  # the first of its kind is not killed: it says how long such a landing takes
            _waited(child)
            longest[mode] = time.monotonic() - started
        else:
            time.sleep(chance.uniform(0, longest[mode]))
            os.kill(child, signal.SIGKILL)
            killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
            (done.kills if killed else done.ended)[mode] += 1
        healing = _forked(lambda mode=mode: _healed(place, mode, wrong))  # type: ignore[misc]
        if not _waited(healing) or wrong.exists():
            found = wrong.read_text() if wrong.exists() else "the next run failed"
            done.wrong.append(f"turn {turn}, {mode}: {found}")
            shutil.copytree(folder, f"{folder}-wrong-{turn}", dirs_exist_ok=True)
            wrong.unlink(missing_ok=True)
    return done


def _healed(place: Place, mode: str, wrong: Path) -> None:
    if mode == "repair":  # what was damaged before the repair began is damaged after its death
        runner, warehouse = _runner(place)
        repair(runner)
        warehouse.close()
    _heal(place, wrong)


def main() -> int:
    """Kill landings of a store and of files by turns; exit code 1 when anything was wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--source", choices=("sqlite", "files"), default="sqlite")
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="killed-"))
    place: Place = StorePlace(folder) if given.source == "sqlite" else FilePlace(folder)
    started = time.monotonic()
    done = kill_landings(place, folder, given.kills, given.seed)
    print(
        f"{given.source}: {done.kills.total()} kills {dict(done.kills)}, {done.ended.total()} landings had ended, "
        f"{len(done.wrong)} wrong, {time.monotonic() - started:.0f} s"
    )
    for line in done.wrong:
        print(f"  {line}")
    if not done.wrong:
        shutil.rmtree(folder)
    return 1 if done.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
