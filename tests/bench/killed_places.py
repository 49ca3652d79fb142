"""Where landings are killed: a store or files, small, and a warehouse beside them."""

import csv
import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import update

from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from api.models import Order
from etl.sources.base import Source
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from etl.sources.sql import SqlSource
from tests.etl import rows

CHANGES = 8  # between two kills
SPOILED = 4  # every so many turns a row is set aside
ORDERS = 150
CHAINS = (
    ("Diajukan", "Dipacking", "Dikirim", "Diterima"),
    ("Diajukan", "Dipacking", "Dikirim", "Retur"),
    ("Diajukan", "Dipacking", "Batal"),
    ("Diajukan", "Batal"),
)
MAPPING = Path(__file__).with_name("killed.yaml")


class Place(Protocol):
    """A source that changes, and the warehouse that it is landed in."""

    folder: Path
    warehouse: Path

    def source(self) -> Source:
        """The source, opened in the process that asks."""
        ...

    def change(self, seed: int) -> None:
        """A few random changes; now and then a row that is set aside."""
        ...


class StorePlace:
    """A store in a folder, or by the URL of a migrated one."""

    def __init__(self, folder: Path, url: str = "", orders: int = 60) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        self._url = url or f"sqlite:///{folder / 'store.sqlite'}"
        if not url:
            upgrade(self._url)
        self._engine = make_engine(self._url)
        with self._engine.begin() as connection:
            rows.fill(connection, partners=8, orders=orders)
            rows.everything(connection)
        self._engine.dispose()

    def source(self) -> Source:
        """See `Place`."""
        return SqlSource(make_engine(self._url), self._url)

    def change(self, seed: int) -> None:
        """See `Place`."""
        with self._engine.begin() as connection:
            for step in range(CHANGES):
                rows.mutate(connection, 1000 * seed + step)
            method = "BARTER" if seed % SPOILED == 0 else "COD"
            connection.execute(update(Order).where(Order.id == 1).values(payment_method=method))
        self._engine.dispose()  # a fork must not share an open file


class FilePlace:
    """Files of sellers, of notes about them, of their orders and of what happened to each order, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        self._files = folder / "files"
        self._files.mkdir()
        self.change(0)

    def source(self) -> Source:
        """See `Place`."""
        return FileSource(load_mapping(MAPPING), self._files, MAPPING, may_shrink=True)

    def change(self, seed: int) -> None:
        """Other names and notes, orders that went on or are new, and some more or fewer rows."""
        chance = random.Random(seed)
        sellers = [(f"k{number}", f"Toko {chance.randrange(5)}") for number in range(200 + seed % 3)]
        notes = [(f"n{number}", f"k{number % 200}", f"Isi {chance.random()}") for number in range(500 + seed % 7)]
        if seed % SPOILED == 0:
            sellers.append(("bad", ""))
            notes.append(("of nobody", "nobody", "?"))
        _write(self._files / "s1.csv", ("id", "name"), sellers)
        _write(self._files / "n1.csv", ("number", "seller", "body"), notes)
        self._write_orders(seed, chance)

    def _write_orders(self, seed: int, chance: random.Random) -> None:
        orders, events = [], []
        for number in range(ORDERS + seed % 11):
            made = datetime(2022, 10, 1 + number % 28, 9)
            chain = chance.choice(CHAINS)[: 1 + chance.randrange(5)]
            at = [made + timedelta(hours=7 * step) for step in range(len(chain))]
            moments = dict(zip(chain, at, strict=True))
            told = [moments.get(state, "") for state in ("Dikirim", "Diterima")]
            orders.append((f"o{number}", f"k{number % 200}", chain[-1], 1000 * (1 + chance.randrange(90)), made, *told))
            steps = zip(["", *chain], chain, at, strict=False)
            events += [(f"o{number} {after}", f"o{number}", before, after, when) for before, after, when in steps]
        if seed % SPOILED == 0:
            orders[1] = (*orders[1][:3], "banyak", *orders[1][4:])  # set aside, and its events with it
            events.append(("skipped", "o2", "Diajukan", "Diterima", datetime(2022, 11, 1)))
        chance.shuffle(events)
        _write(self._files / "o1.csv", ("number", "seller", "state", "amount", "made", "shipped", "delivered"), orders)
        _write(self._files / "e1.csv", ("event", "order", "before", "after", "at"), events)


def _write(path: Path, header: tuple[str, ...], lines: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(lines)
