"""A landing of files: `python -m tests.bench.filing [ROWS] [--over WAREHOUSE]`, each part in a process of its own.

Makes a list of orders of 12 columns and 142 bytes a row, reads it with DuckDB's bare reader as texts, and lands it by
`orders.yaml` with marts and checks, into an empty warehouse or a copy of one. A line for each: seconds of the clock and
of a processor, and the most memory that the process held; then how many times the landing costs what the bare reading
does.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from etl.runner import Runner
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from queries.engine import Warehouse
from tests.bench.loading import NOW, processor_seconds

ROWS = 600_000
SHOWN_SECONDS = 0.1
MAPPING = Path(__file__).with_name("orders.yaml")
ORDERS = """
SELECT
    'INV/2022/' || lpad(CAST(i AS VARCHAR), 9, '0') AS "Nomor Pesanan",
    'JP' || lpad(CAST(hash(i) % 10000000000 AS VARCHAR), 12, '0') AS "Nomor Resi",
    'T' || lpad(CAST(i % 3000 AS VARCHAR), 5, '0') AS "Kode Toko",
    'Toko Berkah Jaya ' || i % 3000 AS "Nama Toko",
    ['JNE', 'SICEPAT', 'SAP', 'POS', 'NINJA'][CAST(1 + hash(i + 1) % 5 AS BIGINT)] AS "Kurir",
    ['COD', 'Transfer'][CAST(1 + hash(i + 2) % 2 AS BIGINT)] AS "Pembayaran",
    'Pembeli Setia ' || hash(i + 3) % 400000 AS "Nama Pembeli",
    'Kabupaten Kota ' || hash(i + 4) % 500 AS "Kota",
    1 + hash(i + 5) % 4 AS "Jumlah",
    format('{:t.}', CAST(20000 + hash(i + 6) % 900 * 1000 AS BIGINT)) AS "Subtotal",
    format('{:t.}', CAST(8000 + hash(i + 7) % 40 * 500 AS BIGINT)) AS "Ongkos Kirim",
    strftime(
        TIMESTAMP '2022-01-01' + to_minutes(CAST(hash(i + 8) % 450000 AS BIGINT)), '%d/%m/%Y %H:%M'
    ) AS "Waktu"
FROM range(?) r(i)
"""


def make(folder: Path, rows: int) -> None:
    """The list, of so many orders of 3,000 shops."""
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")  # it would stand in what is printed
        connection.sql(ORDERS, params=[rows]).write_csv(str(folder / "orders.csv"))


def bare(folder: Path) -> dict[str, float]:
    """The same texts in a DuckDB file, with nothing looked at; seconds of a processor."""
    began = processor_seconds()
    with duckdb.connect(str(folder / "bare.duckdb")) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.read_csv(str(folder / "orders.csv"), all_varchar=True).create("orders")
    return {"read": round(processor_seconds() - began, 2)}


def land(folder: Path) -> dict[str, float]:
    """The product's landing; seconds of a processor by step."""
    warehouse = Warehouse(folder / "warehouse.duckdb")
    warehouse.create_tables()
    steps = [("read", processor_seconds())]

    def step(name: str) -> None:
        steps.append((name, processor_seconds()))

    runner = Runner(warehouse, FileSource(load_mapping(MAPPING), folder, MAPPING), lambda: NOW, step)
    report = runner.run()
    step("close")
    warehouse.close()
    step("end")
    if report.quarantined or not report.landed:
        raise RuntimeError(f"{report.landed} landed, {report.quarantined} set aside")
    return {name: round(after - at, 2) for (name, at), (_next, after) in pairwise(steps)}


TASKS = {"bare": bare, "land": land}


def measured(task: str, folder: Path) -> dict[str, Any]:
    """Run a task of this module in a new process."""
    command = [sys.executable, "-m", "tests.bench.filing", "--task", task, "--dir", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _task(name: str, folder: Path) -> dict[str, Any]:
    started, began = time.perf_counter(), processor_seconds()
    steps = TASKS[name](folder)
    seconds, worked = time.perf_counter() - started, processor_seconds() - began
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return {"seconds": seconds, "processor": worked, "peak_mb": peak, "steps": steps}


def main() -> None:
    """Both parts."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rows", type=int, nargs="?", default=ROWS)
    options.add_argument("--over", type=Path, help="a warehouse, of which a copy is landed into")
    options.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    options.add_argument("--dir", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.task:
        print(json.dumps(_task(given.task, given.dir)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, given.rows)
        if given.over is not None:
            shutil.copy(given.over, folder / "warehouse.duckdb")
        size = (folder / "orders.csv").stat().st_size
        print(f"{given.rows:,} rows, {size / 1e6:.0f} MB")
        found = {task: measured(task, folder) for task in TASKS}
    for task, row in found.items():
        print(f"{task}: {row['seconds']:.1f} s, {row['processor']:.1f} s of a processor, {row['peak_mb']} MB")
    longer = {name: seconds for name, seconds in found["land"]["steps"].items() if seconds >= SHOWN_SECONDS}
    print(f"ratio: {found['land']['processor'] / found['bare']['processor']:.1f}; seconds of a processor: {longer}")


if __name__ == "__main__":
    main()
