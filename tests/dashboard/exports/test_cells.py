import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import format as fmt
from dashboard.exports.cells import csv_text


@pytest.mark.parametrize(
    "text",
    [
        "000123", "081234567890", "+6281234567890", "1234567890123456", "123456789012", "0110101", "1-2",
        "3/4", "12/2022", "1:30",
        "1.5", "1,5", "1E5", "12e7", "-5", "TRUE", "false", "BENAR", "1-Mar", "MARCH1", "5 Okt 2022",
        "10%", "2022-10-05",
        "3:15 PM", "(5)", ".5", "31 Desember 2022", "Jan 5", "Rp5.000", "-Rp 5.000", "5 $", "5 €", "\u00a0012",
        "０１２", "Senin, 5 Okt 2022", "5  Mei  2022", "5, Jan", "12 Okt 2022 10.00", "2022-10-05T10:00:00Z",
        "Okt\u00a012",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_turn_into_something_else_is_kept(text: str) -> None:
    assert csv_text(text) == f'="{text}"'


@pytest.mark.parametrize(
    "text",
    [
        "Rp",
        "0",
        "12345",
        "JNE",
        "Toko Mei Lan",
        "Desa 1",
        "T1",
        "JP0012",
        "5 jam",
        "Minggu",
        "Jl. Mei 5",
        "-",
        "",
        "Marina",
        "March",
        "TK-1",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert csv_text(text) == text


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "\t=1", "-x", "+cmd|'/c calc'!A0", " =1", "\ufeff=1", '="x"'])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert csv_text(text) == f"'{text}"


def test_a_number_too_long_for_a_formula_is_text_by_its_apostrophe() -> None:
    assert csv_text("1" * 255) == f'="{"1" * 255}"'
    assert csv_text("1" * 256) == f"'{'1' * 256}"


@given(st.text())
def test_no_text_begins_a_formula_but_that_of_a_plain_literal(text: str) -> None:
    written = csv_text(text)
    if written.startswith("="):
        assert written == f'="{text}"'
        assert '"' not in text
    elif text != fmt.NONE:  # a hyphen alone is no formula
        assert not written.lstrip().startswith(("=", "+", "-", "@"))
    assert text in written
