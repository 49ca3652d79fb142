"""`python -m tests.oracle --histories N --seed S`: random histories by the thousand, each difference with its seed."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import structlog

from tests.mariadb import MariadbServer
from tests.oracle.files import over_files
from tests.oracle.running import Found, LoggedMariadb, Place, live, over_sql, warehouse_in_memory
from tests.stores import Stores

EVERY = 100


def main() -> int:
    """Run the histories; 1 where an answer differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="the first one; each history has the next")
    parser.add_argument("--source", choices=("sqlite", "postgresql", "mariadb", "files"), default="sqlite")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    found = Found()
    with TemporaryDirectory() as folder, ExitStack() as ended:
        stores = Stores(Path(folder))
        ended.callback(stores.close)
        place = _place(asked.source, stores, Path(folder), ended)
        ended.callback(place.warehouse.close)
        for seed in range(asked.seed, asked.seed + asked.histories):
            known = len(found.differences)
            live(seed, place, found)
            for line in found.differences[known:]:
                print(line, flush=True)
            if found.histories % EVERY == 0:
                print(_line(found), flush=True)
    print(_line(found))
    return 1 if found.differences else 0


def _place(source: str, stores: Stores, folder: Path, ended: ExitStack) -> Place:
    warehouse = warehouse_in_memory()
    if source == "files":
        return over_files(stores.on("sqlite"), warehouse, folder)
    return over_sql(_mariadb(ended) if source == "mariadb" else stores.on(source), warehouse)


def _mariadb(ended: ExitStack) -> LoggedMariadb:
    server = MariadbServer()
    ended.callback(server.close)
    return LoggedMariadb(server)


def _line(found: Found) -> str:
    return (
        f"{found.histories} histories, {found.landings} landings, {found.answers} answers, "
        f"{len(found.differences)} differences, {process_time():.0f} s of processor"
    )


if __name__ == "__main__":
    sys.exit(main())
