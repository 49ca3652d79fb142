"""The bank's result file: read by content, never guessed at."""

import io

import pytest
import xlsxwriter

from api.domains.payouts.results import ResultRow, compare, read_result
from api.kernel.files.errors import UploadRefused
from api.kernel.files.workbooks import MAX_ROWS
from tests.api.bank_results import (
    GENERIC,
    HEADER,
    PROFILES,
    ROW,
    csv_file,
    expected_lines,
    read_rows,
    repacked,
    row_with,
    xlsx_file,
    zip_of,
)


def _refused(content: bytes) -> UploadRefused:
    with pytest.raises(UploadRefused) as refused:
        read_result(content, GENERIC)
    return refused.value


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_separator_is_found(separator: str) -> None:
    (row,) = read_rows(ROW, separator=separator)
    assert row == ResultRow(2, "KS-1", 1_500_000, "0012345678", "José Ñandú", "paid", "ok", "BERHASIL", False)


def test_another_sign_that_is_more_frequent_is_no_separator() -> None:
    content = b'"Referensi";"Nominal";"Status"\n"KS-1";"1,234,567.00";"a,b,c,d,e,f"\n'
    (row,) = read_result(content, GENERIC)
    assert (row.amount, row.status) == (1_234_567, "a,b,c,d,e,f")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_is_found(encoding: str) -> None:
    (row,) = read_rows(ROW, encoding=encoding)
    assert (row.reference, row.account_name) == ("KS-1", "José Ñandú")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1.234.567,00", 1_234_567),
        ("Rp 1.234.567", 1_234_567),
        ("Rp1.234.567,-", 1_234_567),
        ("Rp. 1.234.567,0", 1_234_567),
        ("IDR 1,234,567.00", 1_234_567),
        ("1,234,567", 1_234_567),
        ("1234567", 1_234_567),
        ("1234567.00", 1_234_567),
        ("1234567,0", 1_234_567),
        ("1.234", 1_234),
        ("1,234", 1_234),
        ("0", 0),
        ("\u00a0Rp\u00a01.000 ", 1_000),
        (1234567, 1_234_567),
        (1234567.0, 1_234_567),
    ],
)
def test_indonesian_and_english_amounts_are_read(written: str | float, amount: int) -> None:
    (row,) = read_result(xlsx_file(HEADER, row_with("Nominal", written)), GENERIC)
    assert row.amount == amount
    if isinstance(written, str):
        assert read_rows(row_with("Nominal", written))[0].amount == amount


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1.234,50", "not whole rupiah"),
        ("1,234.05", "not whole rupiah"),
        ("1234.5", "not whole rupiah"),
        ("-1.000", "negative"),
        ("-Rp 1.000", "negative"),
        ("(1.000)", "negative"),
        ("1.000-", "negative"),
        ("\u22121.000", "negative"),
        ("1.23.456", "no number"),
        ("1,234,567,00", "no number"),
        ("0.500", "no number"),
        ("1234.567", "no number"),
        ("1.5E+06", "no number"),
        ("١٢٣", "no number"),
        ("USD 1.000", "no number"),
        ("12 000", "no number"),
        ("#N/A", "no number"),
        ("", "missing"),
        ("9" * 16, "too large"),
        (1234.5, "not whole rupiah"),
        (-5, "negative"),
        (1e16, "too large"),
        (True, "no number"),
    ],
)
def test_an_amount_that_is_not_plain_refuses_with_its_line(written: str | float, reason: str) -> None:
    refused = _refused(xlsx_file(HEADER, ROW, row_with("Nominal", written)))
    assert refused.data is not None
    assert refused.data["count"] == 1
    (problem,) = refused.data["rows"]
    assert (problem["line"], problem["reference"]) == (3, "KS-1")
    assert reason in problem["reason"]
    assert "line 3 'KS-1'" in refused.message


def test_preamble_blank_rows_and_sums_are_passed_over() -> None:
    content = csv_file(
        ["PT BANK CONTOH"],
        ["Laporan Hasil Transfer", "", "Status: semua"],
        [],
        ["No", *HEADER],
        ["1", *ROW],
        ["", "", "", "", "", "", ""],
        ["2", *row_with("Referensi", "KS-2")],
        ["", "TOTAL", "", "", "3.000.000", "", ""],
        ["", "", "", "", "3.000.000", "", ""],
        ["Dicetak oleh FIN01"],
    )
    rows = read_result(content, GENERIC)
    assert [(row.line, row.reference) for row in rows] == [(5, "KS-1"), (7, "KS-2")]


@pytest.mark.parametrize(("preamble", "is_read"), [(29, True), (30, False)])
def test_the_header_is_sought_in_the_first_thirty_rows(preamble: int, *, is_read: bool) -> None:
    content = csv_file(*([["title"]] * preamble), HEADER, ROW)
    if is_read:
        assert len(read_result(content, GENERIC)) == 1
    else:
        assert "none of the first 30 rows is a header" in _refused(content).message


@pytest.mark.parametrize(
    ("key", "header"),
    [
        ("bca", ["TRANSACTION ID", "Credited Account", "Rcv Name", "Amount", "Status", "Reason"]),
        (
            "mandiri",
            ["Customer Ref. No.", "To Acc No.", "To Acc Name", "Transfer Amount", "Transaction Status", "Remark"],
        ),
        (
            "generic",
            ["reference_no", "Account Number", "Beneficiary Name", "Amount (IDR)", "Transfer Status", "Message"],
        ),
    ],
)
def test_each_profile_knows_its_titles(key: str, header: list[str]) -> None:
    (row,) = read_result(csv_file(header, ROW), PROFILES[key])
    assert (row.reference, row.amount, row.account_no, row.outcome) == ("KS-1", 1_500_000, "0012345678", "paid")
    assert (row.account_name, row.message) == ("José Ñandú", "ok")


def test_two_columns_of_one_title_are_refused() -> None:
    assert "two columns 'Nominal'" in _refused(csv_file([*HEADER, "Nominal"], [*ROW, "5"])).message


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("BERHASIL", "paid"),
        (" success ", "paid"),
        ("Sukses.", "paid"),
        ("Gagal", "failed"),
        ("TIDAK BERHASIL", "failed"),
        ("Rejected", "failed"),
        ("Berhasil sebagian", "unknown"),
        ("Dalam proses", "unknown"),
        ("Not successful", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_status_is_known_by_its_whole_wording(status: str, outcome: str) -> None:
    (row,) = read_rows(row_with("Status", status))
    assert row.outcome == outcome


def test_a_row_with_more_cells_than_titles_is_refused() -> None:
    content = b"Referensi,Nominal,Status\nKS-1,1,500,000,Berhasil\nKS-2,5,Berhasil,,\n"
    refused = _refused(content)
    assert refused.data is not None
    assert [row["line"] for row in refused.data["rows"]] == [2]


def test_an_open_quotation_does_not_swallow_rows() -> None:
    content = b'Referensi;Nominal;Status;Keterangan\nKS-1;5;Berhasil;"ok\nKS-2;5;Gagal;\n'
    assert "cannot be read after line 0" in _refused(content).message


def test_account_numbers_as_numbers_may_have_lost_zeros() -> None:
    rows = read_result(xlsx_file(HEADER, row_with("No Rekening", 12345678.0)), GENERIC)
    assert (rows[0].account_no, rows[0].account_numeric) == ("12345678", True)
    assert compare(expected_lines(), rows).counts == {"matched": 1}
    rows = read_rows(row_with("No Rekening", "12345678.0"))
    assert compare(expected_lines(), rows).counts == {"matched": 1}
    rows = read_rows(row_with("No Rekening", "12345678"))
    assert compare(expected_lines(), rows).counts == {"mismatched": 1}


@pytest.mark.parametrize("account_no", [1.2345678901234567e17, 12345678.5, "1,23457E+09", "1.23E+15"])
def test_a_rounded_account_number_is_refused(account_no: str | float) -> None:
    assert "was rounded by" in _refused(xlsx_file(HEADER, row_with("No Rekening", account_no))).message


def test_a_sheet_after_a_cover_sheet_is_read() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Cover").write_row(4, 2, ["Laporan"])
        sheet = book.add_worksheet("Hasil")
        for at, row in enumerate([["Laporan"], HEADER, ROW]):
            sheet.write_row(at + 1, 1, row)
    (row,) = read_result(buffer.getvalue(), GENERIC)
    assert (row.line, row.reference, row.amount) == (4, "KS-1", 1_500_000)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty"),
        (b"a" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        (b"<html><table><tr><td>Referensi</td></tr></table></html>", "web page or XML"),
        ("\ufeff\n<!DOCTYPE html>".encode("utf-16"), "web page or XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old .xls workbook"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"MZ\x90\x00\x03" + bytes(100), "a program"),
        (b"\x1f\x8b\x08" + bytes(100), "compressed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "neither text nor a workbook"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"Tanggal;Mutasi\n1;2\n", "none of the first 30 rows is a header"),
        (b"Referensi;Nominal;Status\n", "a header but no rows"),
        (b"Referensi;Nominal;Status\n;5;Berhasil\n", "the reference is missing"),
        (b"Referensi;Nominal;Status\n" + b"\n" * MAX_ROWS, f"more than {MAX_ROWS} rows"),
    ],
)
def test_what_is_no_result_is_refused_by_its_content(content: bytes, expected: str) -> None:
    assert expected in _refused(content).message


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    content = repacked(xlsx_file(HEADER, ROW), sharedStrings=bytes(60 * 1024 * 1024))
    assert len(content) < 100_000
    assert "larger than 50 MB when unpacked" in _refused(content).message


def test_a_workbook_of_too_many_rows_is_refused_whatever_size_it_claims() -> None:
    sheet = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:B2"/>
        <sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c r="A900000"><v>1</v></c></row></sheetData>
        </worksheet>"""
    assert f"more than {MAX_ROWS} rows" in _refused(repacked(xlsx_file(HEADER), sheet1=sheet)).message


@pytest.mark.parametrize("sheet", [b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet>&a;</worksheet>", b"\xff"])
def test_a_damaged_workbook_is_refused(sheet: bytes) -> None:
    assert _refused(repacked(xlsx_file(HEADER, ROW), sheet1=sheet, workbook=sheet))


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert "no XLSX workbook" in _refused(zip_of({"result.csv": b"Referensi;Nominal;Status"})).message
