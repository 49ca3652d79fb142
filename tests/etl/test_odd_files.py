"""Files with odd names, odd cells and odd rights: each lands, or one sentence says what to do."""

import os
import re
from pathlib import Path

import openpyxl
import pytest

from queries.reasons import Rule
from tests.etl.test_command_line import call, folder
from tests.etl.test_messy_files import AT, HEADER, aside, land, landed, order, write

__all__ = ["folder"]


@pytest.mark.parametrize(
    "names",
    [
        ("at", "by", "anti", "glob", "select", "semi"),
        ("nomor %", "toko:a", "a'b", 'waktu "WIB"', "nilai (Rp)", "ongkos;1"),
        ("_ROW (1)", "_line (1)", "_reason (1)", "rowid", "NULL", "incoming_rows"),
        ("w0", "v_order_id", "a0", "b0", "j0_reason", "_which"),
        ("\u202enomor", "🚚", "x" * 150, "nomor.toko", "ключ", "{0}%(a)s"),
    ],
)
def test_a_column_may_have_any_name(folder: Path, names: tuple[str, ...]) -> None:
    header = ",".join(f'"{name}"'.replace('"WIB"', '""WIB""').replace(" (1)", "") for name in names)
    place = write(folder, [order("A", "1.234.567"), order("B", "abc"), order("C")], header=header)
    text = (folder / "m.yaml").read_text()
    for old, name in zip(HEADER.split(","), names, strict=True):
        quoted = "'" + name.replace("'", "''") + "'"
        text = text.replace(f"column: {old},", f"column: {quoted},").replace(f"column: {old}}}", f"column: {quoted}}}")
        text = text.replace(f"plus: {old}}}", f"plus: {quoted}}}")
        text = re.sub(rf"(?<=[\[ ]){old}(?=[,\]])(?=.*\]\}})", lambda _, q=quoted: q, text)
    (folder / "m.yaml").write_text(text)
    code, output = land(place)
    assert code == 3, output
    assert landed(folder) == {"A": 1234567, "C": 150000}
    assert [row[1:3] for row in aside(folder)] == [(names[4], "abc")]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", 1, "x.csv has no table in it"),
        (b"  \n \n", 1, "x.csv has no table in it"),
        (b"\xef\xbb\xbf", 1, "x.csv has no table in it"),
        (b"no,nilai\n", 0, 'files: ["x.csv"]'),
        (b"resi\nA\nB\n", 0, 'order_id: {column: "resi", key_of: order} # confirm'),
        (bytes(range(256)) * 20, 1, "x.csv has NUL bytes in line 1: it is damaged or no text"),
        (b"\x89PNG\r\n\x1a\n", 1, "x.csv is a picture"),
        (b"%PDF-1.4\n", 1, "x.csv is a PDF"),
        (b"<html><table></table></html>", 1, "x.csv is a web page (HTML)"),
        (b'[{"no": 1}]', 1, "x.csv is JSON"),
        (b"a," * 200_000, 1, "x.csv: line 1 has 200,000 columns, and 2,000 at most are read"),
        (b'no,nilai\n"' + b"x" * 200_000 + b'",5\n', 1, "x.csv: the quote that begins in line 2"),
    ],
)
def test_a_first_mapping_of_an_odd_file_is_made_or_refused(folder: Path, content: bytes, code: int, said: str) -> None:
    (folder / "x.csv").write_bytes(content)
    found, output = call("infer", "--path", str(folder / "x.csv"))
    assert (found, said in output) == (code, True), output[:500]
    assert code == 0 or len(output.splitlines()) == 1, output


def test_a_first_mapping_needs_one_file(folder: Path) -> None:
    for path, said in ((folder, f"{folder} is a folder; give one"), (folder / "no", f"there is no file {folder}/no")):
        code, output = call("infer", "--path", str(path))
        assert (code, output.startswith(said)) == (1, True), output


@pytest.mark.parametrize("name", ["a\nb.csv", os.fsdecode(b"a\xff.csv"), "\u202ea.csv", "a [1] {x} # 'b'.csv"])
def test_a_first_mapping_of_a_file_with_an_odd_name(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"resi,nilai\nA,5\n")
    assert call("infer", "--path", str(folder / name))[0] == 0


def test_merged_cells_are_filled_down_but_for_amounts_and_the_preview_says_so(folder: Path) -> None:
    place = write(folder, [])
    (folder / "files" / "jual.csv").unlink()
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in (HEADER.split(","), *[[number, "Satu", "", AT, 150000, 9000] for number in "ABCD"]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    sheet.merge_cells("F4:F5")
    made.save(folder / "files" / "jual.xlsx")
    code, output = call("preview", *place)
    assert (code, "4 rows, 2 cells filled from merged ones" in output) == (0, True), output
    code, output = land(place)
    assert (code, landed(folder)) == (3, {"A": 150000, "B": 150000}), output
    assert [(row[0], row[3]) for row in aside(folder)] == [(line, Rule.MERGED.of(cells="F4:F5")) for line in (4, 5)]
