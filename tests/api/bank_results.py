"""Result files of banks, as tests make them."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from api.domains.payouts.bank_files import PayoutLine, load_profiles
from api.domains.payouts.results import ResultRow, read_result

PROFILES = load_profiles()
GENERIC = PROFILES["generic"]
HEADER = ["Referensi", "No Rekening", "Nama Penerima", "Nominal", "Status", "Keterangan"]
ROW = ["KS-1", "0012345678", "José Ñandú", "1.500.000,00", "BERHASIL", "ok"]


def csv_file(*rows: Sequence[str], separator: str = ";", encoding: str = "utf-8") -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue().encode(encoding)


def xlsx_file(*rows: Sequence[Any]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return buffer.getvalue()


def read_rows(*rows: Sequence[str], **how: str) -> list[ResultRow]:
    return read_result(csv_file(HEADER, *rows, **how), GENERIC)


def row_with(field: str, value: Any) -> list[Any]:
    return [value if title == field else cell for title, cell in zip(HEADER, ROW, strict=True)]


def payout_line(reference: str = "KS-1", amount: int = 1_500_000, account_no: str = "001-234-5678") -> PayoutLine:
    return PayoutLine(reference, amount, "BCA", account_no, "Ani")


def expected_lines(*lines: PayoutLine) -> dict[str, PayoutLine]:
    return {line.reference: line for line in lines or (payout_line(),)}


def zip_of(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def repacked(content: bytes, **changed: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zip_of({name: changed.get(name.rpartition("/")[2].partition(".")[0], data) for name, data in files.items()})
