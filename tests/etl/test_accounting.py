"""Any messy table: rows read = landed + set aside + repeated + dropped, and what lands stands in the file."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from etl.runner import Runner, RunReport
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from queries.engine import Warehouse
from queries.schema import dim_partners, key_map
from tests.etl.conftest import NOW

HEADER = ["kode", "nama", "hp", "tanda", "gabung", "catatan"]
MAPPING = """
name: toko
inputs:
  daftar:
    files: ["daftar*"]
    columns: [kode, nama, hp, tanda, gabung]
    missing_words: ["-"]
    dates: ["%d/%m/%Y", "%d-%b-%y", excel]
    numbers: {thousands: ".", decimal: ","}
    encoding: @ENCODING@
tables:
  dim_partners:
    - input: daftar
      columns:
        partner_id: {column: kode, key_of: partner}
        full_name: {column: nama}
        brand_name: {column: nama}
        email: {value: ""}
        phone: {column: hp, missing: ""}
        city: {value: ""}
        joined_at: {column: gabung, time_zone: Asia/Jakarta}
        problem_status: {column: tanda}
        updated_at: {value: "2022-01-01 00:00:00"}
"""
DAY = date(2022, 10, 5)
# words, and what each means by hand; None: it sets its row aside
KEYS = {"A": "A", " a": "a", "0012": "0012", "NA": "NA", "": None, "-": None, "1,2E+17": None}
NAMES = {
    "Satu": "Satu",
    "null": "null",
    'Toko "Dua"': 'Toko "Dua"',
    "Tiga; Empat, Lima": "Tiga; Empat, Lima",
    "-": None,
}
PHONES = {"08123": "08123", "+62 812": "+62 812", "": "", "-": "", "José": "José"}
MARKS = {"0": 0, "1": 1, "2,0": 2, "3": 3, "7": 7, "x": None, "": None, "1,5": None, "(1)": None}
DAYS = {
    "05/10/2022": DAY,
    "2022-10-05": DAY,
    "5-Okt-22": DAY,
    "44839": DAY,
    "31/02/2022": None,
    "2022": None,
    "10/05": None,
    "": None,
}
WORDS = (KEYS, NAMES, PHONES, MARKS, DAYS)
SHAPES = ("right", "right", "right", "right", "trailing", "surplus", "short", "blank", "header")
ROWS = st.lists(st.tuples(*[st.sampled_from(sorted(words)) for words in WORDS], st.sampled_from(SHAPES)), max_size=12)
Row = tuple[str, str, str, str, str, str]
Landed = tuple[str, str, str, int, datetime]


@dataclass(frozen=True)
class Written:
    """How a table is written."""

    kind: str
    encoding: str = "utf-8"
    delimiter: str = ","
    end: str = "\n"


def cells(row: Row) -> list[str]:
    """A row as it stands in the file."""
    *words, shape = row
    match shape:
        case "blank":
            return ["", " ", ""]
        case "header":
            return [each.upper() for each in HEADER]
        case "trailing":
            return [*words, "", "", " "]
        case "surplus":
            return [*words, "", "lebih"]
        case "short":
            return words[:5]
    return [*words, ""]


def write(folder: Path, rows: list[Row], how: Written) -> FileSource:
    (folder / "m.yaml").write_text(MAPPING.replace("@ENCODING@", how.encoding))
    table = [HEADER, *map(cells, rows)]
    if how.kind == "xlsx":
        book = openpyxl.Workbook()
        for line in table:
            book.worksheets[0].append(line)
        book.save(folder / "daftar.xlsx")
    else:
        quoted = [how.delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in table]
        (folder / "daftar.csv").write_bytes("".join(line + how.end for line in quoted).encode(how.encoding))
    return FileSource(load_mapping(folder / "m.yaml"), folder, may_shrink=True)


def expected(rows: list[Row], kind: str) -> set[Landed]:
    """What must land, by hand: keys whose rows all say the same, and one of them is right as a whole."""
    said: dict[str, list[tuple[tuple, bool]]] = defaultdict(list)
    for row in rows:
        *words, shape = row
        if shape in ("blank", "header"):
            continue
        key, name, phone, mark, day = (means[word] for means, word in zip(WORDS, words, strict=True))
        if key is not None:
            is_whole = shape != "surplus" and (shape != "short" or kind == "xlsx")
            said[key].append(((name, phone, mark, day), is_whole))
    found = set()
    for key, told in said.items():
        values = {content for content, _whole in told}
        (name, phone, mark, day) = next(iter(values))
        fits = name is not None and mark in range(4) and day is not None
        if len(values) == 1 and fits and any(whole for _content, whole in told):
            found.add((key, name, phone, mark, datetime(day.year, day.month, day.day) - timedelta(hours=7)))
    return found


@pytest.fixture(scope="module")
def memory() -> Iterator[Warehouse]:
    warehouse = Warehouse(":memory:")
    warehouse.create_tables()
    yield warehouse
    warehouse.close()


def land(memory: Warehouse, source: FileSource) -> tuple[RunReport, set[Landed]]:
    report = Runner(memory, source, lambda: NOW).backfill()
    names = ("full_name", "phone", "problem_status", "joined_at")
    statement = select(key_map.c.natural_key, *[dim_partners.c[name] for name in names]).join(
        key_map, key_map.c.id == dim_partners.c.partner_id
    )
    with memory.read() as connection:
        return report, {tuple(row) for row in connection.execute(statement).all()}


@pytest.mark.timeout(3600)  # for the long profile
@settings(
    max_examples=max(10, settings.default.max_examples // 5),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=ROWS,
    how=st.builds(
        Written,
        st.sampled_from(["csv", "csv", "xlsx"]),
        st.sampled_from(["utf-8", "cp1252", "utf-16"]),
        st.sampled_from([",", ";", "\t"]),
        st.sampled_from(["\n", "\r\n"]),
    ),
)
def test_every_row_is_accounted_for_and_no_value_is_made_up(memory: Warehouse, rows: list[Row], how: Written) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report, landed = land(memory, write(Path(folder), rows, how))
    job = next(each for each in report.jobs if each.job == "dim_partners")
    assert job.read == len(rows)
    assert job.read == job.landed + job.quarantined + job.repeated + job.dropped
    assert landed == expected(rows, how.kind)
    assert job.landed == len(landed)
    assert job.dropped == sum(row[-1] in ("blank", "header") for row in rows)
