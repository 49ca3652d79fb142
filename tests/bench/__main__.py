"""`make bench`: each figure beside what it is compared with in the same run. Nothing is written to the repository."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import living, loading, reading

console = Console(width=120)


def _loading(folder: Path, orders: int) -> None:
    big, small = folder / f"orders-{orders}", folder / f"orders-{orders // 10}"
    table = Table("orders", "filled s", "scanner s", "first load s", "ratio", "peak MB", "increment s", title="Landing")
    for place, count in ((small, orders // 10), (big, orders)):
        filled = loading.make_store(place, count)
        scanned, loaded = loading.apart("scan", place), loading.apart("first_load", place)
        changed = loading.apart("increment", place)
        table.add_row(
            f"{count:,}",
            "kept" if filled is None else f"{filled:.1f}",
            f"{scanned['seconds']:.2f}",
            f"{loaded['seconds']:.2f}",
            f"{scanned['seconds'] / loaded['seconds']:.2f}",
            str(loaded["peak_mb"]),
            f"{changed['seconds']:.2f}",
        )
    console.print(table)
    grown = loading.apart("growth", small, big)
    console.print(
        f"increment of {loading.CHANGED:,} rows, {orders:,} against {orders // 10:,} orders in turns: "
        f"{grown['ratio']:.2f}x, of a processor {grown['processor_ratio']:.2f}x"
    )


def _reading(place: Path) -> None:
    table = Table("page", "question", "ms", "pandas ms", "times faster", title="Questions, median")
    for row in reading.measure(place, loading.NOW):
        table.add_row(
            row["page"],
            row["question"],
            f"{row['ms']:.1f}",
            f"{row['pandas_ms']:.1f}",
            f"{row['pandas_ms'] / row['ms']:.1f}",
        )
    console.print(table)


def _living(folder: Path, orders: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    found = living.measure(folder, orders)
    table = Table("page", "rerun ms", "from constants ms", "ratio", title="Page reruns, median")
    for row in found["reruns"]:
        table.add_row(
            row["page"], f"{row['ms']:.0f}", f"{row['constant_ms']:.0f}", f"{row['ms'] / row['constant_ms']:.2f}"
        )
    console.print(table)
    console.print(f"write to visible: p50 {found['visible_p50']:.0f} ms, p95 {found['visible_p95']:.0f} ms")


def main() -> int:
    """Run all parts."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=2_000_000)
    options.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "komship-bench")
    given = options.parse_args()
    _loading(given.dir, given.orders)
    _reading(given.dir / f"orders-{given.orders}")
    _living(given.dir / "living", given.orders // 10)
    return 0


if __name__ == "__main__":
    sys.exit(main())
