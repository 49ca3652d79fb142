"""What LibreOffice makes of exported CSV and XLSX: `python -m tests.bench.libreoffice`, where `soffice` is installed.

Thousands of texts that a spreadsheet might take for something else (airway bills, phones, accounts, amounts, dates) are
exported beside amounts and strips of days, opened in two locales, written as CSV again, and compared.
"""

import csv
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

import pandas as pd

from dashboard.components.table import Column
from dashboard.exports.export import Export
from dashboard.exports.formats import csv_pieces, write_xlsx

COUNT = 5_000
LOCALES = {"English": 1033, "Indonesian": 1057}
OPENED = "CSV:44,34,76,1,,{locale},false,true,false,false,false,0,{evaluate}"  # special numbers found; "=..." evaluated
WRITTEN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"  # cells as shown
NUMBERS = (
    *("0", "00", "1", "5", "12", "31", "012", "2022", "22", "30", "59", "1e5", "12,5", "1.5", "1.234,56", "10.000"),
    *("081234567890", "1234567890123456", "000123", "0110101", "12345678901234567890", "+6281234567890"),
)
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Mei", "Jun", "Jul", "Aug", "Agt", "Okt", "Oct", "Nov", "Des", "Dec"),
    *("Januari", "February", "Maret", "Agustus", "December"),
)
DAYS = ("", "", "", "Senin, ", "Sabtu ", "Monday, ", "Sun ")
BEFORE = ("", "", "", "Rp", "Rp ", "$", "€", "+", "-", "(", "\u00a0", " ", "No. ", "JNE", "=", "@", "'")
AFTER = ("", "", "", " %", "%", " AM", " pm", ")", " €", " Rp", " jam", " WIB", "E5")
BETWEEN = ("-", "/", " ", ".", ", ", ":", "", "  ", "\u00a0")


def texts(rng: Random) -> list[str]:
    """Texts of numbers, dates and what may stand around them, each once."""
    found: set[str] = set()
    while len(found) < COUNT:
        parts = [rng.choice(NUMBERS) for _number in range(rng.choice((1, 1, 2, 3)))]
        if rng.random() < 0.3:
            parts.insert(rng.randrange(len(parts) + 1), rng.choice(MONTHS))
        found.add(rng.choice(DAYS) + rng.choice(BEFORE) + rng.choice(BETWEEN).join(parts) + rng.choice(AFTER))
    return sorted(found)


def converted(file: Path, folder: Path, *options: str) -> list[list[str]]:
    """The cells that LibreOffice shows of a file."""
    folder.mkdir()
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", *options]
    subprocess.run(
        [*command, "--convert-to", WRITTEN, "--outdir", str(folder), str(file)], check=True, capture_output=True
    )
    (written,) = folder.glob("*.csv")
    with written.open(newline="", encoding="utf-8-sig") as opened:
        return list(csv.reader(opened))[1:]


def main() -> int:
    """Print the differences; 1 where a text was lost."""
    if shutil.which("soffice") is None:
        print("soffice is not installed: apt-get install --no-install-recommends libreoffice-calc", file=sys.stderr)
        return 2
    words = texts(Random(1))
    rows = pd.DataFrame(
        {"text": words, "amount": [10**15 + at for at in range(COUNT)], "days": [[0, 1, 1] * 10] * COUNT}
    )
    columns = [Column("text", "Teks"), Column("amount", "Nominal", "money"), Column("days", "Hari", "strip")]
    export = Export("x", columns, lambda: iter((rows,)), COUNT, ())
    wanted = [[word, str(10**15 + at), "011" * 10] for at, word in enumerate(words)]
    lost = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "x.csv").write_bytes(b"".join(csv_pieces(export)))
        write_xlsx(export, folder / "x.xlsx")
        found = {"XLSX": converted(folder / "x.xlsx", folder / "xlsx")}
        for locale, number in LOCALES.items():
            options = OPENED.format(locale=number, evaluate="true")
            found[f"CSV, {locale}"] = converted(folder / "x.csv", folder / locale, f"--infilter={options}")
        for opened, given in found.items():
            pairs = list(zip(given, wanted, strict=True))
            marked = sum(cells == [f"'{word}", *others] for cells, (word, *others) in pairs)
            different = [pair for pair in pairs if pair[0] != pair[1] and pair[0][0] != f"'{pair[1][0]}"]
            lost += len(different)
            print(f"{opened}: {len(pairs)} rows, {len(different)} differ, {marked} with an apostrophe {different[:5]}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
