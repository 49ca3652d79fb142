"""Histories made, landed and asked about, each by its seed."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Protocol

from sqlalchemy import Engine

from api.kernel import changelog
from api.models import ChangeLog
from etl.runner import Runner, RunReport
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from queries.schema import metadata
from queries.wib import naive_utc
from tests.mariadb import TABLES, MariadbServer
from tests.oracle.answers import differences, plain
from tests.oracle.asking import Asking
from tests.oracle.histories import History
from tests.oracle.landed import landed
from tests.oracle.questions import HEADLINES, QUESTIONS
from tests.oracle.store import read
from tests.oracle.upheavals import Upheaval
from tests.stores import Store

ASKED = 4  # questions after each landing besides the headlines


Clock = Callable[[], datetime]


class Landings(Protocol):
    """What lands the store when it is asked to."""

    def run(self) -> RunReport:
        """Land what changed."""


@dataclass(slots=True)
class Place:
    """Where histories happen: a store, and what lands it in the warehouse. Each history finds both empty."""

    engine: Engine
    warehouse: Warehouse
    runner: Callable[[Clock], Landings]
    empty: Callable[[], None]
    is_turned_over: bool = True  # whether rows may change their keys, and tables be emptied


@dataclass(slots=True)
class Found:
    """What came of histories: answers compared, and each difference with the seed that shows it again."""

    histories: int = 0
    landings: int = 0
    answers: int = 0
    differences: list[str] = field(default_factory=list)


def over_sql(store: Store, warehouse: Warehouse) -> Place:
    """A store that is landed from its database."""
    emptied = ";".join(f"DELETE FROM {table.name}" for table in metadata.tables.values())

    def empty() -> None:
        store.empty()
        with warehouse.raw() as cursor:
            cursor.execute(emptied)

    return Place(store.engine, warehouse, lambda now: Runner(warehouse, SqlSource(store.engine, store.url), now), empty)


class LoggedMariadb:
    """A MariaDB with a change log, whose rows are deleted for each history: its tables and triggers stay."""

    def __init__(self, server: MariadbServer) -> None:
        self.url, self.engine = server.url, server.engine
        server.empty()
        with self.engine.begin() as connection:
            changelog.install(connection)
            # one account for each kind of the platform's: MariaDB knows no index of some rows only
            connection.exec_driver_sql("DROP INDEX uq_ledger_accounts_platform ON ledger_accounts")

    def empty(self) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SET foreign_key_checks = 0")
            for table in (*TABLES, ChangeLog.__table__):
                connection.execute(table.delete())
            connection.exec_driver_sql("SET foreign_key_checks = 1")

    def close(self) -> None:
        """The server is ended by its owner."""


def warehouse_in_memory() -> Warehouse:
    """A warehouse that is emptied from history to history: making its tables takes longer."""
    made = Warehouse(":memory:")
    made.create_tables()
    with made.raw() as cursor:
        cursor.execute("SET threads = 1")  # a few rows are not worth another thread
    gc.collect()
    gc.freeze()  # what is loaded stays: to look through it for garbage took a tenth of the time
    gc.set_threshold(50_000)
    return made


def live(seed: int, place: Place, found: Found) -> None:
    """One history from its beginning to its end, every fifth with upheavals; what differs is added to `found`."""
    place.empty()
    history = Upheaval(seed) if place.is_turned_over and seed % 5 == 0 else History(seed)
    rng = Random(seed)
    runner = place.runner(lambda: history.now)
    for number, change in enumerate(history.portions()):
        with place.engine.begin() as connection:
            change(connection)
        runner.run()
        if rng.random() < 0.1:
            runner.run()  # nothing changed
        found.landings += 1
        others = [asked for asked in QUESTIONS if asked not in HEADLINES]
        questions = [*HEADLINES, *rng.sample(others, ASKED)]
        for line in ask(place, history, questions, rng):
            found.differences.append(f"seed {seed}, landing {number + 1}: {line}")
        found.answers += len(questions)
    found.histories += 1


def ask(place: Place, history: History, questions: list[object], rng: Random) -> Iterator[str]:
    """Ask the product and the oracle the same; the lines that say where they differ."""
    rows = landed(read(place.engine))
    with place.warehouse.read() as connection:
        asking = Asking(place.warehouse, connection, rows, naive_utc(history.now), rng)
        for asked in questions:
            both = QUESTIONS[asked](asking)
            for line in differences(plain(both.given), plain(both.wanted)):
                yield f"{asked.__module__}.{asked.__name__}{both.arguments}{line}"  # type: ignore[attr-defined]
