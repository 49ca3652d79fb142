"""Memory and time of an export: `python -m tests.bench.exporting [ROWS]`, each format in a process of its own.

A line for each format: CPU seconds (user and system), size of the file,
and how far the resident memory rose over that of
the process with its imports and the open warehouse.
"""

import multiprocessing
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from dashboard.exports.downloads import FORMATS
from dashboard.exports.export import Export
from dashboard.exports.formats import csv_pieces, write_parquet, write_xlsx
from pages.ticket_total.listing import columns
from queries import tickets
from queries.engine import Warehouse
from queries.filters import Sort
from queries.wib import Period

ROWS = 1_000_000
YEAR = Period(date(2022, 1, 1), date(2022, 12, 31))
SAMPLE_SECONDS = 0.01


def fill(path: Path, rows: int) -> None:
    """A warehouse with tickets of a year, in no order."""
    warehouse = Warehouse(path)
    warehouse.create_tables()
    cursor = warehouse.raw()
    cursor.execute(
        "INSERT INTO dim_partners BY NAME SELECT i AS partner_id, 'demo' AS source, 'Toko ' || i AS full_name, "
        "'' AS brand_name, '' AS email, '' AS phone, '' AS city, TIMESTAMP '2021-01-01' AS joined_at, "
        "DATE '2021-01-01' AS join_date, 0 AS problem_status, FALSE AS is_onboarded, "
        "TIMESTAMP '2021-01-01' AS updated_at "
        "FROM range(3000) r(i)"
    )
    cursor.execute(
        "INSERT INTO fct_tickets BY NAME SELECT i AS ticket_id, 'demo' AS source, 'TK' || i AS ticket_no, "
        "i % 3000 AS partner_id, 'JNE' AS courier, 'Keterlambatan' AS ticket_type, 'open' AS status, "
        "'Paket ' || i || ' belum sampai sejak kemarin' AS description, FALSE AS is_unread, "
        "TIMESTAMP '2022-01-02' + INTERVAL (hash(i) % 31000000) SECOND AS created_at, "
        "CAST(created_at + INTERVAL 7 HOUR AS DATE) AS created_date, created_at AS updated_at FROM range(?) r(i)",
        [rows],
    )
    cursor.close()
    warehouse.close()


def resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def measure(path: Path, kind: str) -> None:
    """Write one format and print what it cost."""
    warehouse = Warehouse(path, read_only=True)

    def groups() -> Iterator[pd.DataFrame]:
        with warehouse.read() as connection:
            newest = Sort("created_at", descending=True)
            for rows in tickets.list_groups(connection, YEAR, (), newest):
                yield rows.assign(status_label=rows["status"])

    export = Export("tiket", columns(), groups, 0, [], "created_at")
    target = path.with_suffix(f".{kind}")
    base, peak, done = resident(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLE_SECONDS):
            peak[0] = max(peak[0], resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    before, started = _cpu(), time.perf_counter()
    {"csv": _write_csv, "xlsx": write_xlsx, "parquet": write_parquet}[kind](export, target)
    done.set()
    watcher.join()
    print(
        f"{kind:8} {_cpu() - before:7.1f} s CPU {time.perf_counter() - started:7.1f} s "
        f"{target.stat().st_size / 1e6:7.1f} MB file {(peak[0] - base) / 1e6:7.1f} MB over {base / 1e6:.0f} MB"
    )


def _write_csv(export: Export, target: Path) -> None:
    with target.open("wb") as file:
        for piece in csv_pieces(export):
            file.write(piece)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """All formats."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    processes = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        for target, arguments in ((fill, (path, rows)), *((measure, (path, kind)) for kind in FORMATS)):
            process = processes.Process(target=target, args=arguments)
            process.start()
            process.join()


if __name__ == "__main__":
    main()
